import { messageOf, TouchstoneError } from '../errors/touchstone-error.ts';
import { rowMaker } from './row-maker.ts';
import { decimalText, isoDate, isoDuration, isoTime, isoTimestamp, type TimeUnit } from './typed-text.ts';

/** What the Arrow tables of apache-arrow and of flechette have in common. */
export interface ArrowTable {
  readonly schema: { readonly fields: readonly ArrowField[] };
  readonly numRows: number;
  getChildAt(index: number): Iterable<unknown> | null | undefined;
}

export interface ArrowField {
  readonly name: string;
  readonly type: ArrowType;
}

/** Of the many members of a type those that say how its values are read. */
export interface ArrowType {
  /** One of {@link ArrowTypeId}. */
  readonly typeId: number;
  readonly bitWidth?: number;
  readonly unit?: number;
  readonly timezone?: string | null;
  readonly scale?: number;
  readonly children?: readonly ArrowField[] | null;
  /** Of a dictionary: the type of its values. */
  readonly dictionary?: ArrowType;
}

/** What `typeId` may be: the numbers of `Type` in the Arrow format (Schema.fbs); a dictionary is −1 in both libraries. */
export const ArrowTypeId = {
  dictionary: -1,
  null: 1,
  int: 2,
  float: 3,
  binary: 4,
  utf8: 5,
  bool: 6,
  decimal: 7,
  date: 8,
  time: 9,
  timestamp: 10,
  list: 12,
  struct: 13,
  fixedSizeBinary: 15,
  fixedSizeList: 16,
  map: 17,
  duration: 18,
  largeBinary: 19,
  largeUtf8: 20,
  largeList: 21,
  runEndEncoded: 22,
  binaryView: 23,
  utf8View: 24,
  listView: 25,
  largeListView: 26,
} as const;

/** Whether this is an Arrow table, of whatever library. */
export function isArrowTable(data: object): data is ArrowTable {
  return (
    'schema' in data &&
    typeof data.schema === 'object' &&
    data.schema !== null &&
    'fields' in data.schema &&
    Array.isArray(data.schema.fields) &&
    'numRows' in data &&
    typeof data.numRows === 'number' &&
    'getChildAt' in data &&
    typeof data.getChildAt === 'function'
  );
}

/**
 * Rows of Arrow tables that share a schema, as cells that keep what their types say:
 *
 * - a column of 64-bit integers is numbers when all of its values are within ±(2⁵³ − 1), else digits
 * - decimals → text with all digits; dates, times, timestamps and durations → ISO 8601, a timestamp without a zone without one
 * - bytes → base64; lists → lists; structs and maps → objects
 *
 * @example
 * const reader = new ArrowRows(table.schema.fields, 'table');
 * reader.survey(table);
 * for (const row of reader.rows(table)) …
 */
export class ArrowRows {
  readonly #name: string;
  readonly #columns: readonly Column[];
  readonly #makeRow: (cells: readonly unknown[]) => Record<string, unknown>;

  /**
   * @param name what error messages call the data
   * @throws TouchstoneError `broken-data` when two columns have one name
   */
  constructor(fields: readonly ArrowField[], name: string) {
    const names = fields.map((field) => field.name);
    const twice = names.find((column, i) => names.indexOf(column) !== i);
    if (twice !== undefined) throw new TouchstoneError('broken-data', `${name} names the column '${twice}' twice.`);
    this.#name = name;
    this.#columns = fields.map(columnOf);
    this.#makeRow = rowMaker(names);
  }

  /** Whether there is anything to survey. */
  get hasWideIntegers(): boolean {
    return this.#columns.some(({ integers }) => integers.length > 0);
  }

  /**
   * Looks for integers that are no safe numbers. Comes before `rows`, for every table of the data.
   * @throws TouchstoneError as `rows`
   */
  survey(table: ArrowTable): void {
    for (const [index, column] of this.#columns.entries()) {
      if (column.integers.length === 0) continue;
      const values = valuesAt(table, index);
      for (let row = 0; row < table.numRows; row++) this.#cell(column, values, row);
    }
  }

  /**
   * @param earlier rows of earlier tables, for the row numbers of messages
   * @throws TouchstoneError `bad-cell` naming row and column
   */
  *rows(table: ArrowTable, earlier = 0): Generator<Record<string, unknown>> {
    const columns = this.#columns.map((column, index) => ({ column, values: valuesAt(table, index) }));
    for (let row = 0; row < table.numRows; row++) {
      yield this.#makeRow(columns.map(({ column, values }) => this.#cell(column, values, earlier + row)));
    }
  }

  #cell(column: Column, values: Iterator<unknown>, row: number): unknown {
    try {
      return column.read(values.next().value);
    } catch (error) {
      throw new TouchstoneError(
        'bad-cell',
        `Row ${row + 1} of ${this.#name}, column '${column.name}' cannot be read: ${messageOf(error)}.`,
        { cause: error },
      );
    }
  }
}

