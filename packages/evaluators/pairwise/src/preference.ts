import { createHash } from 'node:crypto';
import {
  type Aggregation,
  aggregations,
  type CommonMetricOptions,
  defineMetric,
  type Failed,
  type Json,
  type LanguageModel,
  type Metric,
  type MetricFactory,
  type Scored,
  type Skipped,
  skipped,
  TouchstoneError,
} from '@touchstone/core';
import {
  asLanguageModel,
  checkJudgeOptions,
  type JudgeOptions,
  judgeDefaults,
  judgeRef,
  material,
  overTransport,
  PARSER_VERSION,
  plainOptions,
  type Question,
  refuseUnknownOptions,
  requestOf,
  rowTexts,
  SUSPECTED,
  scaleText,
  scoreOf,
} from '@touchstone/judging';
import { askBothOrders, type BothQuestions, type Comparison, type Preferred } from './both-orders.ts';
import { comparisonPrompt, DEFAULT_CRITERIA, LAYOUT_VERSION, places } from './comparison-prompt.ts';
import { preferenceSummary } from './preference-summary.ts';

/** What {@link preference} takes, besides what every metric takes. `parameters`, `answers`, `repairs` and `maxLength` hold for both judges. */
export interface PreferenceOptions extends JudgeOptions {
  /** What makes an output the better one. Default: that it does what the input asks for, correctly, completely, clearly, and no more. */
  readonly criteria?: string | undefined;
  /** A second judge, for the rows on which the first one's two orders disagree; it is asked in both orders as well. Default: none, such a row is a tie. */
  readonly escalateTo?: string | LanguageModel | undefined;
  /** Columns that the judge is shown besides: `ground_truth`, `context`, anything of the data. */
  readonly gradingContextColumns?: string | readonly string[] | undefined;
  /** Whether the judge is shown the input. Default: `true`. */
  readonly includeInput?: boolean | undefined;
  /** Weight of a tie that is added between every two systems in the ranking, so that one which always wins has a finite ability. Default: 0. */
  readonly virtualTies?: number | undefined;
}

/** Flag of rows where the judge said otherwise once the outputs changed their places. */
const ORDER_DECIDED = 'order-decided';
/** Flag of rows that the second judge was asked about. */
const ESCALATED = 'escalated';

/**
 * Which of two outputs a judge prefers, asked in both orders: 1 where it is A's in both, 0 where it is B's in both, ½ for a tie. Where the
 * orders disagree, `escalateTo` decides, or it is a tie. Its data are `touchstone.pairs(runA, runB)`, or any rows with `output_a` and
 * `output_b`. The mean is the win rate of A, ties as half. A judge that cannot be read in one of the orders fails the row.
 *
 * @throws TouchstoneError `bad-option`, `unknown-option`, `unknown-aggregation`
 * @example
 * await touchstone.evaluate({
 *   data: touchstone.pairs('mini', 'big'),
 *   extraMetrics: [preference({ criteria: 'The better answer is the shorter one that is still right.', model: 'anthropic:/claude-sonnet-5' })],
 * });
 */
export const preference: MetricFactory<
  'preference',
  Readonly<Record<'output_a' | 'output_b', unknown>>,
  PreferenceOptions
> = Object.assign(make, {
  // The generic call signature cannot be written on a function of this one; `make` behaves as it says.
  metricName: 'preference' as const,
}) as never;

