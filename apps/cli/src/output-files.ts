import { type EvaluationResult, SweepResult } from '@touchstone/core';
import { checkSaveFolder } from './save-folder.ts';
import { checkTableFile, type TableFlags, writeTable } from './table-file.ts';
import { checkOutputFile, writeWhole } from './write-file.ts';

/** Files that a run leaves besides the store. */
export interface FileFlags extends TableFlags {
  readonly output?: string;
  readonly table?: string;
  /** A folder for all of it: result, rows, and the tables and pictures of evaluators, which are not kept in the store. */
  readonly save?: string;
}

/** Refuses files that could not be written, before the run, when it costs nothing. @throws TouchstoneError `bad-output`, `unknown-file-type` */
export function checkOutputFiles({ output, table, save, forSpreadsheets }: FileFlags): void {
  checkOutputFile('--output', output);
  checkSaveFolder(save);
  checkTableFile('--table', table, { forSpreadsheets });
}

/** @throws TouchstoneError `output-not-written` */
export async function writeOutputFiles(
  result: EvaluationResult | SweepResult,
  { output, table, save, forSpreadsheets }: FileFlags,
): Promise<void> {
  if (output !== undefined) await writeWhole(output, [`${JSON.stringify(result.toJSON(), null, 2)}\n`]);
  if (result instanceof SweepResult) return;
  if (table !== undefined) await writeTable(table, result.tables.eval_results_table, { forSpreadsheets });
  if (save !== undefined) await result.save(save);
}
