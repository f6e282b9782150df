import * as zlib from 'node:zlib';
import { messageOf, rowMaker, TouchstoneError } from '@touchstone/core';
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  type ParquetParsers,
  type ParquetScan,
  parquetMetadata,
  parquetScan,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { unpackLz4Block } from './lz4.ts';
import { INTEGERS_64, leafOf, textOf } from './parquet-leaf.ts';
import { kindOfParquet, type ParquetNode, type ParquetSchema, prepareSchema, readerOfParquet } from './parquet-schema.ts';
import type { RandomAccess } from './random-access.ts';
import { checkSameKinds, type Kinds } from './same-columns.ts';

/**
 * Of a column of a row group, which may have a million rows, about so many bytes are decoded at a time. Parts that are much
 * smaller than its pages (of a megabyte, mostly) would decode each page many times.
 */
const BYTES_AT_ONCE = 32 * 1024 * 1024;

export interface ParquetTables {
  readonly size: number;
  rows(): AsyncGenerator<Record<string, unknown>>;
}

/**
 * Looks into Parquet files, and reads no rows yet.
 * @throws TouchstoneError `broken-data` for a file that is none, ends too early, is encrypted, or is written in a way that is not
 *   known here; `different-columns`
 */
export function openTables(files: readonly RandomAccess[]): ParquetTables {
  const tables = files.map(openTable);
  const [first, ...others] = tables;
  if (first === undefined) throw new RangeError('there is no file');
  for (const other of others) checkSameKinds(other.file.name, kindsOf(other), first.file.name, kindsOf(first));
  return {
    size: tables.reduce((sum, { schema }) => sum + Number(schema.metadata.num_rows), 0),
    async *rows() {
      const digits = new Set<string>();
      for (const table of tables) await addUnsafeIntegers(digits, table);
      for (const table of tables) yield* readRows(table, digits);
    },
  };
}

interface ParquetTable {
  readonly file: RandomAccess;
  readonly schema: ParquetSchema;
}

function openTable(file: RandomAccess): ParquetTable {
  const damaged = (why: string, cause?: unknown) =>
    new TouchstoneError('broken-data', `${file.name} cannot be read as Parquet: ${why}.`, { cause });
  const [start, end] = [file.slice(0, 4), file.slice(Math.max(0, file.size - 8), file.size)];
  const [head, tail] = [start.toString('latin1'), end.toString('latin1', 4)];
  if (head === 'PARE' || tail === 'PARE') throw damaged('it is encrypted');
  if (head !== 'PAR1') throw damaged(file.size === 0 ? 'it is empty' : 'it does not begin as Parquet does');
  const footerStart = file.size - 8 - (end.length === 8 ? end.readUInt32LE(0) : 0);
  if (tail !== 'PAR1' || footerStart < 4)
    throw damaged('it ends too early, so a part of it is missing; copy or download it again');
  let schema: ParquetSchema;
  try {
    schema = prepareSchema(parquetMetadata(file.slice(footerStart, file.size), { parsers: footerParsers, geoparquet: false }));
  } catch (error) {
    if (TouchstoneError.isInstance(error)) throw error;
    throw damaged(`its footer is damaged (${messageOf(error)})`, error);
  }
  checkNames(schema.columns, file.name);
  const unknown = unknownPart(schema, footerStart);
  if (unknown !== undefined) throw damaged(unknown);
  return { file, schema };
}

/** Of the smallest and largest values in a footer only integers are of interest, and bytes there may be cut anywhere. */
const footerParsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (value: unknown) => value,
  timestampFromMicroseconds: (value: unknown) => value,
  timestampFromNanoseconds: (value: unknown) => value,
  dateFromDays: (value: unknown) => value,
  stringFromBytes: () => undefined,
};

/** All annotations that hyparquet still sees are those of texts and of INT96, which it knows as nanoseconds. */
const valueParsers: Partial<ParquetParsers> = {
  timestampFromNanoseconds: (value: unknown) => value,
  stringFromBytes: (bytes) => (bytes === undefined ? undefined : textOf(bytes)),
};

