import type { AnyMetricFactory, Cell, Json, Metric, Row, Score, ScoreValue } from '@touchstone/core';
import { changedGlobals, type Globals, globals } from './changed-globals.ts';
import { type Check, demand } from './check.ts';
import { type Measured, type MeasureOptions, measure } from './evaluate-metric.ts';
import { hostileTexts } from './hostile-texts.ts';
import { leftOpen } from './left-open.ts';
import { outsideContacts } from './outside-contacts.ts';
import { remade } from './remade-metric.ts';
import { type Script, scriptedModels, unscriptedRoles } from './scripted-service.ts';
import { type Doings, noDoings, watchedMetric } from './watched-metric.ts';

/** A row, and what the metric says of it. */
export interface MetricExample {
  /** Columns under the names that the metric needs: `predictions`, `targets`, `context` … */
  readonly row: Row;
  /** The score, `'skipped'`, or whether a value is right. Left out: any, but a score. Not for metrics that score no single rows. */
  readonly score?: ScoreValue | 'skipped' | ((value: ScoreValue) => boolean);
}

/** Other options of the same metric. */
export interface MetricVariant {
  readonly options: Readonly<Record<string, Json>>;
  /** The examples must show it: at least one of them is scored otherwise than without these options. */
  readonly changesScores?: boolean;
}

/** What {@link metricChecks} needs to know of the metric. */
export interface MetricConformanceOptions {
  /** Rows that show what the metric does. Two or more that are scored differently find the most. */
  readonly examples: readonly MetricExample[];
  /** Results over all examples by key: `{ 'word_accuracy/v1/corpus': 0.6 }`. */
  readonly aggregates?: Readonly<Record<string, number>>;
  /** How far numbers may be from those of the examples. Default: 1e-9. */
  readonly tolerance?: number;
  /** Of a factory: options without which it makes no metric. */
  readonly options?: Readonly<Record<string, Json>>;
  /** Of a factory: other options. */
  readonly variants?: readonly MetricVariant[];
  /** What the services in its roles answer. */
  readonly models?: Readonly<Record<string, Script>>;
  /** Metrics whose scores it reads. */
  readonly alongside?: readonly Metric[];
  /** It draws random numbers, from `work.random()`. */
  readonly random?: boolean;
}

/** The rules of a metric, each as a check. */
export function metricChecks(subject: Metric | AnyMetricFactory, options: MetricConformanceOptions): readonly Check[] {
  const factory = typeof subject === 'function' ? subject : undefined;
  const make = (given?: Readonly<Record<string, Json>>): Metric =>
    typeof subject === 'function' ? subject({ ...options.options, ...given }) : subject;
  const made = new MetricUnderTest(make, options);
  const asks = Object.keys(options.models ?? {}).length > 0;
  return [
    { name: 'says what it is', run: () => describesItself(make(), options) },
    { name: 'scores the examples as they say', run: () => scoresExamples(made, options) },
    { name: 'reads only the columns and scores that it declares', run: () => readsDeclared(made) },
    { name: 'does not change the rows that it is given', run: () => changesNoRow(made) },
    // What is drawn for a row depends on its place.
    ...(options.random === true
      ? []
      : [{ name: 'scores a row alone, in company and in any order alike', run: () => scoresAlike(made) }]),
    { name: 'scores or skips hostile texts', run: () => takesHostileTexts(made) },
    { name: 'scores or skips rows with odd and missing cells', run: () => takesOddCells(made) },
    options.random === true
      ? { name: 'draws its luck from work.random() alone', run: () => drawsFromWork(made) }
      : { name: 'says the same every time', run: () => saysTheSame(made) },
    { name: 'keeps nothing between evaluations', run: () => keepsNothing(made) },
    { name: 'changes nothing that all code shares', run: () => sharesNothing(made) },
    { name: 'contacts nobody past the door', run: () => contactsNobody(made) },
    { name: 'says in its signature what changes its scores', run: () => signsHonestly(make, made, options) },
    { name: 'can be made again from its spec', run: () => canBeRemade(make(), made) },
    { name: 'ends soon when the run is stopped', run: () => endsSoon(made, options) },
    { name: 'leaves nothing open', run: () => leavesNothingOpen(made) },
    ...(asks
      ? [{ name: 'makes no score of a service that fails or says nothing', run: () => scoresNoFailure(made, options) }]
      : []),
    ...(factory === undefined ? [] : [{ name: 'refuses an option that it does not have', run: () => refusesUnknown(factory) }]),
  ];
}

