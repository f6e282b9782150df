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

/** Parameters that have more names than one: a default of ours gives way to the user's word in whichever spelling. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  maxOutputTokens: ['max_tokens', 'max_completion_tokens', 'max_output_tokens'],
  topP: ['top_p'],
  topK: ['top_k'],
  frequencyPenalty: ['frequency_penalty'],
  presencePenalty: ['presence_penalty'],
  reasoningEffort: ['reasoning_effort', 'reasoning'],
  topLogprobs: ['top_logprobs'],
};

/** What is known of a model and of the API that it is asked by. */
export interface Takes {
  readonly model: string;
  /** neutral name → the API's; others pass as they are. */
  readonly names: Readonly<Record<string, string>>;
  readonly reasoning: boolean;
  /** Neutral names that it refuses besides. */
  readonly refused?: ReadonlySet<string>;
}

/**
 * Parameters under the API's names. Of the defaults, those that the model refuses are left out with a note; what the user asked for is
 * sent, and the provider's word on it is the row's.
 */
export function parametersOf(
  { parameters = {}, defaults = {} }: GenerateRequest,
  { model, names, reasoning, refused }: Takes,
): { readonly parameters: Readonly<Record<string, Json>>; readonly notes: readonly string[] } {
  const notes: string[] = [];
  const ours = Object.entries(defaults).filter(([name]) => {
    if ([name, ...(SPELLINGS[name] ?? [])].some((spelling) => Object.hasOwn(parameters, spelling))) return false;
    const taken = !(refused?.has(name) || (reasoning && NOT_FOR_REASONING.has(name)));
    if (!taken) notes.push(`${name} was left out: ${model} takes none`);
    return taken;
  });
  const all = [...ours, ...Object.entries(parameters)];
  return { parameters: Object.fromEntries(all.map(([name, value]) => [names[name] ?? name, value])), notes };
}

/** The defaults of a request under the API's names, for {@link withoutRefusedDefaults}. */
export function defaultNames(
  { defaults = {} }: GenerateRequest,
  names: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(defaults).map((name) => [name, names[name] ?? name]));
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

/** Arguments of a tool call are JSON in a text; what is none stays the text. Some servers send them as they are. */
export function argumentsOf(given: unknown): Json {
  if (typeof given === 'object' && given !== null) return JSON.parse(JSON.stringify(given));
  if (typeof given !== 'string' || given.trim() === '') return {};
  try {
    return JSON.parse(given);
  } catch {
    return given;
  }
}
