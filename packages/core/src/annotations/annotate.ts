import type { Annotation, JournalReader, Plan, RunRecord, RunStore, ScoreValue } from '../contracts/index.ts';
import { type Problem, throwProblems } from '../errors/touchstone-error.ts';
import { chosenEvaluation } from '../results/chosen-evaluation.ts';

/** What a person says of a row. */
export interface AnnotateRequest {
  /** The row's key, as `rows()` tells it. */
  readonly key?: string;
  /** Or its position in the data, from 0. */
  readonly ordinal?: number;
  /** From 0. Default: 0. */
  readonly trial?: number;
  /** Name or key of a metric: the value stands in place of its score. Any other name is a label. */
  readonly name: string;
  /** Of the kind that the metric gives; `null` takes back what was said before under this name. */
  readonly value: ScoreValue | null;
  readonly author: string;
  readonly reason?: string;
}

export interface AnnotateSetting {
  readonly store: RunStore;
  readonly run: RunRecord;
  /** Of which evaluation, from 1. */
  readonly evaluation: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Checks what is said of rows, and stores all of it or nothing. Needs no lease, also while a process works on the run.
 * @throws TouchstoneError with every problem: `row-not-found`, `bad-annotation`; `evaluation-not-chosen`
 */
export async function annotate(requests: readonly AnnotateRequest[], setting: AnnotateSetting): Promise<readonly Annotation[]> {
  const { store, run, now } = setting;
  const { index, plan } = chosenEvaluation(await store.catalog.evaluations(run.id), run, setting.evaluation);
  const reader = await store.catalog.reader(run.id, index);
  const problems: Problem[] = [];
  const annotations: Annotation[] = [];
  for (const request of requests) {
    const own = [...checkWords(request, plan), ...(await checkValue(request, plan, reader))];
    const ordinal = await ordinalOf(request, reader);
    if (ordinal === undefined) own.push(rowNotFound(request, run));
    problems.push(...own);
    if (ordinal === undefined || own.length > 0) continue;
    const { trial = 0, value, author, reason } = request;
    const name = metricIn(plan, request.name)?.key ?? request.name.trim();
    const said = { evaluation: index, ordinal, trial, name, value, author: author.trim(), at: now };
    annotations.push(reason === undefined ? said : { ...said, reason });
  }
  throwProblems(problems);
  await store.catalog.annotate(run.id, annotations);
  return annotations;
}

function metricIn({ metrics }: Plan, asked: string): Plan['metrics'][number] | undefined {
  return metrics.find(({ name, key }) => key === asked || name === asked);
}

function checkWords({ name, value, author, reason, trial = 0 }: AnnotateRequest, plan: Plan): Problem[] {
  const wrong: string[] = [];
  if (!isWord(name)) wrong.push('it needs a name: that of a metric, or a label of your own');
  if (!isWord(author)) wrong.push('it needs an author, so that one can ask who said it');
  if (reason !== undefined && typeof reason !== 'string') wrong.push('its reason must be a text');
  if (!Number.isSafeInteger(trial) || trial < 0 || trial >= plan.trials)
    wrong.push(
      `the run has ${plan.trials === 1 ? 'one trial, which is 0' : `the trials 0 to ${plan.trials - 1}`}, and not ${trial}`,
    );
  if (value !== null && !['boolean', 'string'].includes(typeof value) && !Number.isFinite(value))
    wrong.push('its value must be a finite number, true or false, a label, or null to take back what was said');
  return wrong.map((what) => ({ code: 'bad-annotation', message: `This annotation cannot be kept: ${what}.` }));
}

/** Something that the metric could have given, so that its aggregates still mean the same. */
async function checkValue({ name, value }: AnnotateRequest, plan: Plan, reader: JournalReader): Promise<readonly Problem[]> {
  const metric = metricIn(plan, name);
  if (metric === undefined || value === null) return [];
  const wrong = (message: string): readonly Problem[] => [{ code: 'bad-annotation', message }];
  if (metric.form !== 'row')
    return wrong(`${metric.name} is computed of all rows together: nobody can say another score of one row.`);
  const { range } = metric;
  if (range !== undefined && typeof value === 'number' && (value < range[0] || value > range[1]))
    return wrong(`${metric.name} goes from ${range[0]} to ${range[1]}, and the value is ${value}.`);
  const given = await kindOfScores(plan.metrics.indexOf(metric), reader);
  if (given === undefined || given === kindOf(value)) return [];
  return wrong(`${metric.name} gives ${given}, and the value is ${JSON.stringify(value)}.`);
}

async function kindOfScores(metric: number, reader: JournalReader): Promise<string | undefined> {
  for await (const entries of reader.scores()) {
    for (const entry of entries) {
      if (entry.metric === metric && entry.score.status === 'scored') return kindOf(entry.score.value);
    }
  }
  return undefined;
}

function kindOf(value: ScoreValue): string {
  if (typeof value === 'number') return 'numbers';
  return typeof value === 'boolean' ? 'true or false' : 'labels';
}

async function ordinalOf({ key, ordinal }: AnnotateRequest, reader: JournalReader): Promise<number | undefined> {
  if (key === undefined) {
    const at = ordinal ?? -1;
    return Number.isSafeInteger(at) && at >= 0 ? (await reader.stored(at, at + 1))[0]?.ordinal : undefined;
  }
  for await (const rows of reader.rows()) {
    const found = rows.find((row) => row.key === key);
    if (found !== undefined) return found.ordinal;
  }
  return undefined;
}

function rowNotFound({ key, ordinal }: AnnotateRequest, { name }: RunRecord): Problem {
  const which = key === undefined ? `at position ${String(ordinal)} (ordinal, from 0)` : `with the key '${key}'`;
  return { code: 'row-not-found', message: `Run ${name} has no row ${which}: results.rows() tells both.` };
}

function isWord(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
