import { type EvaluationResult, type Json, type Metric, type SplitTable, TouchstoneError } from '@touchstone/core';
import { type GEvalOptions, gEval } from './g-eval.ts';
import { DEFINITIONS } from './genai-definition.ts';
import { type GenaiMetricOptions, makeGenaiMetric } from './make-genai-metric.ts';
import { makeGenaiMetricFromPrompt, type PromptMetricOptions } from './make-genai-metric-from-prompt.ts';

type Args = Readonly<Record<string, unknown>>;

/**
 * The judge metrics of a run, made again from the definitions that are kept with it: MLflow's `retrieve_custom_metrics`.
 *
 * @param from a result, or the content of its (or MLflow's) `genai_custom_metrics.json`
 * @param which only those of this name and version
 * @returns none where the run has no judge metric
 * @throws TouchstoneError `bad-definition` for a line that no judge metric has written
 * @example const [professionalism] = await retrieveCustomMetrics(await touchstone.result('@last'), { name: 'professionalism' });
 */
export async function retrieveCustomMetrics(
  from: EvaluationResult | SplitTable,
  which: { readonly name?: string; readonly version?: string } = {},
): Promise<readonly Metric[]> {
  const { columns, data } = 'tables' in from ? ((await from.tables[DEFINITIONS]?.toJSON()) ?? { columns: [], data: [] }) : from;
  const at = (line: readonly unknown[], column: string): unknown => line[columns.indexOf(column)];
  return data
    .filter(
      (line) =>
        (which.name ?? at(line, 'name')) === at(line, 'name') && (which.version ?? at(line, 'version')) === at(line, 'version'),
    )
    .map((line) => metricOf(String(at(line, 'name')), at(line, 'metric_args')));
}

function metricOf(name: string, args: unknown): Metric {
  if (!isRecord(args)) throw badDefinition(name);
  if (args.fn_name === 'make_genai_metric') return makeGenaiMetric(rubricOptions(args));
  if (args.fn_name === 'make_genai_metric_from_prompt') return makeGenaiMetricFromPrompt(promptOptions(args));
  if (args.fn_name === 'g_eval') return gEval(criteriaOptions(args));
  throw badDefinition(name);
}

function badDefinition(name: string): TouchstoneError {
  return new TouchstoneError(
    'bad-definition',
    `The definition of '${name}' says nothing of how the metric was made: it is damaged, or of another program.`,
  );
}

/** The checks of the factories hold for what was read as well, so it is handed on as it is. */
function rubricOptions(args: Args): GenaiMetricOptions {
  const { definition, grading_prompt, examples, version, grading_context_columns, include_input } = args;
  return {
    ...commonOptions(args),
    definition,
    gradingPrompt: grading_prompt,
    version: version ?? 'v1',
    gradingContextColumns: grading_context_columns ?? [],
    includeInput: include_input ?? true,
    examples: (Array.isArray(examples) ? examples : []).map((example: unknown) => {
      const { grading_context, ...rest }: Args = isRecord(example) ? example : {};
      return withoutNulls({ ...rest, gradingContext: grading_context });
    }),
  } as unknown as GenaiMetricOptions;
}

function criteriaOptions(args: Args): GEvalOptions {
  const { criteria, steps, grading_context_columns, include_input } = args;
  return {
    ...commonOptions(args),
    criteria,
    ...withoutNulls({ steps, gradingContextColumns: grading_context_columns, includeInput: include_input }),
  } as unknown as GEvalOptions;
}

function promptOptions(args: Args): PromptMetricOptions {
  return { ...commonOptions(args), judgePrompt: args.judge_prompt } as unknown as PromptMetricOptions;
}

function commonOptions({ name, model, parameters, aggregations, greater_is_better, metric_metadata, touchstone }: Args): Args {
  const { version: _, ...ours }: Args = isRecord(touchstone) ? touchstone : {};
  return withoutNulls({
    ...ours,
    name,
    model: model ?? ours.model,
    parameters,
    aggregations,
    greaterIsBetter: greater_is_better,
    metricMetadata: metric_metadata,
  });
}

function withoutNulls(options: Args): Args {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null && value !== undefined));
}

function isRecord(value: unknown): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
