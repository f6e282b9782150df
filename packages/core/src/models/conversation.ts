import type { ContentPart, Json, Message } from '../contracts/index.ts';

/**
 * A cell that holds a conversation: a list of messages, or an object with one in `messages`, as OpenAI's chat format has them
 * (`content` a text or parts, `tool_calls`). `undefined` for everything else.
 */
export function conversationOf(cell: Json | undefined): readonly Message[] | undefined {
  const list = Array.isArray(cell) ? cell : isObject(cell) && Array.isArray(cell.messages) ? cell.messages : undefined;
  if (list === undefined || list.length === 0) return undefined;
  const messages = list.map(messageOf);
  return messages.every((message) => message !== undefined) ? messages : undefined;
}

/** What is wrong with a cell that is a conversation and cannot be sent as one; `undefined` for all others. */
export function conversationProblem(cell: Json | undefined): string | undefined {
  const list = Array.isArray(cell) ? cell : isObject(cell) && Array.isArray(cell.messages) ? cell.messages : [];
  const said = list.filter((one) => isObject(one) && typeof one.role === 'string' && 'content' in one);
  if (list.length === 0 || said.length < list.length) return undefined;
  const at = list.findIndex((one) => messageOf(one) === undefined);
  const message = list[at];
  if (!isObject(message)) return undefined;
  const parts = Array.isArray(message.content) ? message.content : [];
  const part = parts.find((one) => partOf(one) === undefined);
  const reason = isObject(part) ? `a part of type '${String(part.type)}'` : `the role '${String(message.role)}'`;
  return `message ${at + 1} of the conversation cannot be sent: it has ${reason}`;
}

function messageOf(value: Json): Message | undefined {
  if (!isObject(value) || typeof value.role !== 'string') return undefined;
  const { role, content } = value;
  // What everyone may write, and providers call differently.
  const known = role === 'developer' ? 'system' : role === 'human' ? 'user' : role === 'ai' ? 'assistant' : role;
  if (known === 'tool') {
    const id = value.toolCallId ?? value.tool_call_id;
    if (typeof id !== 'string') return undefined;
    return { role: 'tool', toolCallId: id, content: typeof content === 'string' ? content : JSON.stringify(content ?? '') };
  }
  const parts = contentOf(content);
  if (known === 'system' || known === 'user') return parts === undefined ? undefined : { role: known, content: parts };
  if (known !== 'assistant') return undefined;
  const calls = toolCallsOf(value.toolCalls ?? value.tool_calls);
  return { role: 'assistant', content: parts ?? null, ...(calls.length === 0 ? {} : { toolCalls: calls }) };
}

function contentOf(content: Json | undefined): string | readonly ContentPart[] | undefined {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const parts = content.map(partOf);
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

/** Pieces as OpenAI's two APIs and Anthropic's write them, and as we do. */
function partOf(value: Json): ContentPart | undefined {
  if (typeof value === 'string') return { type: 'text', text: value };
  if (!isObject(value)) return undefined;
  if (typeof value.text === 'string') return { type: 'text', text: value.text };
  const { mediaType, data, source } = value;
  if ((value.type === 'image' || value.type === 'file') && typeof mediaType === 'string' && typeof data === 'string') {
    return { type: value.type, mediaType, data, ...nameOf(value.name) };
  }
  if (isObject(source)) return sourcePart(value, source);
  const file = isObject(value.file) ? value.file : value;
  if (typeof file.file_data === 'string') return dataPart(file.file_data, file.filename);
  const url = isObject(value.image_url) ? value.image_url.url : (value.image_url ?? value.url);
  return typeof url === 'string' ? { type: 'image', url } : undefined;
}

/** Anthropic's `{ type: 'image' | 'document', source }`. */
function sourcePart(
  { type, title }: { readonly [key: string]: Json },
  source: { readonly [key: string]: Json },
): ContentPart | undefined {
  const { media_type: mediaType, data, url } = source;
  if (type === 'image' && typeof url === 'string') return { type, url };
  if ((type !== 'image' && type !== 'document') || typeof mediaType !== 'string' || typeof data !== 'string') return undefined;
  const encoded = source.type === 'text' ? Buffer.from(data).toString('base64') : data;
  return { type: type === 'image' ? type : 'file', mediaType, data: encoded, ...nameOf(title) };
}

/** OpenAI's `file_data`, an address that holds its content. */
function dataPart(address: string, name: Json | undefined): ContentPart | undefined {
  const [, mediaType, data] = /^data:([^;,]+);base64,(.+)$/su.exec(address) ?? [];
  if (mediaType === undefined || data === undefined) return undefined;
  return { type: 'file', mediaType, data, ...nameOf(name) };
}

function nameOf(name: Json | undefined): { readonly name?: string } {
  return typeof name === 'string' ? { name } : {};
}

function toolCallsOf(value: Json | undefined): readonly { id: string; name: string; arguments: Json }[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((call) => {
    if (!isObject(call) || typeof call.id !== 'string') return [];
    const named = isObject(call.function) ? call.function : call;
    if (typeof named.name !== 'string') return [];
    return [{ id: call.id, name: named.name, arguments: argumentsOf(named.arguments) }];
  });
}

function argumentsOf(value: Json | undefined): Json {
  if (typeof value !== 'string') return value ?? {};
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