function valuesAt(table: ArrowTable, index: number): Iterator<unknown> {
  return (table.getChildAt(index) ?? [])[Symbol.iterator]();
}

/** A value as its library gives it → a cell. */
type Reader = (value: unknown) => unknown;

interface Column {
  readonly name: string;
  readonly read: Reader;
  /** The places in it that hold 64-bit integers. */
  readonly integers: readonly Integers[];
}

/** The 64-bit integers of one place: numbers, until one of them is none that JavaScript can count with; then all are texts. */
class Integers {
  #areNumbers = true;

  readonly read: Reader = (value) => {
    if (typeof value !== 'bigint') return value;
    if (this.#areNumbers && Number.isSafeInteger(Number(value))) return Number(value);
    this.#areNumbers = false;
    return String(value);
  };
}

function columnOf({ name, type }: ArrowField): Column {
  const integers: Integers[] = [];
  const read = readerOf(type, () => {
    const place = new Integers();
    integers.push(place);
    return place.read;
  });
  return { name, read, integers };
}

const UNITS: readonly TimeUnit[] = ['s', 'ms', 'us', 'ns'];

/** @param integers makes the reader of a place that holds 64-bit integers */
function readerOf(type: ArrowType, integers: () => Reader): Reader {
  const unit = UNITS[type.unit ?? 1] ?? 'ms';
  const child = (index: number) => type.children?.[index]?.type;
  switch (type.typeId) {
    case ArrowTypeId.int:
      return type.bitWidth === 64 ? integers() : (value) => value;
    case ArrowTypeId.decimal:
      return orNull((value) => decimalOf(value, type.scale ?? 0));
    case ArrowTypeId.date:
      return orNull((value) => isoDate(Math.floor(millisecondsOf(value) / 86_400_000)));
    case ArrowTypeId.time:
      return orNull((value) => isoTime(countOf(value), unit));
    case ArrowTypeId.timestamp: {
      const clock = type.timezone === undefined || type.timezone === null ? 'local' : 'utc';
      // Both libraries give milliseconds unless flechette was asked for bigints, which are in the unit of the column.
      return orNull((value) => isoTimestamp(countOf(value), typeof value === 'bigint' ? unit : 'ms', clock));
    }
    case ArrowTypeId.duration:
      return orNull((value) => isoDuration(countOf(value), unit));
    case ArrowTypeId.binary:
    case ArrowTypeId.fixedSizeBinary:
    case ArrowTypeId.largeBinary:
    case ArrowTypeId.binaryView:
      return orNull((value) => (value instanceof Uint8Array ? base64(value) : value));
    case ArrowTypeId.list:
    case ArrowTypeId.fixedSizeList:
    case ArrowTypeId.largeList:
    case ArrowTypeId.listView:
    case ArrowTypeId.largeListView:
      return listReader(child(0), integers);
    case ArrowTypeId.struct:
      return structReader(type.children ?? [], integers);
    case ArrowTypeId.map:
      return mapReader(child(0)?.children?.[1]?.type, integers);
    case ArrowTypeId.dictionary:
      return type.dictionary === undefined ? (value) => value : readerOf(type.dictionary, integers);
    case ArrowTypeId.runEndEncoded:
      return readerOf(child(1) ?? { typeId: 0 }, integers);
    default:
      return (value) => value;
  }
}

function orNull(read: Reader): Reader {
  return (value) => (value === null || value === undefined ? null : read(value));
}

function countOf(value: unknown): bigint | number {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return value instanceof Date ? value.getTime() : Number(value);
}

function millisecondsOf(value: unknown): number {
  return Number(countOf(value));
}

/** A bigint, the words of an integer with its own `toString` (apache-arrow), or a number that flechette has divided already. */
function decimalOf(value: unknown, scale: number): string {
  if (typeof value === 'number') return value.toFixed(Math.max(0, scale));
  return decimalText(BigInt(String(value)), scale);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function listReader(type: ArrowType | undefined, integers: () => Reader): Reader {
  const read = type === undefined ? (value: unknown) => value : readerOf(type, integers);
  return orNull((value) => (isIterable(value) ? Array.from(value, read) : value));
}

function structReader(fields: readonly ArrowField[], integers: () => Reader): Reader {
  const readers = fields.map((field) => readerOf(field.type, integers));
  const make = rowMaker(fields.map(({ name }) => name));
  return orNull((value) => {
    // apache-arrow's rows are iterables of [name, value], and proxies that answer to more names than their own.
    const members = isIterable(value)
      ? Array.from(value, (entry) => Object(entry)[1])
      : fields.map(({ name }) => Object(value)[name]);
    return make(readers.map((read, index) => read(members[index])));
  });
}

function mapReader(type: ArrowType | undefined, integers: () => Reader): Reader {
  const read = type === undefined ? (value: unknown) => value : readerOf(type, integers);
  return orNull((value) => {
    const entries = isIterable(value) ? Array.from(value, (entry) => Object(entry)) : Object.entries(Object(value));
    return Object.fromEntries(entries.map((entry) => [String(entry[0]), read(entry[1])]));
  });
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}
