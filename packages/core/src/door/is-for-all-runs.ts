import type { Answer, Json, Service } from '../contracts/index.ts';

/**
 * Whether the answer is one that other runs may be given: it ended by itself and says something. What was refused, filtered, cut off or
 * is empty may go otherwise the next time, and an answer from which a secret was taken out is of use to nobody.
 */
export function isForAllRuns({ kind }: Pick<Service, 'kind'>, { value, finish, usage, servedBy }: Answer<Json>): boolean {
  if (finish !== undefined && finish !== 'stop' && finish !== 'tool') return false;
  if (!isObject(value)) return kind !== 'language';
  // Of a program's own request through `call.fetch`: whatever came back, so it must say what it is.
  if ('encoding' in value) {
    const says = kind === 'language' ? finish : (usage ?? servedBy);
    return says !== undefined && value.status === 200 && value.withheld !== true;
  }
  return kind !== 'language' || saysSomething(value);
}

/** Shape of {@link Generated}. */
function saysSomething({ text, toolCalls, refusal }: JsonObject): boolean {
  if (typeof refusal === 'string') return false;
  return (typeof text === 'string' && text.trim() !== '') || (Array.isArray(toolCalls) && toolCalls.length > 0);
}

type JsonObject = { readonly [name: string]: Json };

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
