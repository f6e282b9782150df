import { type ContentPart, type Json, type Message, ServiceError } from '@touchstone/core';
import type { SpecificationVersion } from './model-object.ts';

/** Messages in the words of the AI SDK. @throws ServiceError `bad-request` for an image whose address is no URL */
export function promptOf(messages: readonly Message[], version: SpecificationVersion): readonly object[] {
  const toolNames = toolNamesIn(messages);
  return messages.map((message) => messageOf(message, toolNames, version));
}

/** A result names its tool as well, which only the call before it knows. */
function toolNamesIn(messages: readonly Message[]): ReadonlyMap<string, string> {
  return new Map(
    messages.flatMap((message) =>
      message.role === 'assistant' ? (message.toolCalls ?? []).map(({ id, name }) => [id, name] as const) : [],
    ),
  );
}

function messageOf(message: Message, toolNames: ReadonlyMap<string, string>, version: SpecificationVersion): object {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: plainText(message.content) };
    case 'user':
      return { role: 'user', content: partsOf(message.content, version) };
    case 'assistant': {
      const { content, toolCalls = [] } = message;
      return { role: 'assistant', content: [...partsOf(content ?? '', version), ...toolCalls.map(callOf)] };
    }
    case 'tool': {
      const { toolCallId, content } = message;
      const toolName = toolNames.get(toolCallId) ?? toolCallId;
      return {
        role: 'tool',
        content: [{ type: 'tool-result', toolCallId, toolName, output: { type: 'text', value: content } }],
      };
    }
  }
}

function plainText(content: string | readonly ContentPart[]): string {
  if (typeof content === 'string') return content;
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}

function partsOf(content: string | readonly ContentPart[], version: SpecificationVersion): readonly object[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return content.map((part) => (part.type === 'text' ? { type: 'text', text: part.text } : fileOf(part, version)));
}

function callOf({
  id,
  name,
  arguments: input,
}: {
  readonly id: string;
  readonly name: string;
  readonly arguments: Json;
}): object {
  return { type: 'tool-call', toolCallId: id, toolName: name, input };
}

/** Images are files as well; before v4 without a tag that says where they are. */
function fileOf(part: Exclude<ContentPart, { type: 'text' }>, version: SpecificationVersion): object {
  const { mediaType, source } = 'url' in part ? sourceOf(part.url) : { mediaType: part.mediaType, source: part.data };
  const tagged = typeof source === 'string' ? { type: 'data', data: source } : { type: 'url', url: source };
  return {
    type: 'file',
    mediaType,
    data: version === 'v4' ? tagged : source,
    ...('name' in part && part.name !== undefined ? { filename: part.name } : {}),
  };
}

function sourceOf(url: string): { readonly mediaType: string; readonly source: string | URL } {
  const [, mediaType, data] = /^data:([^;,]+);base64,(.+)$/su.exec(url) ?? [];
  if (mediaType !== undefined && data !== undefined) return { mediaType, source: data };
  if (URL.canParse(url)) return { mediaType: 'image/*', source: new URL(url) };
  throw new ServiceError('bad-request', `the address of an image is no URL: '${url.slice(0, 80)}'`);
}
