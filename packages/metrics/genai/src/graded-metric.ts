import {
  type CommonMetricOptions,
  type DefinedMetric,
  defineMetric,
  type Json,
  type LanguageModel,
  type Metric,
  type MetricDefinitionRow,
  type Score,
} from '@touchstone/core';
import {
  type AskJudge,
  askJudge,
  asLanguageModel,
  material,
  overTransport,
  PARSER_VERSION,
  type Question,
  type RowTexts,
  rangeOf,
  requestOf,
  rowTexts,
  type Scale,
  SUSPECTED,
  scaleText,
  scoreOf,
} from '@touchstone/judging';
import { aggregationsOf } from './aggregations-of.ts';
import { type PanelOptions, panelOf } from './panel-options.ts';
import { ABSTAINED, panelScore } from './panel-score.ts';
import { panelSummary } from './panel-summary.ts';

/** A metric that asks a judge, or a panel of them, about each row. How the question is put is all that such metrics differ in. */
export interface GradedMetric {
  readonly name: string;
  readonly version?: string;
  readonly description: string;
  readonly greaterIsBetter: boolean;
  readonly scale: Scale;
  /** Columns that are texts or passages, besides `predictions` and `inputs`. */
  readonly context: readonly string[];
  readonly shown: readonly ('predictions' | 'inputs')[];
  /** The prompt of a row: its texts by column, in the order of the columns. */
  readonly prompt: (texts: Readonly<Record<string, string>>) => Question['prompt'];
  /** How a judge is asked. Default: {@link askJudge}. */
  readonly ask?: AskJudge;
  /** Whatever in the prompt is the same for all rows, hashed. */
  readonly promptHash: string;
  readonly options: PanelOptions;
  /** Parameters of requests where the options have none. */
  readonly defaults: Readonly<Record<string, Json>>;
  readonly common: CommonMetricOptions;
  readonly definition: MetricDefinitionRow;
  /** How the metric is made again, as plain data. */
  readonly made: { readonly export: string; readonly options: Json | undefined };
}

/** What is true of rows whose text speaks to the judge. */
const flagWarnings = {
  [ABSTAINED]: 'were scored by a part of the panel: other judges gave no score that counts (see details.judges).',
  [SUSPECTED]: 'hold text that speaks to the judge (see details.injection): read them before you believe their scores.',
};

/** The metric of the row columns that the definition names. */
export function gradedMetric<Name extends string>(graded: GradedMetric): DefinedMetric<Name, Readonly<Record<string, unknown>>> {
  const { name, version, scale, options, context, shown, common, ask = askJudge } = graded;
  const range = rangeOf(scale);
  const sentBy = new WeakMap<LanguageModel, LanguageModel>();
  const travelling = (judge: LanguageModel): LanguageModel => {
    const known = sentBy.get(judge) ?? overTransport(judge, options);
    sentBy.set(judge, known);
    return known;
  };
  const asked = aggregationsOf(common.aggregations, scale);
  const { models, pooling } = panelOf(name, options, scale);
  const roles = Object.keys(models);
  const make = defineMetric({
    name,
    ...(version === undefined ? {} : { version }),
    description: graded.description,
    greaterIsBetter: graded.greaterIsBetter,
    ...(range === undefined ? {} : { range }),
    needs: needsOf(shown, context),
    models,
    signedModels: roles,
    cost: 'io',
    flagWarnings,
    signature: () => signatureOf(graded),
    ...(asked === undefined ? {} : { aggregations: asked }),
    definition: graded.definition,
    asks: (row) => {
      const request = requestOf(questionOf(graded, row).question);
      return roles.flatMap((role) => Array.from({ length: pooling?.repeats ?? 1 }, () => ({ role, request })));
    },
    scoreRow: async (row, { work, model }): Promise<Score> => {
      const { question, details, flags } = questionOf(graded, row);
      const judges = roles.map((role) => travelling(asLanguageModel(model(role))));
      if (pooling !== undefined) return panelScore(question, judges, work, { ask, pooling, details, flags });
      return scoreOf(await ask(question, judges[0] as LanguageModel, work), name, { details, flags });
    },
    ...(pooling === undefined ? {} : { summary: () => panelSummary(scale, pooling) }),
  });
  const { aggregations: _, ...others } = common;
  const metric: Metric = make(others);
  const spec = specOf(graded);
  // The types of its columns are those that the caller's factory says.
  return { ...metric, ...spec } as unknown as DefinedMetric<Name, Readonly<Record<string, unknown>>>;
}

/** Of all options of a metric those that every metric has, but for its name. */
export function commonOptions({ columns, when, aggregations }: Omit<CommonMetricOptions, 'name'>): CommonMetricOptions {
  return {
    ...(columns === undefined ? {} : { columns }),
    ...(when === undefined ? {} : { when }),
    ...(aggregations === undefined ? {} : { aggregations }),
  };
}

function needsOf(shown: readonly string[], context: readonly string[]): Readonly<Record<string, 'any' | typeof material>> {
  return Object.fromEntries([
    ...shown.map((column) => [column, 'any'] as const),
    ...context.map((column) => [column, material] as const),
  ]);
}

/** The question that a row is, and what a person should know of the row's texts. */
function questionOf(
  { name, scale, options, defaults, context, shown, prompt }: GradedMetric,
  row: Readonly<Record<string, unknown>>,
): { readonly question: Question; readonly details: RowTexts['details']; readonly flags: readonly string[] } {
  const { texts, details, flags } = rowTexts(row, [...shown, ...context], options.maxLength);
  const question: Question = {
    about: name,
    scale,
    prompt: prompt(texts),
    answers: options.answers ?? 'auto',
    repairs: options.repairs ?? 1,
    ...(options.parameters === undefined ? { defaults } : { parameters: options.parameters }),
  };
  return { question, details, flags };
}

function signatureOf({ name, promptHash, scale, options }: GradedMetric): Readonly<Record<string, Json | undefined>> {
  const { answers = 'auto', repairs = 1, maxLength, parameters } = options;
  const { pooling } = panelOf(name, options, scale);
  return {
    prompt: promptHash,
    scale: scaleText(scale),
    parser: PARSER_VERSION,
    answers: answers === 'auto' ? undefined : answers,
    repairs: repairs === 1 ? undefined : repairs,
    maxLength,
    parameters,
    ...(pooling === undefined
      ? {}
      : {
          pool: pooling.pool,
          quorum: pooling.quorum,
          weights: pooling.weights,
          repeats: pooling.repeats === 1 ? undefined : pooling.repeats,
        }),
  };
}

function specOf({ made }: GradedMetric): Pick<Metric, 'spec' | 'origin'> {
  if (made.options === undefined) return {};
  return {
    spec: { module: '@touchstone/metric-genai', export: made.export, options: made.options },
    origin: { url: ENTRY },
  };
}

/** All that specs name is exported there, built or not. */
const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './index.ts' : './index.js', import.meta.url).href;
