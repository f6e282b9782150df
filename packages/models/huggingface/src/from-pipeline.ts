import { TouchstoneError } from '@touchstone/core';

/** A pipeline of transformers.js, or anything that is called as one: `await pipeline('summarization', …)`. */
export type Pipeline = (input: string, options?: Readonly<Record<string, unknown>>) => unknown;

export interface PipelineOptions {
  /** The column that it is called with. Default: `inputs`, or the only one. */
  readonly column?: string;
  /** Handed to the pipeline with each text: `{ max_new_tokens: 60 }`. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/**
 * A local pipeline as a model: called with the text of a row, and its answer read by what pipelines answer (a summary, a translation, a
 * text, a chat, an answer, a label). transformers.js is yours to install: this package does not depend on it.
 *
 * @throws (as failed rows) what the pipeline throws, and an answer that has no text
 * @example
 * import { pipeline } from '@huggingface/transformers';
 * const model = fromPipeline(await pipeline('summarization', 'Xenova/distilbart-cnn-6-6'), { options: { max_new_tokens: 60 } });
 */
export function fromPipeline(
  pipeline: Pipeline,
  { column, options }: PipelineOptions = {},
): (row: Readonly<Record<string, unknown>>) => Promise<string> {
  return async function fromPipeline(row) {
    return answerOf(await pipeline(textOf(row, column), options));
  };
}

function textOf(row: Readonly<Record<string, unknown>>, column: string | undefined): string {
  const names = Object.keys(row);
  const name = column ?? (Object.hasOwn(row, 'inputs') || names.length !== 1 ? 'inputs' : names[0]) ?? 'inputs';
  const text = row[name];
  if (typeof text === 'string') return text;
  const message = Object.hasOwn(row, name)
    ? `fromPipeline: '${name}' of this row is no text.`
    : `fromPipeline: say which column the pipeline reads, fromPipeline(pipeline, { column: '${names[0] ?? 'text'}' }); there are ${names.join(', ')}.`;
  throw new TouchstoneError('pipeline-input', message, { kind: 'run' });
}

/** Where pipelines put what they answer, the first that is there. */
const FIELDS = ['generated_text', 'summary_text', 'translation_text', 'answer', 'label', 'text'];

function answerOf(answer: unknown): string {
  const only: unknown = Array.isArray(answer) ? answer[0] : answer;
  if (typeof only === 'string') return only;
  for (const field of FIELDS) {
    const found: unknown = typeof only === 'object' && only !== null ? Reflect.get(only, field) : undefined;
    if (typeof found === 'string') return found;
    // A chat comes back whole; its last message is the answer.
    if (Array.isArray(found)) return contentOf(found.at(-1));
  }
  throw noText();
}

function contentOf(message: unknown): string {
  if (typeof message === 'object' && message !== null && 'content' in message && typeof message.content === 'string') {
    return message.content;
  }
  throw noText();
}

function noText(): TouchstoneError {
  return new TouchstoneError('pipeline-output', `fromPipeline: the pipeline's answer has none of ${FIELDS.join(', ')}.`, {
    kind: 'run',
  });
}
