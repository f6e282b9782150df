import type { Answer, Json, Service } from '../contracts/index.ts';
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
    start(service) {
      const [provider = service.id, model = ''] = service.id.split(':/');
      const operation = service.kind === undefined ? 'invoke' : OPERATIONS[service.kind];
      const span = tracer.startSpan(`${operation} ${model}`.trim(), {
        kind: api.SpanKind.CLIENT,
        attributes: {
          'gen_ai.operation.name': operation,
          'gen_ai.provider.name': provider.replaceAll('-', '.'),
          'gen_ai.request.model': model,
        },
      });
      if (!span.isRecording()) return silent;
      return {
        answered({ usage = {}, servedBy, finish }, { firstTokenMs }) {
          span.setAttributes({
            ...(usage.inputTokens === undefined ? {} : { 'gen_ai.usage.input_tokens': usage.inputTokens }),
            ...(usage.outputTokens === undefined ? {} : { 'gen_ai.usage.output_tokens': usage.outputTokens }),
            ...(servedBy === undefined ? {} : { 'gen_ai.response.model': servedBy }),
            ...(finish === undefined ? {} : { 'gen_ai.response.finish_reasons': [finish] }),
            ...(firstTokenMs === undefined ? {} : { 'touchstone.time_to_first_token_ms': firstTokenMs }),
          });
          span.end();
        },
        failed(error) {
          span.setStatus({ code: api.SpanStatusCode.ERROR, message: messageOf(error) });
          span.end();
        },
      };
    },
  };
}

const OPERATIONS = { language: 'chat', embedding: 'embeddings', classifier: 'classify' } as const;

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
