import type { Answer, Json, Service } from '../contracts/index.ts';
import { ServiceError } from '../contracts/service-error.ts';
import { messageOf } from '../errors/touchstone-error.ts';

/** A span for each call, where the application has OpenTelemetry set up. */
export interface SpanRecorder {
  start<Q extends Json, A extends Json>(service: Service<Q, A>, request: Q): CallSpan;
}

interface CallSpan {
  answered(answer: Answer<unknown>, measured: { readonly firstTokenMs?: number }): void;
  failed(error: unknown): void;
}

/** What is used of `@opentelemetry/api`, an optional peer that core does not depend on. */
interface OpenTelemetry {
  readonly trace: { getTracer(name: string): Tracer };
  readonly SpanKind: { readonly CLIENT: number };
  readonly SpanStatusCode: { readonly ERROR: number };
}
interface Tracer {
  startSpan(name: string, options: { readonly kind: number; readonly attributes: Attributes }): Span;
}
interface Span {
  isRecording(): boolean;
  setAttributes(attributes: Attributes): unknown;
  setStatus(status: { readonly code: number; readonly message: string }): unknown;
  end(): void;
}
type Attributes = Readonly<Record<string, string | number | readonly string[]>>;

const silent: CallSpan = { answered: () => undefined, failed: () => undefined };
const none: SpanRecorder = { start: () => silent };

/**
 * Spans by the semantic conventions for generative AI: `chat gpt-5-mini` with model, tokens and finish reason. Texts are never part of
 * them. Without the package, or without a provider that records, this does nothing.
 */
export async function spanRecorder(): Promise<SpanRecorder> {
  const api = await openTelemetry();
  if (api === undefined) return none;
  const tracer = api.trace.getTracer('touchstone');
  return {
    start(service, request) {
      const operation = service.kind === undefined ? 'invoke' : OPERATIONS[service.kind];
      const { target, attributes } = askedOf(service.id);
      const span = tracer.startSpan(`${operation} ${target}`, {
        kind: api.SpanKind.CLIENT,
        attributes: { 'gen_ai.operation.name': operation, ...attributes, ...parametersOf(request) },
      });
      if (!span.isRecording()) return silent;
      return {
        answered({ usage = {}, servedBy, finish }, { firstTokenMs }) {
          span.setAttributes({
            ...(usage.inputTokens === undefined ? {} : { 'gen_ai.usage.input_tokens': usage.inputTokens }),
            ...(usage.outputTokens === undefined ? {} : { 'gen_ai.usage.output_tokens': usage.outputTokens }),
            ...(usage.cachedTokens === undefined ? {} : { 'gen_ai.usage.cache_read.input_tokens': usage.cachedTokens }),
            ...(servedBy === undefined ? {} : { 'gen_ai.response.model': servedBy }),
            ...(finish === undefined ? {} : { 'gen_ai.response.finish_reasons': [finish] }),
            ...(firstTokenMs === undefined ? {} : { 'touchstone.time_to_first_token_ms': firstTokenMs }),
          });
          span.end();
        },
        failed(error) {
          span.setAttributes({ 'error.type': ServiceError.isInstance(error) ? error.code : nameOf(error) });
          span.setStatus({ code: api.SpanStatusCode.ERROR, message: messageOf(error) });
          span.end();
        },
      };
    },
  };
}

const OPERATIONS = { language: 'chat', embedding: 'embeddings', classifier: 'classify' } as const;
/** Where the conventions have another name for a provider than its scheme. */
const PROVIDERS: Readonly<Record<string, string>> = { 'azure-openai': 'azure.ai.openai' };

/** Of a model `openai:/gpt-5-mini`, or of an application, whose id is its address. */
function askedOf(id: string): { readonly target: string; readonly attributes: Attributes } {
  const [, scheme = '', model] = /^([^:/]+):\/(?!\/)(.+)$/su.exec(id) ?? [];
  if (model !== undefined) {
    const provider = PROVIDERS[scheme] ?? scheme;
    return { target: model, attributes: { 'gen_ai.provider.name': provider, 'gen_ai.request.model': model } };
  }
  const host = URL.canParse(id) ? new URL(id).hostname : '';
  return { target: id, attributes: host === '' ? {} : { 'server.address': host } };
}

const PARAMETERS: Readonly<Record<string, string>> = {
  temperature: 'gen_ai.request.temperature',
  topP: 'gen_ai.request.top_p',
  topK: 'gen_ai.request.top_k',
  maxOutputTokens: 'gen_ai.request.max_tokens',
  seed: 'gen_ai.request.seed',
  frequencyPenalty: 'gen_ai.request.frequency_penalty',
  presencePenalty: 'gen_ai.request.presence_penalty',
};

/** Numbers only: other parameters may hold texts. */
function parametersOf(request: Json): Attributes {
  const parameters = isObject(request) && isObject(request.parameters) ? Object.entries(request.parameters) : [];
  return Object.fromEntries(
    parameters.flatMap(([key, value]) => {
      const name = Object.hasOwn(PARAMETERS, key) ? PARAMETERS[key] : undefined;
      return name !== undefined && typeof value === 'number' ? [[name, value]] : [];
    }),
  );
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '_OTHER';
}

/** Not a literal import: the types of an optional peer are not there when core is built, and a bundler must not look for it. */
async function openTelemetry(): Promise<OpenTelemetry | undefined> {
  const name: string = '@opentelemetry/api';
  try {
    const api: OpenTelemetry = await import(name);
    return typeof api.trace?.getTracer === 'function' ? api : undefined;
  } catch {
    return undefined;
  }
}
