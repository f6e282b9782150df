import {
  type BrokenLine,
  type FileOptions,
  type Json,
  messageOf,
  type NumberedRow,
  type Row,
  rowMaker,
  TouchstoneError,
} from '@touchstone/core';
import { ColumnGuess } from './column-guess.ts';
import { askedReader, askedType, type CellReader, checkTypes, guessedReaders } from './csv-cells.ts';
import { CsvRecords, delimiterName } from './csv-records.ts';
import { type DataBytes, dataBytes } from './data-bytes.ts';
import { decoderFor } from './decoders.ts';
import { describeFiles, type SyncDataset } from './describe-files.ts';
import { checkSameColumns } from './same-columns.ts';
import { textPieces } from './text-pieces.ts';

export interface CsvOptions extends Pick<FileOptions, 'encoding' | 'delimiter' | 'types'> {}

/**
 * Files of comma- or tab-separated values (RFC 4180) with a line of column names, also gzipped. They are read twice: first to
 * see that they are whole and what the cells of each column have in common, then row by row. Only one piece is in memory.
 *
 * Nothing between two delimiters is null, `""` is an empty text. A column is numbers when all of its cells are bare numbers that
 * could be written back from their values (`1` `2`, `1.0` `0.25`, `2.50` `10.00`; not `007`, not 20 digits); booleans when all are
 * `true` and `false` in one spelling; else text. `types` says it otherwise.
 *
 * @param path one file, or several that have the same columns
 * @throws TouchstoneError `data-not-readable`, `unknown-encoding`, `bad-option`; when rows are read `broken-data` naming line and
 *   column, `empty-data`, `file-changed`
 * @example
 * evaluate({ data: csvFile('answers.csv', { encoding: 'euc-kr', types: { code: 'text' } }), predictions: 'output', … })
 */
export function csvFile(path: string | readonly string[], options: CsvOptions = {}): SyncDataset {
  const files = [path].flat().map((one) => dataBytes(one));
  for (const file of files) checkRereadable(file);
  if (options.encoding !== undefined) decoderFor(options.encoding);
  const csv: Csv = { files: files.map((file) => ({ file, delimiter: delimiterOf(file, options) })), options };
  // Numbers of lines say nothing where there are several files.
  const [only, ...others] = csv.files;
  let readers: ReadonlyMap<string, CellReader> | undefined;
  return {
    ...describeFiles(files, options),
    *rows() {
      readers ??= survey(csv);
      for (const file of csv.files) yield* readRows(file, options, readers);
    },
    ...(only === undefined || others.length > 0 ? {} : { lines: (broken) => readLines(only, csv, broken) }),
  };
}

/** Is told of rows that cannot be read; where there is none, they are thrown. */
type Broken = (line: BrokenLine) => void;

interface Csv {
  readonly files: readonly CsvFile[];
  readonly options: CsvOptions;
}

interface CsvFile {
  readonly file: DataBytes;
  readonly delimiter: string;
}

function checkRereadable({ name, rereadable }: DataBytes): void {
  if (rereadable) return;
  throw new TouchstoneError(
    'data-not-readable',
    `${name} is a pipe, which can be read once, and a file of separated values is read twice: save it as a file, or pipe JSON Lines.`,
  );
}

