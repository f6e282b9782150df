import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkNoSweep, findRun, type RowRecord, suggestion, TouchstoneError } from '@touchstone/core';
import { EXIT } from './exit-codes.ts';
import { findRow } from './find-row.ts';
import { type OpenedTouchstone, type StoreFlags, withTouchstone } from './open-touchstone.ts';
import { askedFor } from './repro/asked-for.ts';
import { formatRepro } from './repro/format-repro.ts';
import { withoutCredentials } from './repro/marked-credentials.ts';
import { reproDocument } from './repro/repro-document.ts';
import { vitestFile } from './repro/vitest-file.ts';
import { isRunDocument } from './run-document.ts';
import { print, say } from './say.ts';
import { checkOutputFile, writeWhole } from './write-file.ts';

export interface ReproFlags extends StoreFlags {
  readonly evaluation?: number;
  readonly metric?: string;
  readonly call?: number;
  /** A path, or `-` for stdout. */
  readonly vitest?: string;
  readonly json?: boolean;
}

/** `touchstone repro`: what was sent, answered and read of one row, and how to do it again. Sends nothing. */
export async function reproCommand(ref: string, row: string, flags: ReproFlags): Promise<number> {
  const file = flags.vitest === undefined || flags.vitest === '-' ? undefined : resolve(flags.vitest);
  if (file !== undefined) checkOutputFile('--vitest', flags.vitest);
  // The config of this folder is only for finding the store; the run knows its own.
  const found = await withTouchstone(flags, async ({ touchstone, store = '' }) => {
    const run = await findRun(touchstone.store.catalog, ref);
    await checkNoSweep(touchstone.store.catalog, run);
    return { run, store: resolve(store) };
  });
  const { origin } = found.run;
  const from = process.cwd();
  // Models and metrics may read files of the folder in which they were started.
  if (isRunDocument(origin) && existsSync(origin.cwd)) process.chdir(origin.cwd);
  const config = isRunDocument(origin) ? origin.config : flags.config;
  const reopened = { store: found.store, ...(config === undefined || !existsSync(config) ? {} : { config }) };
  return withTouchstone(reopened, async (opened) => {
    const record = await recordOf(opened, found.run.id, row, flags);
    const asked = await askedFor(record, opened);
    for (const sentence of asked.trouble) say(sentence);
    if (flags.vitest !== undefined) {
      const place = file ?? resolve(from, 'repro.test.ts');
      const text = withoutCredentials(await vitestFile(record, asked, { ...opened, file: place }));
      if (file === undefined) {
        await print(text);
        return EXIT.ok;
      }
      await writeWhole(file, [text]);
    }
    const document = await reproDocument(record, asked, opened.touchstone, flags);
    await print(withoutCredentials(flags.json === true ? JSON.stringify(document, null, 2) : formatRepro(document)));
    if (flags.vitest !== undefined) say(`Written to ${flags.vitest}: run it with npx vitest run ${flags.vitest}.`);
    return EXIT.ok;
  });
}

/** @throws TouchstoneError `row-not-found`, `row-ambiguous`, `unknown-metric`, `bad-option`, `evaluation-not-chosen` */
async function recordOf({ touchstone }: OpenedTouchstone, id: string, row: string, flags: ReproFlags): Promise<RowRecord> {
  const { catalog } = touchstone.store;
  const run = await findRun(catalog, id);
  const evaluations = await catalog.evaluations(id);
  const index = flags.evaluation ?? 1;
  const found = evaluations.find((evaluation) => evaluation.index === index);
  if (found === undefined || (flags.evaluation === undefined && evaluations.length > 1)) {
    throw new TouchstoneError(
      'evaluation-not-chosen',
      `Run ${run.name} holds ${evaluations.length} evaluations: say which one is meant with --evaluation N.`,
    );
  }
  const { ordinal } = await findRow(row, await catalog.reader(id, index), run);
  const record = await touchstone.rowRecord(id, { ordinal }, { evaluation: index });
  checkNarrow(record, flags);
  return record;
}

function checkNarrow({ run, plan, calls }: RowRecord, { metric, call }: ReproFlags): void {
  const names = plan.metrics.map(({ name }) => name);
  if (metric !== undefined && !names.includes(metric)) {
    const hint = suggestion(metric, names, { list: 'It has' });
    throw new TouchstoneError('unknown-metric', `Run ${run.name} has no metric '${metric}'.${hint}`);
  }
  if (call !== undefined && call > calls.length) {
    const there = calls.length === 0 ? 'no calls' : `the calls 1 to ${calls.length}`;
    throw new TouchstoneError('bad-option', `--call is ${call}, and of this row ${there} are recorded.`);
  }
}