/** The metric with scripted services, watched, over the rows of the examples. */
class MetricUnderTest {
  readonly rows: readonly Row[];
  /** What all code shares, before the metric was first used. */
  readonly globals: Globals = globals();
  readonly #make: (given?: Readonly<Record<string, Json>>) => Metric;
  readonly #options: MetricConformanceOptions;

  constructor(make: (given?: Readonly<Record<string, Json>>) => Metric, options: MetricConformanceOptions) {
    this.#make = make;
    this.#options = options;
    this.rows = options.examples.map(({ row }) => row);
  }

  metric(doings: Doings = noDoings(), given?: Readonly<Record<string, Json>>, scripts = this.#options.models ?? {}): Metric {
    const metric = this.#make(given);
    return watchedMetric(metric, doings, scriptedModels(metric, scripts));
  }

  measure(rows: readonly Row[] = this.rows, metric: Metric = this.metric(), options: MeasureOptions = {}): Promise<Measured> {
    const { alongside } = this.#options;
    return measure(metric, rows, { ...(alongside === undefined ? {} : { alongside }), ...options });
  }

  /** The first example with each of its texts replaced by each hostile one, also as the first of a list, with a name for each row. @param longest in characters */
  hostileRows(longest = Number.POSITIVE_INFINITY): readonly { readonly name: string; readonly row: Row }[] {
    const [row] = this.rows;
    if (row === undefined) return [];
    return this.metric().needs.flatMap(({ name: column }) => {
      const cell = row[column];
      const put = (text: string): Cell | undefined =>
        typeof cell === 'string'
          ? text
          : Array.isArray(cell) && typeof cell[0] === 'string'
            ? [text, ...cell.slice(1)]
            : undefined;
      return Object.entries(hostileTexts).flatMap(([name, text]) => {
        const hostile = text.length > longest ? undefined : put(text);
        return hostile === undefined ? [] : [{ name: `${name} in ${column}`, row: { ...row, [column]: hostile } }];
      });
    });
  }
}

/** Characters of the hostile texts that every rule but their own is tried with. */
const SHORT = 1_000;

function describesItself(metric: Metric, { examples, models = {} }: MetricConformanceOptions): void {
  demand(examples.length > 0, 'Give at least one example: examples: [{ row: { predictions: … }, score: … }].');
  const { name, version, description, greaterIsBetter, range, signature } = metric;
  demand(/^[^/\s]+$/u.test(name), `The name '${name}' must be without / and white space: it is a part of result keys.`);
  demand(version === undefined || /^v\d+$/u.test(version), `The version '${version}' must be v1, v2, …`);
  demand(description.trim() !== '' && description !== name, `${name} has no description: say in a line what it measures.`);
  demand(typeof greaterIsBetter === 'boolean', `${name} must say greaterIsBetter: comparisons and gates read it.`);
  demand(range === undefined || range[0] < range[1], `The range of ${name} must rise: [lowest, highest].`);
  demand(signature !== '', `${name} has no signature.`);
  const open = unscriptedRoles(metric, models);
  demand(open.length === 0, `Say what ${open.join(', ')} answers: models: { ${open[0]}: (request) => '…' }.`);
}

async function scoresExamples(made: MetricUnderTest, options: MetricConformanceOptions): Promise<void> {
  const { tolerance = 1e-9 } = options;
  const { scores, metrics } = await made.measure();
  for (const [index, { row, score: expected }] of options.examples.entries()) {
    const score = scores[index];
    if (expected === undefined && score === undefined) continue;
    demand(isAs(score, expected, tolerance), () => `${told(row)} is ${said(score)}, and the example says ${wanted(expected)}.`);
  }
  for (const [key, expected] of Object.entries(options.aggregates ?? {})) {
    const value = metrics[key];
    demand(value !== undefined, () => `There is no result ${key}. There are: ${Object.keys(metrics).join(', ')}.`);
    demand(Math.abs(value - expected) <= tolerance, `${key} is ${value}, and the example says ${expected}.`);
  }
}

