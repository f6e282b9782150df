import { createHash } from 'node:crypto';
import { type CommonMetricOptions, type DefinedMetric, type Json, TouchstoneError, template, truncate } from '@touchstone/core';
import {
  answerInstruction,
  anyNumber,
  judgeDefaults,
  plainOptions,
  quoting,
  readScale,
  refuseUnknownOptions,
  type ScaleOptions,
} from '@touchstone/judging';
import { genaiDefinition } from './genai-definition.ts';
import { commonOptions, gradedMetric } from './graded-metric.ts';
import { LAYOUT_VERSION } from './judge-prompt.ts';
import { checkPanelOptions, type PanelOptions, panelOptions } from './panel-options.ts';

/** What {@link makeGenaiMetricFromPrompt} takes. */
export interface PromptMetricOptions<Name extends string = string>
  extends ScaleOptions,
    PanelOptions,
    Omit<CommonMetricOptions, 'name'> {
  readonly name: Name;
  /** The whole prompt but for the form of the answer, with `{column}` where a text of the row goes; `{{` and `}}` are braces. */
  readonly judgePrompt: string;
  readonly greaterIsBetter?: boolean | undefined;
  /** Kept with the definition. */
  readonly metricMetadata?: Readonly<Record<string, Json>> | undefined;
}

/**
 * A metric of a prompt of your own: MLflow's `make_genai_metric_from_prompt`. The columns that it needs are the prompt's placeholders,
 * each of which becomes a quoted block that its text cannot leave. It has no version, so its keys are `<name>/mean` and so on.
 * Without `scale` or `labels` any number is a score.
 *
 * @throws TouchstoneError `bad-option`; `bad-rubric` for a prompt without a placeholder, in which the judge would see nothing of the row
 * @example makeGenaiMetricFromPrompt({ name: 'follows_rules', judgePrompt: 'Does {predictions} answer {inputs}, and nothing else?', scale: 'boolean' })
 */
export function makeGenaiMetricFromPrompt<const Name extends string>(
  options: PromptMetricOptions<Name>,
): DefinedMetric<Name, Readonly<Record<'predictions', unknown>>> {
  const name: string = options.name;
  const { judgePrompt, greaterIsBetter = true } = options;
  if (typeof name !== 'string' || name === '' || typeof judgePrompt !== 'string' || judgePrompt === '') {
    throw new TouchstoneError('bad-option', 'makeGenaiMetricFromPrompt needs name and judgePrompt: texts that are not empty.');
  }
  refuseUnknownOptions(name, options, [
    ...panelOptions,
    ...['judgePrompt', 'scale', 'labels', 'greaterIsBetter', 'metricMetadata'],
  ]);
  checkPanelOptions(name, options);
  const scale = readScale(name, options, anyNumber);
  const filled = template(judgePrompt);
  const columns = filled.placeholders;
  if (columns.length === 0) {
    throw new TouchstoneError(
      'bad-rubric',
      `${name}: judgePrompt has no placeholder, so that the judge would see nothing of the row: write {predictions} where the output goes.`,
    );
  }
  const shown = (['inputs', 'predictions'] as const).filter((column) => columns.includes(column));
  return gradedMetric({
    name,
    description: truncate(judgePrompt.split('\n')[0] ?? name, 160),
    greaterIsBetter,
    scale,
    context: columns.filter((column) => column !== 'inputs' && column !== 'predictions'),
    shown,
    prompt: (texts) => {
      const { notice, quote } = quoting(Object.values(texts));
      const blocks = Object.fromEntries(Object.entries(texts).map(([column, text]) => [column, `\n${quote(text)}\n`]));
      const said = filled.fill(blocks);
      return (mode) => [said, notice, answerInstruction(mode, name, scale)].join('\n\n');
    },
    promptHash: createHash('sha256')
      .update(JSON.stringify([LAYOUT_VERSION, judgePrompt]))
      .digest('hex')
      .slice(0, 12),
    options,
    defaults: judgeDefaults,
    common: commonOptions(options),
    definition: genaiDefinition('make_genai_metric_from_prompt', name, undefined, options),
    made: { export: 'makeGenaiMetricFromPrompt', options: plainOptions(options) },
  }) as unknown as DefinedMetric<Name, Readonly<Record<'predictions', unknown>>>;
}