/** Node's own are several times as fast, where it has them; and hyparquet's LZ4 stumbles over a page without values. */
const codecs: Compressors = {
  ...compressors,
  GZIP: (bytes) => zlib.gunzipSync(bytes),
  LZ4_RAW: unpackLz4Block,
  BROTLI: (bytes) => zlib.brotliDecompressSync(bytes),
  ...(typeof zlib.zstdDecompressSync === 'function' ? { ZSTD: (bytes: Uint8Array) => zlib.zstdDecompressSync(bytes) } : {}),
};

/** Names that stand twice would be one column of two. */
function checkNames(siblings: readonly ParquetNode[], name: string): void {
  const seen = new Set<string>();
  for (const { path, children } of siblings) {
    if (seen.has(path)) throw new TouchstoneError('broken-data', `${name} names the column '${path}' twice.`);
    seen.add(path);
    checkNames(children, name);
  }
}

/** The first column chunk that is not where it should be, or is written in a way that nothing here reads. */
function unknownPart({ leaves, metadata }: ParquetSchema, end: number): string | undefined {
  for (const { columns } of metadata.row_groups) {
    for (const [index, { file_path, crypto_metadata, meta_data }] of columns.entries()) {
      const column = `its column '${leaves[index]?.path}'`;
      if (crypto_metadata !== undefined) return `${column} is encrypted`;
      if (file_path !== undefined && file_path !== '') return `${column} lies in another file, '${file_path}'`;
      if (meta_data === undefined) continue;
      const { codec, encodings, dictionary_page_offset, data_page_offset, total_compressed_size } = meta_data;
      // The types of hyparquet promise a name, and what it has none for is undefined.
      const packed: string = codec ?? 'something new';
      if (packed !== 'UNCOMPRESSED' && !Object.hasOwn(codecs, packed))
        return `${column} is packed with ${packed}, which is not known here`;
      if (encodings.some((encoding) => encoding === undefined)) return `${column} has an encoding that is not known here`;
      if ((dictionary_page_offset || data_page_offset) + total_compressed_size > BigInt(end))
        return `${column} ends too early, so a part of the file is missing; copy or download it again`;
    }
  }
  return undefined;
}

function kindsOf({ schema }: ParquetTable): Kinds {
  return new Map(schema.columns.map((column) => [column.path, kindOfParquet(column)]));
}

/** Adds the ids of 64-bit integers that are not all safe numbers. Most files say so in their statistics; for others the column is read. */
async function addUnsafeIntegers(digits: Set<string>, table: ParquetTable): Promise<void> {
  const { columns, leaves, metadata } = table.schema;
  for (const [index, leaf] of leaves.entries()) {
    if (leafOf(leaf.element).kind !== INTEGERS_64 || digits.has(leaf.id)) continue;
    const safety = metadata.row_groups.map(({ columns: chunks }) => safetyOf(chunks[index]?.meta_data));
    if (safety.includes('unsafe')) digits.add(leaf.id);
    else if (safety.includes('unknown')) {
      const column = columns.find((candidate) => isWithin(leaf, candidate));
      if (column !== undefined) await addSeenIntegers(digits, table, column);
    }
  }
}

type Chunk = NonNullable<FileMetaData['row_groups'][number]['columns'][number]['meta_data']>;

function safetyOf(chunk: Chunk | undefined): 'safe' | 'unsafe' | 'unknown' {
  if (chunk === undefined || chunk.statistics?.null_count === chunk.num_values) return 'safe';
  const { min_value, max_value, min = min_value, max = max_value } = chunk.statistics ?? {};
  if (typeof min !== 'bigint' || typeof max !== 'bigint') return 'unknown';
  return [min, max].every((value) => Number.isSafeInteger(Number(value))) ? 'safe' : 'unsafe';
}

async function addSeenIntegers(digits: Set<string>, table: ParquetTable, column: ParquetNode): Promise<void> {
  const read = readerOfParquet(column, (leaf) => (value) => {
    if (!Number.isSafeInteger(Number(value))) digits.add(leaf.id);
  });
  for await (const [values = []] of columnSlices(table, [column])) for (const value of Array.from(values)) read(value);
}

