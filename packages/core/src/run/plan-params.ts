import { createHash } from 'node:crypto';
import type { Json, Plan } from '../contracts/index.ts';
import { canonicalJson } from '../data/canonical-json.ts';
import { secrets } from '../door/secrets.ts';

/** Characters of a value; what is longer is cut. */
const LONGEST = 500;
/** Digits of a hash. */
const DIGITS = 16;

/**
 * What is evaluated, as params of a run: `data`, `model`, the parameters of its requests under their own names (`temperature`),
 * `prompt.sha256`, `model.uri` of a logged model, `model.sha256` of a user's file, `<metric>.model` for judges; `modelType`, `trials`, `limit`, `sample` and `seed`
 * where they were set. What looks like a credential is left out of values.
 */
export function paramsOf(plan: Plan): Readonly<Record<string, string>> {
  const { data, model, modelType, trials, services } = plan;
  const { parameters, prompt } = requestOf(model?.identity);
  const given: Readonly<Record<string, Json | undefined>> = {
    ...parameters,
    data: data.name,
    model: model?.id,
    'model.uri': model?.logged,
    'model.sha256': model?.spec?.sourceHash?.slice(0, DIGITS),
    'prompt.sha256': prompt === undefined ? undefined : sha256(prompt),
    modelType,
    trials: trials === 1 ? undefined : trials,
    limit: data.limit,
    sample: data.sample,
    seed: data.seed === 0 ? undefined : data.seed,
    ...judges(services),
  };
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, shown(value)]])),
  );
}

/** What a language model is sent besides the row: see `promptedModel`. Other models say nothing of it. */
function requestOf(identity: Json | undefined): {
  readonly parameters: { readonly [name: string]: Json };
  readonly prompt: Json | undefined;
} {
  if (!isObject(identity) || identity.service === undefined) return { parameters: {}, prompt: undefined };
  const { parameters = null, messages = null, system = null } = identity;
  return {
    parameters: isObject(parameters) ? parameters : {},
    prompt: messages === null && system === null ? undefined : { messages, system },
  };
}

function judges(services: Plan['services']): Readonly<Record<string, string>> {
  const asked = services.filter(({ purpose }) => purpose !== 'model');
  const names = new Set(asked.map(({ purpose }) => purpose));
  return Object.fromEntries(
    [...names].map((name) => [
      `${name}.model`,
      asked
        .filter(({ purpose }) => purpose === name)
        .map(({ id }) => id)
        .join(', '),
    ]),
  );
}

function shown(value: Json): string {
  const safe = secrets().redact(typeof value === 'string' ? value : JSON.stringify(value));
  return safe.length <= LONGEST
    ? safe
    : `${safe
        .slice(0, LONGEST - 1)
        .toWellFormed()
        .replace(/\uFFFD$/u, '')}…`;
}

function sha256(value: Json): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, DIGITS);
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