function make(given: PreferenceOptions & CommonMetricOptions = {}): Metric {
  const { name = 'preference', columns, when, aggregations: asked, ...options } = given;
  checkOptions(name, options);
  const { virtualTies = 0, escalateTo } = options;
  const context = contextColumns(options);
  const sent = transport(options);
  const define = defineMetric({
    name: 'preference',
    version: 'v1',
    description: 'Which of two outputs a judge prefers, asked in both orders: 1 for A, 0 for B, ½ for a tie.',
    greaterIsBetter: true,
    range: [0, 1],
    needs: needsOf(options, context),
    models: { judge: judgeRef(options), ...(escalateTo === undefined ? {} : { second: judgeRef({ model: escalateTo }) }) },
    signedModels: escalateTo === undefined ? ['judge'] : ['judge', 'second'],
    cost: 'io',
    flagWarnings: {
      [SUSPECTED]: 'hold text that speaks to the judge (see details.injection): read them before you believe their scores.',
      [ORDER_DECIDED]: `were judged otherwise when the outputs changed their places; ${
        escalateTo === undefined
          ? 'they count as ties.'
          : 'the second judge was asked, and where it did the same they count as ties.'
      }`,
    },
    signature: () => signatureOf(options, context),
    aggregations: asked ?? defaultAggregations,
    asks: (row) => {
      const pair = readPair(row, options, context);
      return 'status' in pair ? [] : pair.questions.map((question) => ({ role: 'judge', request: requestOf(question) }));
    },
    scoreRow: async (row, { work, model }): Promise<Scored | Skipped | Failed> => {
      const pair = readPair(row, options, context);
      if ('status' in pair) return pair;
      const { questions, systems, details, flags } = pair;
      if (questions.length === 0) return equalOutputs(systems, details, flags);
      const judges: Comparison[] = [];
      for (const role of escalateTo === undefined ? ['judge'] : ['judge', 'second']) {
        const judge = asLanguageModel(model(role));
        const compared = await askBothOrders(questions as BothQuestions, role === 'judge' ? sent(judge) : judge, work);
        if ('failed' in compared) return scoreOf(compared, name, { details });
        judges.push(compared);
        if (compared.agreed !== undefined) break;
      }
      return comparedScore(judges, { systems, details, flags });
    },
    summary: () => preferenceSummary(virtualTies),
  });
  const made: Metric = define({
    name,
    ...(columns === undefined ? {} : { columns }),
    ...(when === undefined ? {} : { when }),
  });
  const plain =
    when === undefined
      ? plainOptions({ ...options, ...(name === 'preference' ? {} : { name }), columns, aggregations: asked })
      : undefined;
  const spec =
    plain === undefined
      ? {}
      : {
          spec: { module: '@touchstone/evaluator-pairwise', export: 'preference', options: plain },
          origin: { url: import.meta.url },
        };
  return { ...made, ...spec };
}

/** The win rate of A, ties as half, and the shares of what it is made of. */
const defaultAggregations: readonly (string | Aggregation)[] = [
  'mean',
  ...(
    [
      ['wins', 1],
      ['ties', 0.5],
      ['losses', 0],
    ] as const
  ).map(
    ([name, outcome]): Aggregation => ({
      name,
      kind: 'share',
      of: (value) => (value === outcome ? 1 : 0),
      compute: aggregations.mean.compute,
    }),
  ),
];

function checkOptions(name: string, options: PreferenceOptions): void {
  refuseUnknownOptions(name, options, ['criteria', 'escalateTo', 'gradingContextColumns', 'includeInput', 'virtualTies']);
  checkJudgeOptions(name, options);
  const { criteria, escalateTo, virtualTies, includeInput } = options;
  if (escalateTo !== undefined) checkJudgeOptions(`${name}: escalateTo`, { model: escalateTo });
  const wrong = [
    ...(criteria === undefined || (typeof criteria === 'string' && criteria.trim() !== '')
      ? []
      : ['criteria must be a text that is not empty']),
    ...(includeInput === undefined || typeof includeInput === 'boolean' ? [] : ['includeInput must be true or false']),
    ...(virtualTies === undefined || (Number.isFinite(virtualTies) && virtualTies >= 0)
      ? []
      : [`virtualTies must be a number from 0, not ${JSON.stringify(virtualTies)}`]),
  ];
  if (wrong.length > 0) throw new TouchstoneError('bad-option', `${name}: ${wrong.join('; ')}.`);
}

function contextColumns({ gradingContextColumns = [] }: PreferenceOptions): readonly string[] {
  return typeof gradingContextColumns === 'string' ? [gradingContextColumns] : gradingContextColumns;
}

function needsOf({ includeInput = true }: PreferenceOptions, context: readonly string[]) {
  return Object.fromEntries([
    ...(includeInput ? ['inputs'] : []).map((column) => [column, 'any'] as const),
    // Optional, so that a row without a partner can say why it has none.
    ...['output_a?', 'output_b?', 'system_a?', 'system_b?', 'unpaired?'].map((column) => [column, 'any'] as const),
    ...context.map((column) => [column, material] as const),
  ]);
}

interface ReadPair {
  /** None: the outputs are equal, and there is nothing to ask. */
  readonly questions: BothQuestions | readonly [];
  readonly systems: readonly [string, string];
  readonly details: Readonly<Record<string, Json>>;
  readonly flags: readonly string[];
}

