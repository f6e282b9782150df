import { extname } from 'node:path';
import { type EvaluationResult, type ResultTable, suggestion, TouchstoneError } from '@touchstone/core';
import { checkOutputFile, writeWhole } from './write-file.ts';

/** Files that a run leaves besides the store. */
export interface FileFlags {
  readonly output?: string;
  readonly table?: string;
}

/** By a table file's ending: MLflow's split orientation, JSON lines, CSV. */
const FORMATS: Readonly<Record<string, (table: ResultTable) => AsyncIterable<string>>> = {
  '.json': (table) => table.toSplitJSON(),
  '.jsonl': (table) => table.toJSONL(),
  '.csv': (table) => table.toCSV(),
};

/** Refuses files that could not be written, before the run, when it costs nothing. @throws TouchstoneError `bad-output`, `unknown-file-type` */
export function checkOutputFiles({ output, table }: FileFlags): void {
  checkOutputFile('--output', output);
  if (table === undefined) return;
  const extension = extname(table).toLowerCase();
  if (!Object.hasOwn(FORMATS, extension)) {
    const hint = suggestion(extension, Object.keys(FORMATS));
    throw new TouchstoneError(
      'unknown-file-type',
      `--table is '${table}', and a table is written as ${Object.keys(FORMATS).join(', ')}.${hint}`,
    );
  }
  checkOutputFile('--table', table);
}

/** @throws TouchstoneError `output-not-written` */
export async function writeOutputFiles(result: EvaluationResult, { output, table }: FileFlags): Promise<void> {
  if (output !== undefined) await writeWhole(output, [`${JSON.stringify(result.toJSON(), null, 2)}\n`]);
  const write = table === undefined ? undefined : FORMATS[extname(table).toLowerCase()];
  if (table !== undefined && write !== undefined) await writeWhole(table, write(result.tables.eval_results_table));
}
