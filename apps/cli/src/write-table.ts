import { createWriteStream } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type EvaluationResult, suggestion, TouchstoneError } from '@touchstone/core';

const FORMATS = ['.json', '.jsonl', '.csv'];

/** Refuses a file type before the run, when it costs nothing. @throws TouchstoneError `unknown-file-type` */
export function checkTableFile(path: string): void {
  const extension = extname(path).toLowerCase();
  if (FORMATS.includes(extension)) return;
  throw new TouchstoneError('unknown-file-type', `--table is '${path}': the table is written as ${FORMATS.join(', ')}.${suggestion(extension, FORMATS)}`);
}

/** The row table in the format of the file's ending: MLflow's split orientation, JSON lines, or CSV. Never half-written. */
export async function writeTable(result: EvaluationResult, path: string): Promise<void> {
  const table = result.tables.eval_results_table;
  if (table === undefined) throw new TouchstoneError('no-table', 'This run has no row table.', { kind: 'run' });
  const part = `${path}.part`;
  try {
    const extension = extname(path).toLowerCase();
    if (extension === '.json') await writeFile(part, JSON.stringify(await table.toJSON()));
    else await pipeline(Readable.from(extension === '.csv' ? table.toCSV() : table.toJSONL()), createWriteStream(part));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
