import type { Json, Service } from '../contracts/index.ts';

/**
 * The same question in the one form in which it is sent, keyed and recorded. What says nothing is left out: no tools, no parameters,
 * no tool calls, a parameter that is `undefined`, and a default of ours for which the request has the user's word. Everything else may
 * change an answer, and stays: the order of messages and tools, an empty text, a text instead of a list with that text, a parameter
 * that repeats the provider's own default, and the Unicode form of every text. (The order of an object's members changes no key.)
 */
export function normalRequest<Q extends Json>({ kind }: Pick<Service, 'kind'>, request: Q): Q {
  const fields: Json = request;
  if (!isObject(fields)) return request;
  // Left out are members that are optional in its type. What goes through `call.fetch` has another shape, and is sent byte for byte.
  if (kind === 'language' && isList(fields.messages)) return normalGenerate(fields, fields.messages) as Q;
  if (kind === 'embedding' && isList(fields.texts)) return normalEmbed(fields) as Q;
  return request;
}

type JsonObject = { readonly [name: string]: Json };

/** Of a {@link GenerateRequest}. */
function normalGenerate({ parameters, defaults, tools, ...rest }: JsonObject, messages: readonly Json[]): Json {
  const words = definedIn(parameters);
  return {
    ...rest,
    messages: messages.map(normalMessage),
    ...unlessEmpty('parameters', words),
    ...unlessEmpty('defaults', withoutNames(definedIn(defaults), words)),
    ...unlessEmpty('tools', tools),
  };
}

/** Of an {@link EmbedRequest}. */
function normalEmbed({ parameters, ...rest }: JsonObject): Json {
  return { ...rest, ...unlessEmpty('parameters', definedIn(parameters)) };
}

function normalMessage(message: Json): Json {
  if (!isObject(message) || !isList(message.toolCalls) || message.toolCalls.length > 0) return message;
  const { toolCalls: _, ...rest } = message;
  return rest;
}

/** What is no object is not for us to judge. */
function definedIn(members: Json | undefined): Json | undefined {
  if (!isObject(members)) return members;
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function withoutNames(members: Json | undefined, names: Json | undefined): Json | undefined {
  if (!isObject(members) || !isObject(names)) return members;
  return Object.fromEntries(Object.entries(members).filter(([name]) => !Object.hasOwn(names, name)));
}

function unlessEmpty(name: string, value: Json | undefined): JsonObject {
  if (value === undefined) return {};
  const size = isList(value) ? value.length : isObject(value) ? Object.keys(value).length : 1;
  return size === 0 ? {} : { [name]: value };
}

/** `Array.isArray` does not narrow readonly arrays. */
function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value);
}
