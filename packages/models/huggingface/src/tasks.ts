import {
  type Answer,
  type Generated,
  type GenerateRequest,
  type Json,
  type Message,
  type ServiceCall,
  ServiceError,
} from '@touchstone/core';
import { chatAnswer, chatBody, chatOfStream } from '@touchstone/openai-protocol/chat-format';
import { type Connection, request, type Target } from './connection.ts';

/** What a model may be asked to do with a text. */
export const TEXT_TASKS = ['chat', 'text-generation', 'summarization', 'translation', 'text-classification'] as const;
export type TextTask = (typeof TEXT_TASKS)[number];

type Ask = (connection: Connection, asked: GenerateRequest, io: ServiceCall) => Promise<Answer<Generated>>;

/** By task; streaming is the chat's alone. */
export const ASK: Readonly<Record<TextTask | 'streamed-chat', Ask>> = {
  async chat(connection, asked, io) {
    const { body, notes } = chatBody(connection.model, asked, 'max_tokens');
    // Parameters may be anything: what is none, the provider says.
    const args = body as { model: string; messages: [] };
    const completion = await request(connection, io, (client, target) => client.chatCompletion({ ...args, ...target }));
    return chatAnswer('Hugging Face', completion, notes);
  },

  async 'streamed-chat'(connection, asked, io) {
    const { body, notes } = chatBody(connection.model, asked, 'max_tokens');
    const args = { ...body, stream_options: { include_usage: true } } as unknown as { model: string; messages: [] };
    const completion = await request(connection, io, (client, target) =>
      chatOfStream(client.chatCompletionStream({ ...args, ...target }), () => io.firstToken()),
    );
    return chatAnswer('Hugging Face', completion, notes);
  },

  async 'text-generation'(connection, asked, io) {
    const { maxOutputTokens, ...parameters } = parametersOf(asked);
    let answer: Response | undefined;
    const { generated_text: text } = await request(
      connection,
      io,
      (client, target) =>
        client.textGeneration({
          ...forTask(target),
          inputs: promptOf(asked),
          parameters: { ...parameters, ...(maxOutputTokens === undefined ? {} : { max_new_tokens: Number(maxOutputTokens) }) },
        }),
      (response) => {
        answer = response;
      },
    );
    // The SDK hands over the text alone.
    return { value: { text }, ...finishOf(await answer?.json().catch(() => undefined)) };
  },

  async summarization(connection, asked, io) {
    const parameters = taskParameters(asked);
    const answer: unknown = await request(connection, io, (client, target) =>
      client.summarization({ ...forTask(target), inputs: promptOf(asked), ...parameters }),
    );
    return { value: { text: textIn(answer, 'summary_text') }, finish: 'stop' };
  },

  async translation(connection, asked, io) {
    const parameters = taskParameters(asked);
    const answer: unknown = await request(connection, io, (client, target) =>
      client.translation({ ...forTask(target), inputs: promptOf(asked), ...parameters }),
    );
    return { value: { text: textIn(answer, 'translation_text') }, finish: 'stop' };
  },

  async 'text-classification'(connection, asked, io) {
    const [best] = await classify(connection, promptOf(asked), io);
    if (best === undefined) throw new ServiceError('bad-response', 'Hugging Face sent no label');
    return { value: { text: best.label }, finish: 'stop' };
  },
};

/** Labels with their scores, the likeliest first. */
export async function classify(
  connection: Connection,
  text: string,
  io: ServiceCall,
): Promise<readonly { readonly label: string; readonly score: number }[]> {
  const labels: unknown = await request(connection, io, (client, target) =>
    client.textClassification({ ...forTask(target), inputs: text }),
  );
  if (!Array.isArray(labels) || !labels.every(isLabel)) throw unreadable();
  return labels.map(({ label, score }) => ({ label, score })).toSorted((a, b) => b.score - a.score);
}

/** One vector a text. Where the model gives one for each token, their mean: what `pooling: mean` is elsewhere. */
export async function embed(
  connection: Connection,
  texts: readonly string[],
  parameters: Readonly<Record<string, Json>>,
  io: ServiceCall,
): Promise<readonly (readonly number[])[]> {
  const answer: unknown = await request(connection, io, (client, target) =>
    client.featureExtraction({ ...forTask(target), inputs: [...texts], ...parameters }),
  );
  if (!Array.isArray(answer) || answer.length !== texts.length) throw unreadable();
  return answer.map(vectorOf);
}

