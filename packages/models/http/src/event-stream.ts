import { type Json, ServiceError } from '@touchstone/core';

/**
 * Data of server-sent events, as JSON where it is JSON.
 *
 * @param onEvent told of each event when it comes
 * @throws ServiceError `server` for an event that reports an error: what came before it is no answer
 */
export async function eventsOf(response: Response, onEvent: (event: Json) => void): Promise<readonly Json[]> {
  const events: Json[] = [];
  const take = (block: string): void => {
    const event = readEvent(block);
    if (event === undefined) return;
    const reported = event.name === 'error' ? (wordsOf(event.data) ?? 'the stream reported an error') : errorIn(event.data);
    if (reported !== undefined) throw new ServiceError('server', `${new URL(response.url).origin}: ${reported}`);
    events.push(event.data);
    onEvent(event.data);
  };
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const chunk of response.body ?? []) {
    rest = (rest + decoder.decode(chunk, { stream: true })).replaceAll('\r\n', '\n');
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) take(block);
  }
  take(rest + decoder.decode());
  return events;
}

function readEvent(block: string): { readonly name: string; readonly data: Json } | undefined {
  const fields = block.split('\n').map((line) => /^(event|data):? ?(.*)$/su.exec(line));
  const of = (field: string): readonly string[] => fields.flatMap((match) => (match?.[1] === field ? [match[2] ?? ''] : []));
  const data = of('data').join('\n');
  return data === '' || data === '[DONE]' ? undefined : { name: of('event').at(-1) ?? '', data: parsed(data) };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `{ "error": … }`, as most applications say it. */
function errorIn(data: Json): string | undefined {
  if (!isObject(data) || !data.error) return undefined;
  return wordsOf(data.error) ?? 'the stream reported an error';
}

function wordsOf(data: Json): string | undefined {
  if (typeof data === 'string') return data;
  if (!isObject(data)) return undefined;
  const words = isObject(data.error) ? data.error.message : (data.message ?? data.error);
  return typeof words === 'string' ? words : undefined;
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
