import type { GenerateRequest, Json, ServiceCall } from '@touchstone/core';
import type { AiSdkLanguageModel } from './model-object.ts';
import { promptOf } from './prompt.ts';

/** Parameters that are settings of the AI SDK itself, by our name; all others are options of the provider. */
const SETTINGS: Readonly<Record<string, string>> = {
  temperature: 'temperature',
  topP: 'topP',
  topK: 'topK',
  maxOutputTokens: 'maxOutputTokens',
  seed: 'seed',
  frequencyPenalty: 'frequencyPenalty',
  presencePenalty: 'presencePenalty',
  stop: 'stopSequences',
  toolChoice: 'toolChoice',
};

/** Our name of a parameter, by the names that warnings use. */
export const parameterNames: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(SETTINGS).map(([name, setting]) => [setting, name])),
  reasoning: 'reasoningEffort',
  reasoningEffort: 'reasoningEffort',
  logprobs: 'logprobs',
  topLogprobs: 'topLogprobs',
};

/** What `doGenerate` and `doStream` take. @throws ServiceError `bad-request` */
export function callOptions(model: AiSdkLanguageModel, scheme: string, request: GenerateRequest, io: ServiceCall): object {
  const { messages, tools, output } = request;
  const { settings, ofProvider } = sorted(model, { ...request.defaults, ...request.parameters });
  const providerOptions = withOptions(settings.providerOptions, scheme, ofProvider);
  return {
    ...settings,
    prompt: promptOf(messages, model.specificationVersion),
    abortSignal: io.signal,
    ...(providerOptions === undefined ? {} : { providerOptions }),
    ...(output === undefined ? {} : { responseFormat: { type: 'json', schema: output.schema } }),
    ...(tools === undefined
      ? {}
      : {
          tools: tools.map(({ name, description, schema }) => ({
            type: 'function',
            name,
            ...(description === undefined ? {} : { description }),
            inputSchema: schema,
          })),
        }),
  };
}

type Named = Record<string, Json>;

function sorted(
  model: AiSdkLanguageModel,
  parameters: Readonly<Named>,
): { readonly settings: Named; readonly ofProvider: Named } {
  const { topLogprobs, ...rest } = parameters;
  const settings: Named = {};
  const ofProvider: Named = {};
  for (const [name, value] of Object.entries(rest)) {
    const setting = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
    if (name === 'providerOptions') settings.providerOptions = value;
    else if (name === 'stop') settings.stopSequences = Array.isArray(value) ? value : [value];
    else if (setting !== undefined) settings[setting] = value;
    else if (name === 'reasoningEffort' && model.specificationVersion === 'v4') settings.reasoning = value;
    // Providers of the AI SDK have one option for both: whether, or how many.
    else if (name === 'logprobs' && value === true && topLogprobs !== undefined) ofProvider.logprobs = topLogprobs;
    else ofProvider[name] = value;
  }
  return { settings, ofProvider };
}

/** Options of the provider stand under its name; what the user wrote under `providerOptions` is kept. */
function withOptions(given: Json | undefined, scheme: string, options: Named): Json | undefined {
  if (Object.keys(options).length === 0) return given;
  const all = isObject(given) ? given : {};
  const own = all[scheme];
  return { ...all, [scheme]: { ...options, ...(isObject(own) ? own : {}) } };
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
