import type { GenerateRequest, Json } from '@touchstone/core';

/** What models that think refuse. */
const NOT_FOR_REASONING: ReadonlySet<string> = new Set([
  'temperature',
  'topP',
  'frequencyPenalty',
  'presencePenalty',
  'logprobs',
  'topLogprobs',
]);

/**
 * Parameters under the API's names. Of the defaults, those that a model that thinks refuses are left out with a note; what the user
 * asked for is sent, and the provider's word on it is the row's.
 *
 * @param names neutral name → the API's; others pass as they are
 */
export function parametersOf(
  model: string,
  { parameters = {}, defaults = {} }: GenerateRequest,
  names: Readonly<Record<string, string>>,
  reasoning: boolean,
): { readonly parameters: Readonly<Record<string, Json>>; readonly notes: readonly string[] } {
  const notes: string[] = [];
  const kept = Object.entries({ ...defaults, ...parameters }).filter(([name]) => {
    const refused = reasoning && NOT_FOR_REASONING.has(name) && !Object.hasOwn(parameters, name);
    if (refused) notes.push(`${name} was left out: ${model} takes none`);
    return !refused;
  });
  return { parameters: Object.fromEntries(kept.map(([name, value]) => [names[name] ?? name, value])), notes };
}

/** Whether the schema meets OpenAI's conditions for being followed to the letter: no other properties, all of them required. */
export function isStrict(schema: Json): boolean {
  if (typeof schema !== 'object' || schema === null) return true;
  if (Array.isArray(schema)) return schema.every(isStrict);
  const parts: { readonly [key: string]: Json } = { ...schema } as { readonly [key: string]: Json };
  const { properties } = parts;
  if (typeof properties === 'object' && properties !== null && parts.type === 'object') {
    const required = Array.isArray(parts.required) ? parts.required : [];
    if (parts.additionalProperties !== false || !Object.keys(properties).every((name) => required.includes(name))) return false;
  }
  return Object.values(parts).every(isStrict);
}

/** Arguments of a tool call are JSON in a text; what is none stays the text. */
export function argumentsOf(text: unknown): Json {
  if (typeof text !== 'string') return {};
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
