import type { JournalReader, LimitChange, Plan, Revision, RunRecord } from '../contracts/index.ts';
import type { OpenedData } from '../data/opened-data.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { type PlanDifference, planDifferences } from '../plan/fingerprint.ts';
import type { PreparedEvaluation, Scoring } from '../plan/prepare-evaluation.ts';
import { type ChangedRow, changesText, dataChanges } from './data-changes.ts';
import { unfinished } from './limit-history.ts';
import type { RunSession } from './run-session.ts';

/**
 * By what a finished evaluation is changed before metrics are added to it. Each revision leaves a record that is right for its plan,
 * so a crash between two of them is that of an unfinished run.
 */
export function scoringRevisions(
  scoring: Scoring,
  { stored, next, limits }: { readonly stored: Plan; readonly next: Plan; readonly limits: readonly LimitChange[] },
): readonly Revision[] {
  const snapshot = unfinished(limits, scoring.earlier);
  const { origin } = scoring;
  const replacing = { snapshot, plan: next, ...(origin === undefined ? {} : { run: { origin } }) };
  const superseding = scoring.revisions.map((supersede) => ({ supersede, snapshot }));
  const last = superseding.pop();
  if (last !== undefined) return [...superseding, { ...last, ...replacing }];
  return stored.fingerprint === next.fingerprint ? [] : [replacing];
}

/** The run is at work from the first revision on. Limits that were learned are not forgotten with the result. */
export function atWork(revisions: readonly Revision[], limits: readonly LimitChange[]): readonly Revision[] {
  return revisions.map((revision, index) => ({
    snapshot: unfinished(limits, undefined),
    ...revision,
    ...(index === 0 ? { run: { status: 'running' as const, ...revision.run } } : {}),
  }));
}

/**
 * What the record of an evaluation must be changed by before it goes on with this plan.
 * @throws TouchstoneError `plan-changed` saying what changed; `data-read-once`
 */
export async function revisionsOf(
  { record, stored, resume }: RunSession,
  index: number,
  { plan, data }: Pick<PreparedEvaluation, 'plan' | 'data'>,
  reader: () => Promise<JournalReader>,
): Promise<readonly Revision[]> {
  const before = stored[index - 1]?.plan;
  if (before === undefined) return [];
  const accepting = resume.acceptChangedData === true;
  const differences = before.fingerprint === plan.fingerprint ? [] : planDifferences(before, plan);
  const refused = differences.filter(({ part }) => !(accepting && part === 'data'));
  const changes =
    accepting || refused.some(({ part }) => part === 'data') ? await changesOf(plan, data, await reader()) : undefined;
  if (refused.length > 0) throw planChanged(record, refused, { before, now: plan, changes });
  if (accepting && changes === undefined) throw readOnce(plan);
  const ordinals = changes?.rows.map(({ ordinal }) => ordinal) ?? [];
  return [
    ...(accepting ? [{ supersede: { ordinals }, plan }] : []),
    ...(resume.retryFailed === true ? [{ supersede: { failed: true } as const }] : []),
  ];
}

interface Changes {
  readonly rows: readonly ChangedRow[];
  /** How many rows are stored. */
  readonly stored: number;
}

/** `undefined`: the data can be read once only, which the evaluation needs for itself. */
async function changesOf(plan: Plan, data: OpenedData | undefined, reader: JournalReader): Promise<Changes | undefined> {
  if (data?.rereadable !== true) return undefined;
  return { rows: await dataChanges(plan, data, reader), stored: await reader.size() };
}

function planChanged(
  record: RunRecord,
  differences: readonly PlanDifference[],
  { before, now, changes }: { readonly before: Plan; readonly now: Plan; readonly changes: Changes | undefined },
): TouchstoneError {
  const list = differences
    .map(({ part, text }) => `\n  - ${part === 'data' ? text + dataText(before, now, changes) : text}`)
    .join('');
  const known = record.key === undefined ? record.name : `${record.name} (key '${record.key}')`;
  const accept = differences.every(({ part }) => part === 'data')
    ? ', go on with the rows that match (resume: { acceptChangedData: true })'
    : '';
  return new TouchstoneError(
    'plan-changed',
    `Run ${known} cannot be continued, because this is not what it was started with:${list}\nNothing was run. Put it back as it was${accept}, or start a new run${record.key === undefined ? '' : ' with another key'}.`,
  );
}

/** Which rows changed, and how many there are. */
function dataText(before: Plan, now: Plan, changes: Changes | undefined): string {
  const [then, rows] = [before.data.rows, now.data.rows];
  const size = then === rows || then === undefined || rows === undefined ? '' : `, and ${rows} rows instead of ${then}`;
  if (changes === undefined || changes.stored === 0) return size;
  if (changes.rows.length === 0) return `${size}, but for the ${changes.stored} rows that are stored`;
  return `${size}, in ${changesText(changes.rows, changes.stored)}`;
}

function readOnce({ data }: Plan): TouchstoneError {
  return new TouchstoneError(
    'data-read-once',
    `acceptChangedData compares the data with the stored rows, and ${data.name} can be read once only: pass a function that gives the rows, () => iterable.`,
  );
}
