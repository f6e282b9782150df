import { type ColumnType, type FileOptions, type Json, messageOf, suggestion, TouchstoneError } from '@touchstone/core';
import type { CsvRecords } from './csv-records.ts';

/** A cell of the current record → its value; nothing between the delimiters → null. */
export type CellReader = (records: CsvRecords, index: number) => Json;

/** For types that were found in the cells themselves, so every cell fits. */
export const guessedReaders: Readonly<Record<'text' | 'number' | 'boolean', CellReader>> = {
  text: orNull((records, index) => records.cell(index)),
  number: orNull((records, index) => Number(records.cell(index))),
  boolean: orNull((records, index) => records.cell(index).toLowerCase() === 'true'),
};

/**
 * For types that were asked for: a cell that does not fit is an error.
 * @throws (when read) TouchstoneError `broken-data` naming line and column
 */
export function askedReader(type: ColumnType, column: string): CellReader {
  if (type === 'text') return guessedReaders.text;
  const parse = PARSERS[type];
  return orNull((records, index) => {
    const text = records.cell(index);
    // Who puts everything in quotes has no other way to write a missing number.
    if (text === '') return null;
    const { value, problem } = parse(text);
    if (value !== undefined) return value;
    throw records.errorAt(
      index,
      `in '${column}' there is '${excerpt(text)}', ${problem}; types says that the column holds ${HELD[type]}.`,
    );
  });
}

/** What `types` says of a column: its own type, else that of `*`. */
export function askedType(types: FileOptions['types'], column: string): ColumnType | undefined {
  if (types === undefined || typeof types === 'string') return types;
  return Object.hasOwn(types, column) ? types[column] : types['*'];
}

/** Checks `types` against the columns that there are. @throws TouchstoneError `bad-option` */
export function checkTypes(types: FileOptions['types'], columns: readonly string[], name: string): void {
  for (const [column, type] of Object.entries(typeof types === 'string' ? { '*': types } : (types ?? {}))) {
    if (!Object.hasOwn(HELD, type))
      throw new TouchstoneError(
        'bad-option',
        `types has '${type}', which is no type of column.${suggestion(type, Object.keys(HELD), { list: 'There are' })}`,
      );
    if (column !== '*' && !columns.includes(column))
      throw new TouchstoneError(
        'bad-option',
        `types names the column '${column}', and ${name} has none of that name.${suggestion(column, columns, { list: 'It has' })}`,
      );
  }
}

const HELD: Readonly<Record<ColumnType, string>> = { text: 'texts', number: 'numbers', boolean: 'true and false', json: 'JSON' };

interface Parsed {
  readonly value?: Json;
  /** Where there is no value: what the text is instead. */
  readonly problem?: string;
}

const PARSERS: Readonly<Record<Exclude<ColumnType, 'text'>, (text: string) => Parsed>> = {
  number: parseNumber,
  boolean(text) {
    const word = text.toLowerCase();
    return word === 'true' || word === 'false' ? { value: word === 'true' } : { problem: 'which is neither true nor false' };
  },
  json(text) {
    try {
      return { value: JSON.parse(text) };
    } catch (error) {
      return { problem: `which is no JSON (${messageOf(error)})` };
    }
  },
};

function parseNumber(text: string): Parsed {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return { problem: 'which is no number' };
  const value = Number(text);
  if (!Number.isFinite(value)) return { problem: 'which is too large for a number' };
  if (/^[+-]?\d+$/.test(text) && !Number.isSafeInteger(value)) return { problem: 'which has more digits than a number holds' };
  return { value };
}

function orNull(read: CellReader): CellReader {
  return (records, index) => (records.isMissing(index) ? null : read(records, index));
}

function excerpt(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
