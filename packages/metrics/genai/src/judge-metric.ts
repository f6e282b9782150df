import { type CommonMetricOptions, type DefinedMetric, type Json, type MetricFactory, TouchstoneError } from '@touchstone/core';
import { plainOptions, refuseUnknownOptions, type ScaleOptions } from '@touchstone/judging';
import type { EvaluationExample } from './evaluation-example.ts';
import { type GenaiMetricOptions, rubricMetric } from './make-genai-metric.ts';
import { type MlflowPrompts, readMlflowPrompt } from './mlflow-prompts.ts';
import { type PanelOptions, panelOptions } from './panel-options.ts';

/** A judge metric as this package brings it: plain data. */
export interface JudgeMetric<Name extends string, Column extends string> extends ScaleOptions {
  readonly name: Name;
  /** Name of the export that makes it. */
  readonly export: string;
  readonly definition: string;
  readonly gradingPrompt: string;
  readonly examples: readonly EvaluationExample[];
  readonly columns: readonly Column[];
  readonly includeInput: boolean;
  /** Default: `true`. */
  readonly greaterIsBetter?: boolean;
}

/** Options of the judge metrics of this package; also those that every metric has. */
export interface JudgeMetricOptions extends PanelOptions {
  /** Of the definition. There is `v1`. */
  readonly metricVersion?: string | undefined;
  /** In place of the two of the package; `[]`: none. */
  readonly examples?: readonly EvaluationExample[] | undefined;
  /**
   * Asks with MLflow's own prompt instead of ours: the text of `metric_details` of MLflow's metric, which you keep in
   * `mlflow-prompts/v1/<metric>.txt` (or `{ version: 'v1', folder }`). Its texts are not quoted, because MLflow's are not.
   */
  readonly mlflowPrompts?: MlflowPrompts | undefined;
  /** Kept with the definition. */
  readonly metricMetadata?: Readonly<Record<string, Json>> | undefined;
}

/** Makes the factory of a judge metric. */
export function judgeMetric<const Name extends string, const Column extends string>(
  definition: JudgeMetric<Name, Column>,
): MetricFactory<Name, Readonly<Record<'predictions' | Column, unknown>>, JudgeMetricOptions> {
  const { name, columns, includeInput, export: exported, ...shown } = definition;
  const make = (
    given: JudgeMetricOptions & CommonMetricOptions = {},
  ): DefinedMetric<string, Readonly<Record<string, unknown>>> => {
    refuseUnknownOptions(name, given, [...panelOptions, 'metricVersion', 'examples', 'mlflowPrompts', 'metricMetadata']);
    const { name: called, metricVersion = 'v1', mlflowPrompts, examples = definition.examples, ...own } = given;
    if (metricVersion !== 'v1') {
      throw new TouchstoneError(
        'unknown-version',
        `Failed to find ${name.replaceAll('_', ' ')} metric for version ${metricVersion}. Please check the version: there is v1.`,
      );
    }
    const options: GenaiMetricOptions = {
      ...shown,
      ...own,
      name,
      examples,
      includeInput,
      gradingContextColumns: columns,
    };
    const made = { export: exported, options: plainOptions(given) };
    if (mlflowPrompts === undefined) return rubricMetric(options, made, { called });
    const mlflowPrompt = readMlflowPrompt(name, mlflowPrompts);
    return rubricMetric({ ...options, answers: options.answers ?? 'text' }, made, { called, mlflowPrompt });
  };
  // The generic call signature cannot be written on an arrow function; `make` behaves as it says.
  return Object.assign(make, { metricName: name }) as unknown as MetricFactory<
    Name,
    Readonly<Record<'predictions' | Column, unknown>>,
    JudgeMetricOptions
  >;
}