function isAs(score: Score | undefined, expected: MetricExample['score'], tolerance: number): boolean {
  if (expected === 'skipped' && score?.status === 'skipped') return true;
  if (score?.status !== 'scored') return false;
  if (expected === undefined) return true;
  if (typeof expected === 'function') return expected(score.value);
  if (typeof expected === 'number' && typeof score.value === 'number') return Math.abs(score.value - expected) <= tolerance;
  return score.value === expected;
}

async function readsDeclared(made: MetricUnderTest): Promise<void> {
  const doings = noDoings();
  await made.measure(made.rows, made.metric(doings));
  const [column] = doings.undeclared;
  demand(column === undefined, `It reads the column '${column}' without declaring it, and will never get it: add it to needs.`);
  const [metric] = doings.unnamed;
  demand(metric === undefined, `It reads the score of '${metric}' without declaring it: add it to dependsOn.`);
}

async function changesNoRow(made: MetricUnderTest): Promise<void> {
  const doings = noDoings();
  await made.measure([...made.rows, ...made.hostileRows(SHORT).map(({ row }) => row)], made.metric(doings));
  const [column] = doings.changed;
  demand(column === undefined, `It changes the column '${column}' of the row, which other metrics read too: work on a copy.`);
}

async function scoresAlike(made: MetricUnderTest): Promise<void> {
  const rows = [...made.rows, ...made.hostileRows(SHORT).map(({ row }) => row)];
  const forward = await made.measure(rows);
  const backward = await made.measure([...rows].reverse());
  const form = made.metric().form;
  for (const [index, row] of rows.entries()) {
    const [first, second] = [forward.scores[index], backward.scores[rows.length - 1 - index]];
    demand(
      sameScore(first, second),
      () => `${told(row)} is ${said(first)}, and ${said(second)} when the rows come in another order.`,
    );
  }
  sameAggregates(forward, backward, 'when the rows come in another order');
  if (form === 'dataset') return;
  for (const [index, row] of made.rows.entries()) {
    const alone = await made.measure([row]);
    const [score] = alone.scores;
    demand(
      sameScore(forward.scores[index], score),
      () => `${told(row)} is ${said(forward.scores[index])} among others, and ${said(score)} alone.`,
    );
  }
}

async function takesHostileTexts(made: MetricUnderTest): Promise<void> {
  const hostile = made.hostileRows();
  if (hostile.length === 0) return;
  const { scores } = await made.measure(hostile.map(({ row }) => row));
  for (const [index, { name }] of hostile.entries()) {
    const score = scores[index];
    demand(
      score?.status !== 'failed',
      () => `With ${name} it is ${said(score)}. Score it, or return skipped('why') for a text that it cannot read.`,
    );
  }
}

async function takesOddCells(made: MetricUnderTest): Promise<void> {
  const [row] = made.rows;
  if (row === undefined) return;
  const odd: readonly unknown[] = [null, 0, -1.5, false, '', [], ['', null], {}, { a: { b: [1] } }];
  const rows = made
    .metric()
    .needs.flatMap(({ name }) => [
      { name: `no ${name}`, row: Object.fromEntries(Object.entries(row).filter(([column]) => column !== name)) },
      ...odd.map((cell) => ({ name: `${name} = ${JSON.stringify(cell)}`, row: { ...row, [name]: cell } as Row })),
    ]);
  // A row that has everything stands first, so that every column is there.
  const { scores } = await made.measure([row, ...rows.map((one) => one.row)]);
  for (const [index, { name }] of rows.entries()) {
    const score = scores[index + 1];
    demand(
      score?.status !== 'failed',
      () =>
        `With ${name} it is ${said(score)}. Such cells are a property of the row: return skipped('why'), or give the column a schema.`,
    );
  }
}

async function saysTheSame(made: MetricUnderTest): Promise<void> {
  const doings = noDoings();
  const first = await made.measure(made.rows, made.metric(doings), { seed: 0 });
  demand(doings.draws === 0, 'It draws random numbers: say so with random: true.');
  const second = await made.measure(made.rows, made.metric(), { seed: 1 });
  for (const [index, row] of made.rows.entries()) {
    const [one, other] = [first.scores[index], second.scores[index]];
    demand(
      sameScore(one, other),
      () => `${told(row)} is ${said(one)}, and ${said(other)} the next time. Chance comes from work.random(), time from the row.`,
    );
  }
  sameAggregates(first, second, 'the next time');
}