async function* readRows(table: ParquetTable, digits: ReadonlySet<string>): AsyncGenerator<Record<string, unknown>> {
  const { columns } = table.schema;
  const readers = columns.map((column) => readerOfParquet(column, ({ id }) => (digits.has(id) ? String : Number)));
  const makeRow = rowMaker(columns.map(({ path }) => path));
  for await (const slices of columnSlices(table, columns)) {
    const rows = slices[0]?.length ?? 0;
    for (let row = 0; row < rows; row++) yield makeRow(readers.map((read, index) => read(slices[index]?.[row])));
  }
}

/** The values of some columns, part by part, all columns of the same rows. */
async function* columnSlices(
  { file, schema }: ParquetTable,
  columns: readonly ParquetNode[],
): AsyncGenerator<readonly ArrayLike<unknown>[]> {
  const scan = await parquetScan({
    file: asyncBuffer(file),
    metadata: schema.metadata,
    compressors: codecs,
    parsers: valueParsers,
    utf8: false,
    geoparquet: false,
  });
  // One range a row group that has rows.
  const groups = schema.metadata.row_groups.filter(({ num_rows }) => num_rows > 0n);
  for (const [index, { rowStart, rowEnd }] of scan.ranges.entries()) {
    const sizes = columns.map((column) => bytesOf(column, schema, groups[index]));
    // What is small, and lists and structs, which can only be decoded as a whole: later parts of it come from what was kept.
    for (const [at, column] of columns.entries()) {
      if (isNested(column) || (sizes[at] ?? 0) <= BYTES_AT_ONCE) await readColumn(scan, file, column, rowStart, rowEnd);
    }
    const parts = Math.ceil(Math.max(1, ...sizes) / BYTES_AT_ONCE);
    const step = Math.ceil((rowEnd - rowStart) / parts);
    for (let start = rowStart; start < rowEnd; start += step) {
      const end = Math.min(start + step, rowEnd);
      const slices: ArrayLike<unknown>[] = [];
      for (const column of columns) slices.push(await readColumn(scan, file, column, start, end));
      yield slices;
    }
  }
}

/** Of all leaves of the column in this row group, unpacked. */
function bytesOf(column: ParquetNode, { leaves }: ParquetSchema, group: FileMetaData['row_groups'][number] | undefined): number {
  const chunks = group?.columns.filter((_, index) => leaves[index] !== undefined && isWithin(leaves[index], column)) ?? [];
  return chunks.reduce((sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0), 0);
}

function isWithin(leaf: ParquetNode, column: ParquetNode): boolean {
  return leaf.id === column.id || leaf.id.startsWith(`${column.id}\0`);
}

function isNested({ element, children }: ParquetNode): boolean {
  return children.length > 0 || element.repetition_type === 'REPEATED';
}

async function readColumn(
  scan: ParquetScan,
  file: RandomAccess,
  { key, path }: ParquetNode,
  rowStart: number,
  rowEnd: number,
): Promise<ArrayLike<unknown>> {
  const failed = (why: string, cause?: unknown) =>
    new TouchstoneError(
      'broken-data',
      `${file.name}, rows ${rowStart + 1} to ${rowEnd}, column '${path}' cannot be read: ${why}. The file is damaged, or uses something of Parquet that is not known here.`,
      { cause },
    );
  let values: ArrayLike<unknown>;
  try {
    values = await scan.readColumn({ column: key, rowStart, rowEnd });
  } catch (error) {
    if (TouchstoneError.isInstance(error)) throw error;
    throw failed(messageOf(error).replace(/^parquet /, ''), error);
  }
  if (values.length !== rowEnd - rowStart) throw failed(`there are ${values.length} values`);
  return values;
}

function asyncBuffer(file: RandomAccess): AsyncBuffer {
  return {
    byteLength: file.size,
    slice(start, end = file.size) {
      const bytes = file.slice(start, end);
      return bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength
        ? bytes.buffer
        : bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    },
  };
}
