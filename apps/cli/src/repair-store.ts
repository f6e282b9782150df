import { TouchstoneError } from '@touchstone/core';
import {
  checkStore,
  type RunCounts,
  removeLeftoverLeases,
  type Salvage,
  type SalvagedRun,
  type StoreCheck,
  salvagePath,
  salvageStore,
} from '@touchstone/store-sqlite';
import { alignColumns } from './align-columns.ts';
import { EXIT } from './exit-codes.ts';
import { nextCommand } from './open-touchstone.ts';
import { print, say } from './say.ts';

/**
 * `touchstone doctor --repair`: removes what dead processes left, and saves what can be read of a damaged store to a new file.
 * Exit 0 when all of it is there then, 3 when something was lost.
 */
export async function repairStore(path: string, flags: { readonly to?: string; readonly json?: boolean }): Promise<number> {
  const check = checkStore(path);
  if (!check.exists) {
    throw new TouchstoneError(
      'store-missing',
      `There is no store ${path}, so there is nothing to repair: name one with --store.`,
    );
  }
  if (check.ok) {
    await tellWell(path, removeLeftoverLeases(check.file), flags);
    return EXIT.ok;
  }
  refuseOtherTrouble(check);
  const to = flags.to ?? salvagePath(path);
  const salvage = salvageStore(path, to);
  if (flags.json === true) {
    const { file: _, to: __, ...rest } = salvage;
    await print(JSON.stringify({ store: path, to, ...rest }, null, 2));
  } else {
    await print(salvageText(path, to, salvage));
  }
  sayWhatNext(to, salvage);
  return salvage.isWhole ? EXIT.ok : EXIT.incomplete;
}

async function tellWell(path: string, removed: readonly string[], { json }: { readonly json?: boolean }): Promise<void> {
  if (json === true) {
    await print(JSON.stringify({ store: path, ok: true, removedLeases: removed }, null, 2));
    return;
  }
  await print(`${path} is well: there is nothing to repair.`);
  if (removed.length > 0) await print(`Removed ${counted(removed.length, 'lease file')} that dead processes had left.`);
}

/** A store that is locked, or may not be read, is not damaged. */
function refuseOtherTrouble({ problems }: StoreCheck): void {
  const [other] = problems.filter(({ code }) => !['store-corrupt', 'store-not-a-database', 'store-io'].includes(code));
  if (other !== undefined) throw new TouchstoneError(other.code, other.message, { kind: 'store' });
}

function salvageText(path: string, to: string, { runs, lostRuns, damage, isWhole }: Salvage): string {
  const head = `${path} is damaged. ${isWhole ? 'All of it' : 'What can be read of it'} was saved to ${to}; the damaged file was not changed.`;
  const table = [['run', 'name', 'status', 'saved', 'lost'], ...runs.map(runLine)];
  const unreadable = damage.map(({ table: name, pages, records }) => {
    const parts = [...(pages > 0 ? [counted(pages, 'page')] : []), ...(records > 0 ? [counted(records, 'record')] : [])];
    return `${parts.join(' and ')} of ${name}`;
  });
  return [
    head,
    ...(runs.length > 0 ? ['', alignColumns(table)] : []),
    ...(lostRuns.length > 0 ? ['', `Nothing is left of ${lostRuns.map((id) => id.slice(0, 8)).join(', ')}.`] : []),
    ...(unreadable.length > 0 ? ['', `Not readable: ${unreadable.join(', ')}.`] : []),
  ].join('\n');
}

function runLine({ id, name, status, saved, lost }: SalvagedRun): readonly string[] {
  return [id.slice(0, 8), name, status, countsText(saved), countsText(lost)];
}

/** `12 rows, 1 prediction`. */
function countsText({ rows, predictions, scores, calls }: RunCounts): string {
  const words = [
    [rows, 'row'],
    [predictions, 'prediction'],
    [scores, 'score'],
    [calls, 'call'],
  ] as const;
  return words.flatMap(([count, word]) => (count === 0 ? [] : [counted(count, word)])).join(', ') || 'nothing';
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function sayWhatNext(to: string, { runs }: Salvage): void {
  const unfinished = runs.filter(({ status }) => ['running', 'interrupted', 'incomplete'].includes(status)).at(-1);
  if (unfinished === undefined) say(`See what is in it with:\n${nextCommand('runs', to)}`);
  else say(`A resume makes what is missing of a run:\n${nextCommand(`resume ${unfinished.id.slice(0, 8)}`, to)}`);
}