async function drawsFromWork(made: MetricUnderTest): Promise<void> {
  const doings = noDoings();
  const first = await made.measure(made.rows, made.metric(doings), { seed: 7 });
  demand(doings.draws > 0, 'It is declared random, and draws nothing from work.random().');
  const again = await made.measure(made.rows, made.metric(), { seed: 7 });
  for (const [index, row] of made.rows.entries()) {
    const [one, other] = [first.scores[index], again.scores[index]];
    demand(
      sameScore(one, other),
      () => `${told(row)} is ${said(one)}, and ${said(other)} with the same seed. Draw from work.random() only.`,
    );
  }
}

async function keepsNothing(made: MetricUnderTest): Promise<void> {
  const alone = await made.measure();
  const metric = made.metric();
  const others = made.hostileRows(SHORT).map(({ row }) => row);
  const [together] = await Promise.all([
    made.measure(made.rows, metric),
    made.measure(others.length === 0 ? made.rows : others, metric),
    made.measure(made.rows, made.metric()),
  ]);
  for (const [index, row] of made.rows.entries()) {
    const [one, other] = [alone.scores[index], together.scores[index]];
    demand(
      sameScore(one, other),
      () => `${told(row)} is ${said(one)}, and ${said(other)} while other evaluations use the metric.`,
    );
  }
  sameAggregates(alone, together, 'while other evaluations use the metric');
}

async function sharesNothing(made: MetricUnderTest): Promise<void> {
  await made.measure();
  const changed = changedGlobals(made.globals);
  demand(changed.length === 0, `It changes ${changed.slice(0, 3).join(', ')}, which all code of the process shares.`);
}

async function contactsNobody(made: MetricUnderTest): Promise<void> {
  const contacts = await outsideContacts(() => made.measure());
  demand(
    contacts.length === 0,
    `It contacts ${contacts.join(', ')} past the door: use work.ask(…) or work.fetch, and its calls are limited, counted and kept.`,
  );
}

async function signsHonestly(
  make: (given?: Readonly<Record<string, Json>>) => Metric,
  made: MetricUnderTest,
  { variants = [] }: MetricConformanceOptions,
): Promise<void> {
  const plain = make();
  demand(
    plain.signature === make().signature,
    'Two metrics of the same options have different signatures, so runs with them are never comparable.',
  );
  demand(
    !/[/\\](?:home|Users|tmp)[/\\]/u.test(plain.signature),
    `The signature '${plain.signature}' holds a path of this machine.`,
  );
  const before = await made.measure();
  for (const { options, changesScores } of variants) {
    const after = await made.measure(made.rows, made.metric(noDoings(), options));
    const differs =
      made.rows.some((_, index) => !sameScore(before.scores[index], after.scores[index])) || !equalAggregates(before, after);
    const which = JSON.stringify(options);
    demand(
      !differs || make(options).signature !== plain.signature,
      `The options ${which} change its scores and not its signature '${plain.signature}': scores that cannot be compared would be.`,
    );
    demand(
      differs || changesScores !== true,
      `No example shows what the options ${which} change: add one that is scored otherwise.`,
    );
  }
}

async function canBeRemade(metric: Metric, made: MetricUnderTest): Promise<void> {
  const { spec } = metric;
  if (spec === undefined) return;
  demand(
    JSON.stringify(JSON.parse(JSON.stringify(spec))) === JSON.stringify(spec) && !JSON.stringify(spec).includes('undefined'),
    'Its spec is no plain JSON.',
  );
  const again = await remade(metric);
  demand(
    again !== undefined,
    `Its spec says export '${spec.export}' of '${spec.module}', and there is no metric: correct from: { module, export, url: import.meta.url }.`,
  );
  demand(
    again.signature === metric.signature,
    `Made again from its spec it has the signature '${again.signature}', and not '${metric.signature}'.`,
  );
  if (Object.keys(metric.models).length > 0) return;
  const [first, second] = [await made.measure(), await made.measure(made.rows, watchedMetric(again, noDoings()))];
  for (const [index, row] of made.rows.entries()) {
    const [one, other] = [first.scores[index], second.scores[index]];
    demand(sameScore(one, other), () => `${told(row)} is ${said(one)}, and ${said(other)} by the metric that its spec makes.`);
  }
}

