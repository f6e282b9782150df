import { type EvaluationResult, SweepResult } from '@touchstone/core';
import { checkTableFile, type TableFlags, writeTable } from './table-file.ts';
import { checkOutputFile, writeWhole } from './write-file.ts';

/** Files that a run leaves besides the store. */
export interface FileFlags extends TableFlags {
  readonly output?: string;
  readonly table?: string;
}

/** Refuses files that could not be written, before the run, when it costs nothing. @throws TouchstoneError `bad-output`, `unknown-file-type` */
export function checkOutputFiles({ output, table, forSpreadsheets }: FileFlags): void {
  checkOutputFile('--output', output);
  checkTableFile('--table', table, { forSpreadsheets });
}

/** @throws TouchstoneError `output-not-written` */
export async function writeOutputFiles(
  result: EvaluationResult | SweepResult,
  { output, table, forSpreadsheets }: FileFlags,
): Promise<void> {
  if (output !== undefined) await writeWhole(output, [`${JSON.stringify(result.toJSON(), null, 2)}\n`]);
  if (table !== undefined && !(result instanceof SweepResult))
    await writeTable(table, result.tables.eval_results_table, { forSpreadsheets });
}
