import {
  type AdaptedModel,
  type AdapterAbout,
  baseUrl,
  type Classifier,
  closest,
  credentialFingerprint,
  type EmbeddingModel,
  type Json,
  type LanguageModel,
  type Model,
  neededVariable,
  promptText,
  roughTokens,
  roughUsage,
  type Service,
  ServiceError,
  TouchstoneError,
  variable,
} from '@touchstone/core';
import { type Connection, isProvider } from './connection.ts';
import type { HuggingFaceOptions } from './plugin.ts';
import { ASK, answerQuestion, classify, embed, TEXT_TASKS, type TextTask } from './tasks.ts';

export const huggingfaceAbout: AdapterAbout = {
  form: 'huggingface:/ORG/NAME',
  description: 'Models of Hugging Face, by inference providers or at an endpoint of your own',
  kinds: ['language', 'embedding', 'classifier'],
  variables: [
    {
      name: 'HF_TOKEN',
      also: ['HUGGING_FACE_HUB_TOKEN'],
      needed: true,
      credential: true,
      meaning: 'the token; not needed with an endpoint of your own that asks for none',
    },
  ],
  options: {
    task: 'chat (default), text-generation, summarization, translation, text-classification or question-answering',
    baseUrl: 'an endpoint of your own, https://….endpoints.huggingface.cloud or http://localhost:8080',
    provider: 'who runs the model: together, groq, hf-inference, …; by default as your account prefers',
    stream: 'true: chats are streamed, so that the time to the first token is known',
    question: 'for question-answering: the column of the question (default: question)',
    context: 'for question-answering: the column of the text that holds the answer (default: context)',
    billTo: 'the organization that pays',
  },
};

const ROUTER = 'https://router.huggingface.co';
const QUESTIONS = 'question-answering';
const TASKS: readonly string[] = [...TEXT_TASKS, QUESTIONS];

/** @throws TouchstoneError `malformed-uri`, `bad-base-url`, `bad-option` */
export function huggingfaceModel(uri: string, options: Readonly<Record<string, Json>>, plugin: HuggingFaceOptions): AdaptedModel {
  const model = /^huggingface:\/+([^/\s]+(?:\/[^/\s]+)?)$/iu.exec(uri)?.[1];
  if (model === undefined) {
    const message = `'${uri}' names no model: write huggingface:/ORG/NAME, e.g. huggingface:/Qwen/Qwen3-8B.`;
    throw new TouchstoneError('malformed-uri', message);
  }
  const task = taskOf(uri, options.task);
  const given = text(options.baseUrl) ?? text(options.endpointUrl);
  const endpointUrl = given === undefined ? undefined : baseUrl(given, 'base-url');
  const token = plugin.token ?? variable('HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN');
  const connection: Connection = {
    model,
    token,
    endpointUrl,
    provider: endpointUrl === undefined ? providerOf(uri, text(options.provider) ?? plugin.provider) : undefined,
    billTo: text(options.billTo) ?? plugin.billTo,
  };
  const account = `huggingface|${endpointUrl ?? ROUTER}|${credentialFingerprint(token)}`;
  const ready = (): void => {
    if (endpointUrl === undefined && token === undefined) neededVariable(uri, 'HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN');
  };
  const about = (what: string): AboutService => ({
    id: `huggingface:/${model}`,
    identity: { provider: connection.provider ?? 'huggingface', baseUrl: endpointUrl ?? ROUTER, model, task: what },
    scopes: async () => [account, `${account}|${model}`],
    ready,
  });
  const embeddingModel: EmbeddingModel = {
    kind: 'embedding',
    ...about('feature-extraction'),
    estimate: ({ texts }) => ({ inputTokens: texts.reduce((sum, one) => sum + roughTokens(one), 0) }),
    send: async ({ texts, parameters = {} }, io) => ({ value: { vectors: await embed(connection, texts, parameters, io) } }),
  };
  const classifier: Classifier = {
    kind: 'classifier',
    ...about('text-classification'),
    send: async ({ texts }, io) => ({
      value: { labels: await Promise.all(texts.map((one) => classify(connection, one, io))) },
    }),
  };
  if (task === QUESTIONS) return { model: questionModel(connection, about(QUESTIONS), options) };
  const ask = task === 'chat' && options.stream === true ? ASK['streamed-chat'] : ASK[task];
  const languageModel: LanguageModel = {
    kind: 'language',
    ...about(task),
    estimate: (request) => roughUsage(request),
    async send(request, io) {
      try {
        return await ask(connection, request, io);
      } catch (error) {
        throw task === 'chat' ? withTaskHint(error) : error;
      }
    },
  };
  return { languageModel, embeddingModel, classifier };
}

type AboutService = Pick<Service, 'id' | 'identity' | 'scopes'> & { readonly ready: () => void };

/** Two columns of a row are what it is asked, so it is a model of rows. */
function questionModel(connection: Connection, about: AboutService, options: Readonly<Record<string, Json>>): Model {
  const [question, context] = [text(options.question) ?? 'question', text(options.context) ?? 'context'];
  const service: Service<
    { readonly question: string; readonly context: string },
    { readonly answer: string; readonly score: number }
  > = {
    ...about,
    estimate: (asked) => ({ inputTokens: roughTokens(asked.question) + roughTokens(asked.context) }),
    send: async (asked, io) => ({ value: await answerQuestion(connection, asked.question, asked.context, io) }),
  };
  return {
    id: about.id,
    identity: [about.identity, question, context],
    ready: about.ready,
    needs: [question, context],
    async predict([row], [work]) {
      if (row === undefined || work === undefined) return [];
      const asked = { question: promptText(row, question), context: promptText(row, context) };
      const { value, latencyMs } = await work.ask(service, asked);
      return [{ value, main: 'answer', latencyMs }];
    },
  };
}

/** The commonest mistake: a model that does not chat. */
function withTaskHint(error: unknown): unknown {
  const hinted = ServiceError.isInstance(error) && (error.code === 'unknown-model' || error.code === 'bad-request');
  if (!hinted) return error;
  const { code, message, status, headers } = error;
  const hint = 'if it is no chat model, say what it does: --model-option task=text-generation, summarization, …';
  return new ServiceError(code, `${message} (${hint})`, {
    ...(status === undefined ? {} : { status }),
    ...(headers === undefined ? {} : { headers }),
  });
}

function taskOf(uri: string, task: Json | undefined): TextTask | typeof QUESTIONS {
  if (task === undefined) return 'chat';
  if (task === QUESTIONS) return QUESTIONS;
  const known = TEXT_TASKS.find((one) => one === task);
  if (known !== undefined) return known;
  const near = typeof task === 'string' ? closest(task, TASKS) : undefined;
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  throw new TouchstoneError('bad-option', `'${uri}': task is ${JSON.stringify(task)}, and there are ${TASKS.join(', ')}.${hint}`);
}

function providerOf(uri: string, name: string | undefined): Connection['provider'] {
  if (name === undefined || isProvider(name)) return name;
  throw new TouchstoneError('bad-option', `'${uri}': Hugging Face has no inference provider '${name}'.`);
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