async function endsSoon(made: MetricUnderTest, { models = {} }: MetricConformanceOptions): Promise<void> {
  await made.measure();
  const open = await leftOpen(async () => {
    const controller = new AbortController();
    const stop = (): void => controller.abort(new Error('stopped by the conformance suite'));
    // Services that never answer, and are waited for when the run is stopped.
    const scripts = Object.fromEntries(Object.keys(models).map((role): [string, Script] => [role, () => new Promise(stop)]));
    const timer = setTimeout(stop, 50);
    await made.measure(made.rows, made.metric(noDoings(), undefined, scripts), { signal: controller.signal });
    clearTimeout(timer);
  });
  demand(
    open.length === 0,
    `The run was stopped, and the metric goes on (${open.join(', ')}): hand work.signal to whatever it waits for.`,
  );
}

async function leavesNothingOpen(made: MetricUnderTest): Promise<void> {
  // What is loaded once, such as a vocabulary, may stay.
  await made.measure();
  const open = await leftOpen(() => made.measure());
  demand(open.length === 0, `It leaves open after an evaluation: ${open.join(', ')}. Close it, or a test run never ends.`);
}

async function scoresNoFailure(made: MetricUnderTest, { models = {} }: MetricConformanceOptions): Promise<void> {
  const scoresBy = async (script: Script): Promise<readonly (Score | undefined)[]> => {
    const scripts = Object.fromEntries(Object.keys(models).map((role) => [role, script]));
    return (await made.measure(made.rows, made.metric(noDoings(), undefined, scripts))).scores;
  };
  const broken = await scoresBy(() => {
    throw new Error('the service is on fire');
  });
  const silent = await scoresBy(() => '');
  const aside = await scoresBy(() => 'I would rather talk about the weather.');
  const asked = await made.measure();
  for (const [index, row] of made.rows.entries()) {
    if (asked.scores[index]?.status !== 'scored') continue;
    for (const [what, scores] of [
      ['fails', broken],
      ['answers nothing', silent],
      ['talks of something else', aside],
    ] as const) {
      const score = scores[index];
      demand(
        score?.status !== 'scored',
        () =>
          `${told(row)} is ${said(score)} when the service ${what}: throw, so that the row has failed and can be tried again.`,
      );
    }
  }
}

function refusesUnknown(factory: AnyMetricFactory): void {
  try {
    factory({ noSuchOption: true });
  } catch {
    return;
  }
  demand(false, 'It takes the option noSuchOption and does nothing with it: a mistyped option must be an error.');
}

function sameScore(one: Score | undefined, other: Score | undefined): boolean {
  if (one?.status === 'failed' && other?.status === 'failed') return one.error.code === other.error.code;
  return JSON.stringify(one) === JSON.stringify(other);
}

function sameAggregates(one: Measured, other: Measured, when: string): void {
  for (const key of new Set([...Object.keys(one.metrics), ...Object.keys(other.metrics)])) {
    const [a, b] = [one.metrics[key], other.metrics[key]];
    demand(closeTo(a, b), `${key} is ${a}, and ${b} ${when}.`);
  }
}

function equalAggregates(one: Measured, other: Measured): boolean {
  const keys = new Set([...Object.keys(one.metrics), ...Object.keys(other.metrics)]);
  return [...keys].every((key) => closeTo(one.metrics[key], other.metrics[key]));
}

/** Sums in another order differ in their last digits. */
function closeTo(a: number | undefined, b: number | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

function told(row: Row): string {
  const text = JSON.stringify(row);
  return `The row ${text.length > 160 ? `${text.slice(0, 160)}…` : text}`;
}

function said(score: Score | undefined): string {
  if (score === undefined) return 'not scored';
  if (score.status === 'scored') return `scored ${JSON.stringify(score.value)}`;
  return score.status === 'skipped' ? `skipped (${score.reason})` : `failed (${score.error.code}: ${score.error.message})`;
}

function wanted(expected: MetricExample['score']): string {
  if (expected === undefined) return 'that it is scored';
  if (typeof expected === 'function') return 'something else';
  return expected === 'skipped' ? 'that it is skipped' : JSON.stringify(expected);
}
