import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { TouchstoneError } from '@touchstone/core';
import { contextBlock } from '@touchstone/judging';
import type { GradedTexts } from './judge-prompt.ts';

/** Which prompts of MLflow, and where they lie: `'v1'` is the folder `mlflow-prompts/v1` of the working directory. */
export type MlflowPrompts = 'v1' | { readonly version: 'v1'; readonly folder: string };

/**
 * MLflow's prompt of a metric, from the user's own copy of MLflow: this package has its own words.
 * @throws TouchstoneError `no-mlflow-prompt` with the line of Python that writes the file, `bad-option`
 */
export function readMlflowPrompt(metric: string, asked: MlflowPrompts): string {
  const folder =
    asked === 'v1'
      ? join('mlflow-prompts', 'v1')
      : typeof asked === 'object' && asked?.version === 'v1'
        ? asked.folder
        : undefined;
  if (typeof folder !== 'string') {
    throw new TouchstoneError(
      'bad-option',
      `${metric}: mlflowPrompts must be 'v1' or { version: 'v1', folder: '…' }, not ${JSON.stringify(asked)}.`,
    );
  }
  const path = resolve(folder, `${metric}.txt`);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new TouchstoneError(
      'no-mlflow-prompt',
      `${metric}: there is no prompt of MLflow in ${relative('', path) || path}. Write it with your MLflow: python -c "import mlflow.metrics.genai as g; print(g.${metric}().metric_details, end='')" > ${metric}.txt`,
    );
  }
  if (text.includes('{output}')) return text;
  throw new TouchstoneError(
    'no-mlflow-prompt',
    `${metric}: ${relative('', path) || path} has no {output}, so it is no prompt of MLflow: it is the text of metric_details.`,
  );
}

/** One pass: what is put in is never read as a template, whatever braces it has. */
export function fillMlflowPrompt(prompt: string, { input, output, context }: GradedTexts): string {
  const values: Readonly<Record<string, string>> = {
    input: input ?? '',
    output,
    grading_context_columns: contextBlock(context, (text) => text),
  };
  // MLflow shows the part in the text of a metric without input as well, and leaves it out of what it sends.
  const shown = input === undefined ? prompt.replace('\nInput:\n{input}\n', '') : prompt;
  return shown.replace(/\{(input|output|grading_context_columns)\}/gu, (_, name: string) => values[name] ?? '');
}
