import { createHash } from 'node:crypto';
import { type CommonMetricOptions, type DefinedMetric, type Json, TouchstoneError, truncate } from '@touchstone/core';
import {
  judgeDefaults,
  mlflowDefaults,
  plainOptions,
  quoting,
  readScale,
  refuseUnknownOptions,
  type ScaleOptions,
} from '@touchstone/judging';
import { checkRubric } from './check-rubric.ts';
import { checkExamples, type EvaluationExample } from './evaluation-example.ts';
import { genaiDefinition } from './genai-definition.ts';
import { commonOptions, type GradedMetric, gradedMetric } from './graded-metric.ts';
import { type GradedTexts, judgePrompt, LAYOUT_VERSION, type Rubric } from './judge-prompt.ts';
import { fillMlflowPrompt } from './mlflow-prompts.ts';
import { checkPanelOptions, type PanelOptions, panelOptions } from './panel-options.ts';

/** What {@link makeGenaiMetric} takes. */
export interface GenaiMetricOptions<Name extends string = string, Column extends string = string>
  extends ScaleOptions,
    PanelOptions,
    Omit<CommonMetricOptions, 'name'> {
  readonly name: Name;
  /** What the metric measures, for the judge. */
  readonly definition: string;
  /** What each score means: `Score 1: …`, `Score 5: …`. */
  readonly gradingPrompt: string;
  readonly examples?: readonly EvaluationExample[] | undefined;
  /** Of the prompt's layout and of the result's keys. There is `v1`. */
  readonly version?: string | undefined;
  /** Columns that the judge is shown besides input and output: `targets`, `context`, anything of the data or the model's output. */
  readonly gradingContextColumns?: Column | readonly Column[] | undefined;
  /** Whether the judge is shown the input. Default: `true`. */
  readonly includeInput?: boolean | undefined;
  /** Default: `true`. */
  readonly greaterIsBetter?: boolean | undefined;
  /** Kept with the definition. */
  readonly metricMetadata?: Readonly<Record<string, Json>> | undefined;
}

/**
 * A metric that a language model judges by your rubric: MLflow's `make_genai_metric`. Each row gives a score on the scale and a
 * justification; the keys are `<name>/v1/mean`, `/variance` and `/p90`, the columns `<name>/v1/score` and `<name>/v1/justification`.
 * A row whose judgement cannot be read after `repairs` further tries has failed, with the judge's answer in its details.
 *
 * @throws TouchstoneError `bad-option`, `bad-example`, `bad-rubric`, `unknown-version`, `unknown-option`, `unknown-aggregation`
 * @example
 * const professionalism = makeGenaiMetric({
 *   name: 'professionalism',
 *   definition: 'How formal, respectful and to the point the answer is.',
 *   gradingPrompt: 'Score 1: slang or rude. Score 3: neutral. Score 5: a letter that a company could send.',
 *   examples: [{ input: 'Where is my parcel?', output: 'No idea, mate.', score: 1, justification: 'Slang, and no help.' }],
 *   model: 'openai:/gpt-5',
 * });
 */
export function makeGenaiMetric<const Name extends string, const Column extends string = never>(
  options: GenaiMetricOptions<Name, Column>,
): DefinedMetric<Name, Readonly<Record<'predictions' | Column, unknown>>> {
  refuseUnknownOptions(options.name, options, [
    ...panelOptions,
    ...['definition', 'gradingPrompt', 'examples', 'version', 'gradingContextColumns', 'includeInput', 'greaterIsBetter'],
    ...['metricMetadata', 'scale', 'labels'],
  ]);
  return rubricMetric(options, { export: 'makeGenaiMetric', options: plainOptions(options) }) as DefinedMetric<
    Name,
    Readonly<Record<'predictions' | Column, unknown>>
  >;
}

/** What only the metrics that this package brings have. */
interface Brought {
  /** The result name, where that is another one than the judge reads. */
  readonly called?: string | undefined;
  /** MLflow's own prompt, in place of ours. */
  readonly mlflowPrompt?: string | undefined;
}

