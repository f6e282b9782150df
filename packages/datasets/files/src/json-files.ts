import { type FileOptions, jsonLineRows, jsonTable, numberedJsonLines, type Row } from '@touchstone/core';
import { type DataBytes, dataBytes } from './data-bytes.ts';
import { decoderFor } from './decoders.ts';
import { describeFiles, type SyncDataset } from './describe-files.ts';
import { textPieces } from './text-pieces.ts';

export interface JsonOptions extends Pick<FileOptions, 'encoding'> {}

/**
 * A JSON Lines file, also gzipped or in another encoding than UTF-8. Only one piece of it is in memory.
 *
 * @throws TouchstoneError `data-not-readable`, `unknown-encoding`; when rows are read `broken-data` naming line and column, `file-changed`
 * @example
 * evaluate({ data: jsonLinesFile('answers.jsonl.gz'), predictions: 'output', … })
 */
export function jsonLinesFile(path: string, options: JsonOptions = {}): SyncDataset {
  const file = dataBytes(path);
  if (options.encoding !== undefined) decoderFor(options.encoding);
  return {
    ...describeFiles([file], options),
    rows: () => jsonLineRows(utf8Pieces(file, options), file.name),
    lines: (broken) => numberedJsonLines(utf8Pieces(file, options), file.name, broken),
  };
}

/**
 * A JSON file as core reads it (a list of objects, or MLflow's and pandas' split orientation), also gzipped or in another
 * encoding than UTF-8. It is read as a whole when its rows are first asked for, and kept.
 *
 * @throws TouchstoneError as {@link jsonLinesFile}
 */
export function jsonFile(path: string, options: JsonOptions = {}): SyncDataset {
  const file = dataBytes(path);
  if (options.encoding !== undefined) decoderFor(options.encoding);
  let rows: readonly Row[] | undefined;
  return {
    ...describeFiles([file], options),
    rereadable: true,
    rows() {
      rows ??= jsonTable(Buffer.concat(Array.from(utf8Pieces(file, options), (piece) => Buffer.from(piece))), file.name);
      return rows;
    },
  };
}

/** Core reads UTF-8, and finds what is none itself. */
function utf8Pieces(file: DataBytes, { encoding }: JsonOptions): Iterable<Buffer> {
  if (encoding === undefined) return file.pieces();
  return textPieces(file.pieces(), { name: file.name, encoding }).map((text) => Buffer.from(text));
}
