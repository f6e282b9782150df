import { type EvaluationResult, type ResultDocument, SweepResult } from '@touchstone/core';
import { nextCommand } from './open-touchstone.ts';
import { say } from './say.ts';

/** How a run ended, on stderr. The last line of an unfinished run is the command that goes on with it. @param continuedBy that command, after `touchstone` */
export async function sayEnd(
  result: EvaluationResult,
  store: string | undefined,
  continuedBy = resumeOf(result.run.id),
): Promise<void> {
  const { run } = result;
  const failed = count(result.toJSON(), 'failed');
  const facts = [`${run.rows} ${run.rows === 1 ? 'row' : 'rows'}`, failed, count(result.toJSON(), 'skipped')].filter(
    (fact) => fact !== '',
  );
  const end = `${run.status}: ${facts.join(', ')}${run.reason === undefined ? '' : ` (${run.reason})`}`;
  const next =
    store === undefined
      ? undefined
      : nextCommand(`${failed === '' ? 'show' : 'rows'} ${run.id.slice(0, 8)}${failed === '' ? '' : ' --failed'}`, store);
  if (run.status === 'finished') {
    say(next === undefined ? end : `${end} · ${next}`);
    return;
  }
  say(end);
  if (run.status === 'failed') {
    const first = await firstFailure(result);
    if (first !== undefined) say(first);
    if (next !== undefined) say(next);
  } else if (store !== undefined) {
    sayResume(continuedBy, store, run.reason);
  }
}

export async function sayEndOf(result: EvaluationResult | SweepResult, store: string | undefined): Promise<void> {
  if (result instanceof SweepResult) saySweepEnd(result, store);
  else await sayEnd(result, store);
}

/** How a sweep ended: as {@link sayEnd}. */
function saySweepEnd({ run, cells }: SweepResult, store: string | undefined): void {
  const finished = cells.filter(({ result }) => result?.run.status === 'finished').length;
  const end = `${run.status}: ${finished} of ${cells.length} cells finished${run.reason === undefined ? '' : ` (${run.reason})`}`;
  const show = store === undefined ? undefined : nextCommand(`show ${run.id.slice(0, 8)}`, store);
  say(show === undefined || run.status === 'incomplete' || run.status === 'interrupted' ? end : `${end} · ${show}`);
  if (store !== undefined && run.status !== 'finished') sayResume(resumeOf(run.id), store, run.reason);
}

/** What goes on with a run, after `touchstone`. */
export function resumeOf(id: string): string {
  return `resume ${id.slice(0, 8)}`;
}

/**
 * @param command what goes on with the run, after `touchstone`
 * @param reason why it ended; what has stopped it once, stops it again
 */
export function sayResume(command: string, store: string, reason = ''): void {
  const limit = LIMITS.find(([words]) => reason.startsWith(words))?.[1];
  say(`Continue it with${limit === undefined ? '' : ` (and a higher ${limit})`}:\n${nextCommand(command, store)}`);
}

export function sayRepair(store: string): void {
  say(`Save what can be read of the store to a new file with:\n${nextCommand('doctor --repair', store)}`);
}

/** How the reasons of runs begin that a flag of `resume` can let go on. */
const LIMITS = [
  ['the cost cap', '--max-cost'],
  ['the error budget', '--error-budget'],
] as const;

/** `2 failed` where all metrics that have any have as many; else by metric: `failed: polite 2, brief 1`. */
function count({ coverage }: ResultDocument, kind: 'failed' | 'skipped'): string {
  const counts = Object.entries(coverage).flatMap(([key, { [kind]: rows }]): [string, number][] =>
    rows === 0 ? [] : [[key, rows]],
  );
  const [first] = counts;
  if (first === undefined) return '';
  if (counts.every(([, rows]) => rows === first[1])) return `${first[1]} ${kind}`;
  return `${kind}: ${counts.map(([key, rows]) => `${key} ${rows}`).join(', ')}`;
}

async function firstFailure(result: EvaluationResult): Promise<string | undefined> {
  for await (const row of result.rows()) {
    for (const score of Object.values(row.scores)) {
      if (score.status === 'failed') return `Row ${row.ordinal + 1}: ${score.error.message}`;
    }
  }
  return undefined;
}