/**
 * The same for a metric that this package brings.
 * @param made how it is made again
 */
export function rubricMetric(
  options: GenaiMetricOptions,
  made: GradedMetric['made'],
  { called, mlflowPrompt }: Brought = {},
): DefinedMetric<string, Readonly<Record<string, unknown>>> {
  const { name, version = 'v1', includeInput = true, greaterIsBetter = true } = options;
  const metricName: string = name;
  checkNames(metricName, options);
  checkPanelOptions(metricName, options);
  if (version !== 'v1') {
    throw new TouchstoneError(
      'unknown-version',
      `Failed to find evaluation model for version ${version}. Please check the correctness of the version: there is v1.`,
    );
  }
  const columns = contextColumns(options);
  const scale = readScale(metricName, options, { kind: 'numeric', min: 1, max: 5 });
  checkRubric(metricName, options.gradingPrompt, scale);
  const examples = checkExamples(metricName, options.examples ?? [], { columns, includeInput, scale });
  const rubric: Rubric = {
    name: metricName,
    definition: options.definition,
    gradingPrompt: options.gradingPrompt,
    examples,
    includeInput,
    scale,
  };
  return gradedMetric({
    name: metricName,
    version,
    description: oneSentence(options.definition),
    greaterIsBetter,
    scale,
    context: columns,
    shown: includeInput ? ['inputs', 'predictions'] : ['predictions'],
    prompt: (texts) => {
      const { inputs, predictions = '', ...context } = texts;
      const shown: GradedTexts = { input: inputs, output: predictions, context };
      if (mlflowPrompt !== undefined) return () => fillMlflowPrompt(mlflowPrompt, shown);
      const quoted = quoting(Object.values(texts));
      return (mode) => judgePrompt(rubric, shown, quoted, mode);
    },
    promptHash: createHash('sha256')
      .update(JSON.stringify(mlflowPrompt ?? [LAYOUT_VERSION, rubric, columns]))
      .digest('hex')
      .slice(0, 12),
    options,
    defaults: mlflowPrompt === undefined ? judgeDefaults : mlflowDefaults,
    common: { ...commonOptions(options), ...(called === undefined ? {} : { name: called }) },
    definition: genaiDefinition('make_genai_metric', metricName, version, options, examples),
    made,
  });
}

function contextColumns({ name, gradingContextColumns = [] }: GenaiMetricOptions): readonly string[] {
  const columns = typeof gradingContextColumns === 'string' ? [gradingContextColumns] : gradingContextColumns;
  if (
    !Array.isArray(columns) ||
    !columns.every((column) => typeof column === 'string' && column !== '') ||
    new Set(columns).size < columns.length
  ) {
    throw new TouchstoneError('bad-option', `${name}: gradingContextColumns must be a column, or a list of different columns.`);
  }
  return columns;
}

/** Options of the command line and of files were not checked by a compiler. */
function checkNames(name: string, { definition, gradingPrompt, includeInput }: GenaiMetricOptions): void {
  const wrong = [
    ...(typeof name === 'string' && name !== '' ? [] : ['name']),
    ...(typeof definition === 'string' && definition !== '' ? [] : ['definition']),
    ...(typeof gradingPrompt === 'string' && gradingPrompt !== '' ? [] : ['gradingPrompt']),
  ];
  if (wrong.length > 0) {
    throw new TouchstoneError(
      'bad-option',
      `makeGenaiMetric needs ${wrong.join(' and ')}: ${wrong.length === 1 ? 'a text' : 'texts'} that are not empty.`,
    );
  }
  if (includeInput !== undefined && typeof includeInput !== 'boolean') {
    throw new TouchstoneError('bad-option', `${name}: includeInput must be true or false, not ${JSON.stringify(includeInput)}.`);
  }
}

function oneSentence(text: string): string {
  return truncate(/^[^\n]*?[.!?。](?=\s|$)/u.exec(text)?.[0] ?? text.split('\n')[0] ?? text, 160);
}