function readPair(
  row: Readonly<Record<string, unknown>>,
  options: PreferenceOptions,
  context: readonly string[],
): ReadPair | Skipped {
  const { output_a: a, output_b: b, unpaired, system_a = 'A', system_b = 'B' } = row;
  if (a === undefined || b === undefined)
    return skipped(typeof unpaired === 'string' ? unpaired : 'there are not two outputs', 'no-partner');
  const { includeInput = true, criteria = DEFAULT_CRITERIA, maxLength } = options;
  const shown = [...(includeInput ? ['inputs'] : []), ...context, 'output_a', 'output_b'];
  const { texts, details, flags } = rowTexts(row, shown, maxLength);
  const systems = [String(system_a), String(system_b)] as const;
  if (JSON.stringify(a) === JSON.stringify(b)) return { questions: [], systems, details, flags };
  const { inputs: input, output_a = '', output_b = '', ...others } = texts;
  const question = (first: string, second: string): Question => ({
    about: 'preference',
    scale: places,
    prompt: (mode) => comparisonPrompt({ input, context: others, first, second }, criteria, mode),
    answers: options.answers ?? 'auto',
    repairs: options.repairs ?? 1,
    ...(options.parameters === undefined ? { defaults: judgeDefaults } : { parameters: options.parameters }),
  });
  return { questions: [question(output_a, output_b), question(output_b, output_a)], systems, details, flags };
}

const OUTCOME: Readonly<Record<Preferred, number>> = { a: 1, b: 0, tie: 0.5 };

function equalOutputs(systems: readonly [string, string], details: object, flags: readonly string[]): Scored {
  return {
    status: 'scored',
    value: 0.5,
    justification: 'The two outputs are equal.',
    details: plain({ preferred: 'tie', systems, judges: [], ...details }),
    ...(flags.length === 0 ? {} : { flags }),
  };
}

/** What the last judge's orders agree on; a tie where even they do not. */
function comparedScore(judges: readonly Comparison[], { systems, details, flags }: Omit<ReadPair, 'questions'>): Scored {
  const preferred = judges.at(-1)?.agreed ?? 'tie';
  const all = [...flags, ...(judges[0]?.agreed === undefined ? [ORDER_DECIDED] : []), ...(judges.length > 1 ? [ESCALATED] : [])];
  return {
    status: 'scored',
    value: OUTCOME[preferred],
    justification: judges.map((one) => reasonsOf(one, judges.length > 1, systems)).join('\n'),
    details: plain({ preferred, systems, judges: judges.map(({ judge, orders }) => ({ judge, orders })), ...details }),
    ...(all.length === 0 ? {} : { flags: all }),
  };
}

/** Each order on a line, with the system that it was for. */
function reasonsOf({ judge, orders }: Comparison, several: boolean, [a, b]: readonly [string, string]): string {
  const named: Readonly<Record<Preferred, string>> = { a, b, tie: 'a tie' };
  return orders
    .map(
      ({ shownFirst, preferred, justification }) =>
        `${several ? `${judge}, ` : ''}${named[shownFirst]} first: ${named[preferred]}. ${justification}`,
    )
    .join('\n');
}

/** Without keys that have no value. */
function plain(details: object): Json {
  return JSON.parse(JSON.stringify(details));
}

function signatureOf(options: PreferenceOptions, context: readonly string[]): Readonly<Record<string, Json | undefined>> {
  const { criteria = DEFAULT_CRITERIA, includeInput = true, answers = 'auto', repairs = 1, maxLength, parameters } = options;
  const prompt = createHash('sha256')
    .update(JSON.stringify([LAYOUT_VERSION, criteria, includeInput, context]))
    .digest('hex')
    .slice(0, 12);
  return {
    prompt,
    orders: 'both',
    scale: scaleText(places),
    parser: PARSER_VERSION,
    answers: answers === 'auto' ? undefined : answers,
    repairs: repairs === 1 ? undefined : repairs,
    maxLength,
    parameters,
  };
}

/** The first judge as requests to it travel; the same object each time, because judges are remembered by it. */
function transport(options: JudgeOptions): (judge: LanguageModel) => LanguageModel {
  const made = new WeakMap<LanguageModel, LanguageModel>();
  return (judge) => {
    const known = made.get(judge) ?? overTransport(judge, options);
    made.set(judge, known);
    return known;
  };
}