/** The answer in the context to the question, and how sure the model is. */
export async function answerQuestion(
  connection: Connection,
  question: string,
  context: string,
  io: ServiceCall,
): Promise<{ readonly answer: string; readonly score: number }> {
  const found: unknown = await request(connection, io, (client, target) =>
    client.questionAnswering({ ...forTask(target), inputs: { question, context } }),
  );
  const best: unknown = Array.isArray(found) ? found[0] : found;
  if (typeof best !== 'object' || best === null || !('answer' in best) || typeof best.answer !== 'string') throw unreadable();
  return { answer: best.answer, score: 'score' in best ? Number(best.score) : Number.NaN };
}

/** Chats are routed by Hugging Face; all else is looked up by the SDK, and `hf-inference` is where most of it runs. */
function forTask(target: Target): Target {
  return target.model === undefined || target.provider !== undefined ? target : { ...target, provider: 'hf-inference' };
}

function parametersOf({ parameters = {}, defaults = {} }: GenerateRequest): Readonly<Record<string, Json>> {
  return Object.fromEntries(
    Object.entries({ ...defaults, ...parameters }).map(([name, value]) => [
      name === 'maxOutputTokens' ? name : snake(name),
      value,
    ]),
  );
}

/** What pipelines take beside their input. */
function taskParameters(asked: GenerateRequest): { readonly parameters?: Readonly<Record<string, Json>> } {
  const { maxOutputTokens, ...parameters } = parametersOf(asked);
  const all = { ...parameters, ...(maxOutputTokens === undefined ? {} : { max_length: maxOutputTokens }) };
  return Object.keys(all).length === 0 ? {} : { parameters: all };
}

function snake(name: string): string {
  return name.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
}

/** These models have no roles: what was written, one message a paragraph. */
function promptOf({ messages }: GenerateRequest): string {
  return messages.map(textOf).join('\n\n');
}

function textOf({ content }: Message): string {
  if (typeof content === 'string') return content;
  return (content ?? [])
    .map((part) => {
      if (part.type === 'text') return part.text;
      throw new ServiceError('bad-request', `this task takes texts only, and there is an ${part.type}`);
    })
    .join('\n');
}

function finishOf(body: unknown): Pick<Answer<Generated>, 'usage' | 'finish'> {
  if (typeof body !== 'object' || body === null) return {};
  const usage = 'usage' in body && typeof body.usage === 'object' && body.usage !== null ? body.usage : {};
  const [choice]: readonly unknown[] = 'choices' in body && Array.isArray(body.choices) ? body.choices : [];
  const reason = typeof choice === 'object' && choice !== null && 'finish_reason' in choice ? choice.finish_reason : undefined;
  const input = 'prompt_tokens' in usage ? Number(usage.prompt_tokens) : undefined;
  const output = 'completion_tokens' in usage ? Number(usage.completion_tokens) : undefined;
  return {
    ...(input === undefined && output === undefined
      ? {}
      : {
          usage: {
            ...(input === undefined ? {} : { inputTokens: input }),
            ...(output === undefined ? {} : { outputTokens: output }),
          },
        }),
    ...(reason === 'length' ? { finish: 'length' } : reason === undefined ? {} : { finish: 'stop' }),
  };
}

/** The text of a pipeline's answer, which is a list of one where there was one input. */
function textIn(answer: unknown, field: string): string {
  const only: unknown = Array.isArray(answer) ? answer[0] : answer;
  const text: unknown = typeof only === 'object' && only !== null ? Reflect.get(only, field) : undefined;
  if (typeof text === 'string') return text;
  throw unreadable();
}

function isLabel(value: unknown): value is { readonly label: string; readonly score: number } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'label' in value &&
    typeof value.label === 'string' &&
    'score' in value &&
    typeof value.score === 'number'
  );
}

function vectorOf(value: unknown): readonly number[] {
  if (!Array.isArray(value) || value.length === 0) throw unreadable();
  if (value.every((one) => typeof one === 'number')) return value;
  // A batch of one, or one vector a token.
  const vectors = value.map(vectorOf);
  const [first = []] = vectors;
  return first.map((_, at) => vectors.reduce((sum, vector) => sum + (vector[at] ?? 0), 0) / vectors.length);
}

function unreadable(): ServiceError {
  return new ServiceError('bad-response', 'Hugging Face sent an answer of another shape than the task has');
}
