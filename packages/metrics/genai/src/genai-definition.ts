import { type Json, type MetricDefinitionRow, versionOf } from '@touchstone/core';
import type { ScaleOptions } from '@touchstone/judging';
import type { CheckedExample } from './evaluation-example.ts';
import type { PanelOptions } from './panel-options.ts';

/** MLflow's name of the table of definitions, and of its file `genai_custom_metrics.json`. */
export const DEFINITIONS = 'genai_custom_metrics';

interface Recorded extends PanelOptions, ScaleOptions {
  readonly definition?: string;
  readonly gradingPrompt?: string;
  readonly judgePrompt?: string;
  readonly criteria?: string;
  readonly steps?: readonly string[] | undefined;
  readonly gradingContextColumns?: string | readonly string[] | undefined;
  readonly includeInput?: boolean | undefined;
  readonly aggregations?: readonly unknown[] | undefined;
  readonly greaterIsBetter?: boolean | undefined;
  readonly metricMetadata?: Readonly<Record<string, Json>> | undefined;
}

/**
 * The line of a metric in `genai_custom_metrics.json`: MLflow's arguments under MLflow's names, and what only this package has under
 * `touchstone`. Headers and proxies are left out, because they may hold a credential.
 */
export function genaiDefinition(
  made: 'make_genai_metric' | 'make_genai_metric_from_prompt' | 'g_eval',
  name: string,
  version: string | undefined,
  options: Recorded,
  examples: readonly CheckedExample[] = [],
): MetricDefinitionRow {
  const { model, parameters, gradingContextColumns, aggregations, greaterIsBetter = true, metricMetadata } = options;
  const { scale, labels, answers, repairs, maxLength, pool, weights, quorum, repeats } = options;
  const judges = modelNames(model);
  // MLflow's `model` is one; a panel is ours.
  const panel = Array.isArray(judges) ? { model: judges } : {};
  const ours: Readonly<Record<string, Json | undefined>> = {
    scale,
    labels,
    answers,
    repairs,
    maxLength,
    ...panel,
    pool,
    weights,
    quorum,
    repeats,
  };
  const args: Readonly<Record<string, unknown>> = {
    name,
    ...(made === 'make_genai_metric'
      ? {
          definition: options.definition,
          grading_prompt: options.gradingPrompt,
          examples: examples.map(({ gradingContext, ...example }) => ({ ...example, grading_context: gradingContext })),
          version,
          grading_context_columns: [gradingContextColumns ?? []].flat(),
          include_input: options.includeInput ?? true,
        }
      : made === 'g_eval'
        ? {
            criteria: options.criteria,
            steps: options.steps ?? null,
            grading_context_columns: [gradingContextColumns ?? []].flat(),
            include_input: options.includeInput ?? true,
          }
        : { judge_prompt: options.judgePrompt }),
    model: Array.isArray(judges) ? null : judges,
    parameters: parameters ?? null,
    aggregations: aggregations?.map((one) => (typeof one === 'string' ? one : nameOf(one))) ?? null,
    greater_is_better: greaterIsBetter,
    metric_metadata: metricMetadata ?? null,
    fn_name: made,
    touchstone: { version: versionOf(import.meta.url), ...ours },
  };
  return { table: DEFINITIONS, row: { name, version: version ?? '', metric_args: JSON.parse(JSON.stringify(args)) } };
}

function nameOf(aggregation: unknown): string {
  return typeof aggregation === 'object' && aggregation !== null && 'name' in aggregation ? String(aggregation.name) : '';
}

function modelNames(model: PanelOptions['model']): string | readonly string[] | null {
  if (typeof model === 'string') return model;
  if (model === undefined) return null;
  return 'length' in model ? model.map((one) => (typeof one === 'string' ? one : one.id)) : model.id;
}