function delimiterOf({ name }: DataBytes, { delimiter }: CsvOptions): string {
  if (delimiter === undefined) return /\.tsv(?:\.gz)?$/i.test(name) ? '\t' : ',';
  // A shell gives the two characters as they were typed.
  const character = delimiter === '\\t' ? '\t' : delimiter;
  if (character.length === 1 && !/["\r\n\0]/.test(character)) return character;
  throw new TouchstoneError(
    'bad-option',
    `delimiter is ${JSON.stringify(delimiter)}; it is one character, and no quote or line break.`,
  );
}

/** Reads everything once, so that what is wrong is said before the first row, and each column has one type from its first row to its last. */
function survey({ files, options }: Csv, broken?: Broken): ReadonlyMap<string, CellReader> {
  const columns = new Map<string, SurveyedColumn>();
  for (const csv of files) {
    const table = openTable(csv, options, broken);
    const { name } = csv.file;
    const { records, names } = table;
    try {
      if (columns.size === 0) {
        checkTypes(options.types, names, name);
        for (const column of names) columns.set(column, surveyedColumn(column, options, broken));
      } else {
        checkSameColumns(name, names, files[0]?.file.name ?? '', [...columns.keys()]);
      }
      const looks = names.map((column) => columns.get(column)?.look);
      while (nextRow(table, broken)) {
        for (let index = 0; index < looks.length; index++) looks[index]?.(records, index);
      }
    } catch (error) {
      // What ends the text ends it again when the rows are read, and is thrown there.
      if (broken === undefined || error !== records.fault) throw error;
    } finally {
      records.close();
    }
  }
  return new Map(Array.from(columns, ([name, column]) => [name, column.reader()]));
}

interface SurveyedColumn {
  look(records: CsvRecords, index: number): void;
  /** How its cells are read, after all of them were looked at. */
  reader(): CellReader;
}

function surveyedColumn(name: string, { types }: CsvOptions, broken?: Broken): SurveyedColumn {
  const asked = askedType(types, name);
  if (asked !== undefined) {
    const read = askedReader(asked, name);
    return { look: broken === undefined ? read : () => undefined, reader: () => read };
  }
  const guess = new ColumnGuess();
  return {
    look(records, index) {
      if (!guess.isOpen || records.isMissing(index)) return;
      if (records.isQuoted(index)) guess.seeText();
      else guess.see(records.cell(index));
    },
    reader: () => guessedReaders[guess.type],
  };
}

function* readRows(csv: CsvFile, options: CsvOptions, readers: ReadonlyMap<string, CellReader>): Generator<Row> {
  const table = openTable(csv, options);
  const { records, names } = table;
  const own = names.map((name) => readers.get(name) ?? guessedReaders.text);
  const makeRow = rowMaker<Json>(names);
  try {
    while (nextRow(table)) yield makeRow(own.map((read, index) => read(records, index)));
  } finally {
    records.close();
  }
}

function* readLines(file: CsvFile, csv: Csv, broken: Broken): Generator<NumberedRow<Row>> {
  // Told while rows are given; the first pass only finds the types of what can be read.
  const readers = survey(csv, () => undefined);
  const table = openTable(file, csv.options, broken);
  const { records, names } = table;
  const own = names.map((name) => readers.get(name) ?? guessedReaders.text);
  const makeRow = rowMaker<Json>(names);
  const readRow = (): Row | undefined => {
    try {
      return makeRow(own.map((read, index) => read(records, index)));
    } catch (error) {
      broken({ line: records.line, message: messageOf(error) });
      return undefined;
    }
  };
  try {
    while (nextRow(table, broken)) {
      const row = readRow();
      if (row !== undefined) yield { line: records.line, row };
    }
  } finally {
    records.close();
  }
}

/** A file whose line of column names has been read. */
interface Table {
  readonly records: CsvRecords;
  readonly names: readonly string[];
  readonly delimiter: string;
}

function openTable({ file, delimiter }: CsvFile, options: CsvOptions, broken?: Broken): Table {
  const { name } = file;
  const { encoding } = options;
  const text = textPieces(file.pieces(), { name, ...(encoding === undefined ? {} : { encoding }) });
  const records = new CsvRecords(text, { name, delimiter });
  try {
    if (!records.next())
      throw new TouchstoneError('empty-data', `${name} is empty; the first line of such a file holds the names of its columns.`);
    const names = Array.from({ length: records.width }, (_, index) => records.cell(index));
    if (options.delimiter === undefined) refuseOtherDelimiter(names, delimiter, name);
    const table = { records, names: checkNames(names, records), delimiter };
    records.broken = broken;
    return table;
  } catch (error) {
    records.close();
    throw error;
  }
}

/** Where the decimal point is a comma, spreadsheets write semicolons. */
function refuseOtherDelimiter([only = '', ...others]: readonly string[], delimiter: string, name: string): void {
  const other = [';', '\t', '|', ','].find((character) => character !== delimiter && only.includes(character));
  if (others.length > 0 || other === undefined) return;
  throw new TouchstoneError(
    'broken-data',
    `${name} has one column, '${only}', whose name holds a ${delimiterName(other)}: if that is what separates the cells, say delimiter: '${other === '\t' ? '\\t' : other}'; if not, say delimiter: '${delimiter === '\t' ? '\\t' : delimiter}'.`,
  );
}

/** A column without a name is called as pandas calls it: it writes its row numbers so. */
function checkNames(given: readonly string[], records: CsvRecords): readonly string[] {
  const names = given.map((name, index) => (name === '' ? `Unnamed: ${index}` : name));
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (seen.has(name)) throw records.errorAt(index, `there is a second column '${name}'; every column needs a name of its own.`);
    seen.add(name);
  }
  return names;
}

function nextRow(table: Table, broken?: Broken): boolean {
  const { records, names } = table;
  while (records.next()) {
    if (records.width === names.length) return true;
    const error = wrongWidth(table);
    if (broken === undefined) throw error;
    broken({ line: records.line, message: error.message });
  }
  return false;
}

function wrongWidth({ records, names, delimiter }: Table): TouchstoneError {
  const { width } = records;
  const columns = names.length === 1 ? '1 column' : `${names.length} columns`;
  const hint = width > names.length ? ` A cell that holds a ${delimiterName(delimiter)} must be in double quotes.` : '';
  return records.errorAt(
    Math.min(width, names.length),
    `the row has ${width === 1 ? '1 cell' : `${width} cells`}, and the first line names ${columns}.${hint}`,
  );
}
