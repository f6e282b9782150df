import { type ServiceCall, ServiceError } from '@touchstone/core';
import { type Fields, fieldsOf } from './fields.ts';

/** Parts of a stream that are something of the answer. */
const TOKENS: ReadonlySet<unknown> = new Set(['text-delta', 'reasoning-delta', 'tool-input-delta']);

/**
 * The parts of a stream put together to what `doGenerate` would have given.
 * @throws what the stream says went wrong; ServiceError `bad-response` for one that just ends
 */
export async function readStream(result: object, io: ServiceCall, provider: string): Promise<object> {
  const { stream } = fieldsOf(result);
  if (!isStream(stream)) throw new ServiceError('bad-response', `${provider} gave no stream`);
  const content = new Map<string, Fields>();
  let [warnings, response, end]: [unknown, unknown, Fields | undefined] = [undefined, undefined, undefined];
  for await (const each of stream) {
    const part = fieldsOf(each);
    if (TOKENS.has(part.type)) io.firstToken();
    switch (part.type) {
      case 'stream-start':
        warnings = part.warnings;
        break;
      case 'response-metadata':
        response = { ...fieldsOf(response), ...part };
        break;
      case 'text-delta':
      case 'reasoning-delta':
        append(content, part);
        break;
      case 'tool-call':
        content.set(`call ${String(part.toolCallId)}`, part);
        break;
      case 'finish':
        end = part;
        break;
      case 'error':
        throw part.error;
    }
  }
  if (end === undefined) throw new ServiceError('bad-response', `${provider} ended the stream before the answer was complete`);
  const { finishReason, usage, providerMetadata } = end;
  return { content: [...content.values()], warnings, response, finishReason, usage, providerMetadata };
}

/** Pieces belong together by their id; a map keeps the order in which they began. */
function append(content: Map<string, Fields>, { type, id, delta }: Fields): void {
  const kind = type === 'text-delta' ? 'text' : 'reasoning';
  const key = `${kind} ${String(id)}`;
  const { text = '' } = content.get(key) ?? {};
  content.set(key, { type: kind, text: `${String(text)}${String(delta)}` });
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
