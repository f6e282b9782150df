import { type Json, type TableSource, TouchstoneError } from '@touchstone/core';
import type { SchemaElement } from 'hyparquet-writer';
import { checkRereadable, type RowsOrTable, tableOf, type WriteOptions } from './rows-or-table.ts';

/**
 * A row group ends at so many rows, or at so many characters of text: what is in memory at once, several times over while it is
 * encoded. Larger groups made files no smaller.
 */
const MOST_ROWS = 50_000;
const MOST_CHARACTERS = 4 * 1024 * 1024;

/**
 * Parquet (Snappy), in pieces: a row group at a time. The rows are read twice, first for the types of the columns:
 *
 * | A column that holds, besides null | is |
 * |---|---|
 * | true and false | BOOLEAN |
 * | whole numbers up to 2⁵³ | INT64 |
 * | numbers, one of them with a fraction or larger | DOUBLE |
 * | texts, or nothing at all | STRING |
 * | lists and objects, or cells of several kinds | JSON: each cell its JSON text, so that `7` and `"7"` stay different |
 *
 * A missing cell is null.
 *
 * @throws TouchstoneError `already-read` for an iterator, `no-columns` for a table without any
 * @example
 * await writeFile('table.parquet', writeParquet(results.tables.eval_results_table));
 */
export async function* writeParquet(source: RowsOrTable, options: WriteOptions = {}): AsyncGenerator<Uint8Array> {
  checkRereadable(source, 'a Parquet file needs the types of all columns first: give');
  const columns = await typedColumns(tableOf(source, options));
  if (columns.length === 0) {
    throw new TouchstoneError(
      'no-columns',
      'There are no columns, and a Parquet file needs at least one; give `columns`, or rows that have some.',
    );
  }
  // Loaded with the first file: importing this package must cost little.
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({ writer, schema: schemaOf(columns, 'while writing'), createdBy: 'touchstone' });
  const take = (): Uint8Array => {
    const bytes = writer.getBytes().slice();
    // What is handed on leaves the buffer; `offset` goes on counting.
    writer.index = 0;
    return bytes;
  };
  for await (const group of rowGroups(columns, tableOf(source, options))) {
    parquet.write({
      columnData: columns.map(({ name, type }, index) => ({ name, data: group[index] ?? [], statistics: type !== 'JSON' })),
      rowGroupSize: MOST_ROWS,
    });
    yield take();
  }
  parquet.schema = schemaOf(columns, 'in the footer');
  parquet.finish();
  yield take();
}

type ColumnType = 'BOOLEAN' | 'INT64' | 'DOUBLE' | 'STRING' | 'JSON';

interface TypedColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** A bit for each kind of cell, so that a column's kinds are the OR of its cells'. */
const KIND = { boolean: 1, integer: 2, fraction: 4, text: 8, nested: 16 } as const;

async function typedColumns(table: TableSource): Promise<readonly TypedColumn[]> {
  const names = await table.columns();
  const kinds = new Uint8Array(names.length);
  for await (const lines of table.lines(names)) {
    for (const line of lines) {
      for (let index = 0; index < kinds.length; index++) kinds[index] = (kinds[index] ?? 0) | kindOf(line[index] ?? null);
    }
  }
  return names.map((name, index) => ({ name, type: typeOf(kinds[index] ?? 0) }));
}

function kindOf(cell: Json): number {
  if (cell === null) return 0;
  if (typeof cell === 'string') return KIND.text;
  if (typeof cell === 'number') return Number.isSafeInteger(cell) ? KIND.integer : KIND.fraction;
  return typeof cell === 'boolean' ? KIND.boolean : KIND.nested;
}

function typeOf(kinds: number): ColumnType {
  switch (kinds) {
    case 0:
    case KIND.text:
      return 'STRING';
    case KIND.boolean:
      return 'BOOLEAN';
    case KIND.integer:
      return 'INT64';
    case KIND.fraction:
    case KIND.integer | KIND.fraction:
      return 'DOUBLE';
    default:
      return 'JSON';
  }
}

/**
 * While row groups are written, a JSON column has no `converted_type`: the library would turn its values into JSON itself, and lose
 * members called `__proto__` on the way; ours are JSON text already. The footer, which is what readers see, has it: older ones know no other.
 */
function schemaOf(columns: readonly TypedColumn[], when: 'while writing' | 'in the footer'): SchemaElement[] {
  return [
    { name: 'root', num_children: columns.length },
    ...columns.map(({ name, type }): SchemaElement => {
      if (type === 'STRING')
        return {
          name,
          type: 'BYTE_ARRAY',
          converted_type: 'UTF8',
          logical_type: { type: 'STRING' },
          repetition_type: 'OPTIONAL',
        };
      if (type !== 'JSON') return { name, type, repetition_type: 'OPTIONAL' };
      const json: SchemaElement = { name, type: 'BYTE_ARRAY', logical_type: { type: 'JSON' }, repetition_type: 'OPTIONAL' };
      return when === 'in the footer' ? { ...json, converted_type: 'JSON' } : json;
    }),
  ];
}

type PhysicalCell = string | number | bigint | boolean | null;

/** The cells by column, one list each. */
async function* rowGroups(columns: readonly TypedColumn[], table: TableSource): AsyncGenerator<readonly PhysicalCell[][]> {
  let group: PhysicalCell[][] = columns.map(() => []);
  let [rows, characters] = [0, 0];
  for await (const lines of table.lines(columns.map(({ name }) => name))) {
    for (const line of lines) {
      for (const [index, { type }] of columns.entries()) {
        const cell = physical(line[index] ?? null, type);
        group[index]?.push(cell);
        if (typeof cell === 'string') characters += cell.length;
      }
      rows += 1;
      if (rows < MOST_ROWS && characters < MOST_CHARACTERS) continue;
      yield group;
      group = columns.map(() => []);
      [rows, characters] = [0, 0];
    }
  }
  if (rows > 0) yield group;
}

function physical(cell: Json, type: ColumnType): PhysicalCell {
  if (cell === null) return null;
  if (type === 'JSON' || typeof cell === 'object') return strictJson(cell);
  return type === 'INT64' && typeof cell === 'number' ? BigInt(cell) : cell;
}

/**
 * JSON without escapes of half a character: DuckDB refuses a file that has one. They become U+FFFD, as UTF-8 makes them in texts.
 * An escaped backslash is matched too, and left alone, because an escape after it is none.
 */
function strictJson(cell: Json): string {
  const text = JSON.stringify(cell);
  return text.includes('\\ud')
    ? text.replaceAll(/\\(?:\\|ud[89a-f][0-9a-f]{2})/g, (match) => (match === '\\\\' ? match : '\ufffd'))
    : text;
}
