import { type Json, type MetricDefinitionRow, versionOf } from '@touchstone/core';
import type { JudgeOptions, ScaleOptions } from '@touchstone/judging';
import type { CheckedExample } from './evaluation-example.ts';

/** MLflow's name of the table of definitions, and of its file `genai_custom_metrics.json`. */
export const DEFINITIONS = 'genai_custom_metrics';

interface Recorded extends JudgeOptions, ScaleOptions {
  readonly definition?: string;
  readonly gradingPrompt?: string;
  readonly judgePrompt?: string;
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
  made: 'make_genai_metric' | 'make_genai_metric_from_prompt',
  name: string,
  version: string | undefined,
  options: Recorded,
  examples: readonly CheckedExample[] = [],
): MetricDefinitionRow {
  const { model, parameters, gradingContextColumns, aggregations, greaterIsBetter = true, metricMetadata } = options;
  const { scale, labels, answers, repairs, maxLength } = options;
  const ours: Readonly<Record<string, Json | undefined>> = { scale, labels, answers, repairs, maxLength };
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
      : { judge_prompt: options.judgePrompt }),
    model: typeof model === 'string' ? model : (model?.id ?? null),
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
