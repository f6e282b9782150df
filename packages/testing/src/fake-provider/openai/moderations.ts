import type { TextRequest } from '../fake-request.ts';
import { isObject, listIn, objectIn, textIn } from '../json-access.ts';
import type { ProviderState } from '../provider-state.ts';
import { scriptedAnswer } from '../scripted-answer.ts';
import { declineFor, knownModel } from '../wire/decline.ts';
import type { Endpoint, Task } from '../wire/endpoint.ts';
import type { Family } from '../wire/family.ts';
import { type Incoming, idOf } from '../wire/incoming.ts';
import { byType, type Check, list, record, required, string, tagged } from '../wire/shape.ts';

/** Category → whether images are looked at for it as well. */
const CATEGORIES: Readonly<Record<string, boolean>> = {
  harassment: false,
  'harassment/threatening': false,
  hate: false,
  'hate/threatening': false,
  illicit: false,
  'illicit/violent': false,
  'self-harm': true,
  'self-harm/instructions': true,
  'self-harm/intent': true,
  sexual: true,
  'sexual/minors': false,
  violence: true,
  'violence/graphic': true,
};

const DEFAULT_MODEL = 'omni-moderation-latest';

/** `POST /v1/moderations` */
export function moderations(family: Family): Endpoint {
  return {
    family,
    method: 'POST',
    model: (body) => textIn(objectIn(body).model) || DEFAULT_MODEL,
    open(incoming, state): Task {
      const body = objectIn(incoming.request.body);
      declineFor(family, incoming, FIELDS_CHECK(body));
      const traits = knownModel(family, incoming, state);
      return {
        tokens: 0,
        async answer(instead) {
          const inputs = instead === 'empty' ? [] : inputsOf(body.input);
          const results = await Promise.all(inputs.map((input) => resultOf(input, incoming, state)));
          return { json: { id: `modr-${idOf(incoming, 32)}`, model: traits.servedBy ?? incoming.request.model, results } };
        },
      };
    },
  };
}

interface ModeratedInput {
  readonly text: string;
  readonly types: readonly ('text' | 'image')[];
}

/** Texts have a result each; a list of parts is one input. */
function inputsOf(input: unknown): readonly ModeratedInput[] {
  if (typeof input === 'string') return [{ text: input, types: ['text'] }];
  const items = listIn(input);
  if (items.every((item) => typeof item === 'string')) return items.map((text) => ({ text, types: ['text'] }));
  const parts = items.map(objectIn);
  const types = new Set(parts.map(({ type }) => (type === 'image_url' ? 'image' : 'text')));
  return [{ text: parts.map(({ text }) => textIn(text)).join('\n'), types: [...types] }];
}

async function resultOf({ text, types }: ModeratedInput, incoming: Incoming, state: ProviderState) {
  const request: TextRequest = { ...incoming.request, text };
  const scripted = (await scriptedAnswer('moderate', state.answers.moderate, request, isScores)) ?? {};
  const draws = incoming.random.uniforms('score', Object.keys(CATEGORIES).length);
  const scores = Object.fromEntries(Object.keys(CATEGORIES).map((name, i) => [name, scripted[name] ?? (draws[i] ?? 0) * 0.01]));
  const categories = Object.fromEntries(Object.entries(scores).map(([name, score]) => [name, score >= 0.5]));
  return {
    flagged: Object.values(categories).includes(true),
    categories,
    category_scores: scores,
    category_applied_input_types: Object.fromEntries(
      Object.entries(CATEGORIES).map(([name, images]) => [name, images ? types : types.filter((type) => type === 'text')]),
    ),
  };
}

function isScores(value: unknown): value is Readonly<Record<string, number>> {
  return (
    isObject(value) &&
    Object.entries(value).every(([name, score]) => Object.hasOwn(CATEGORIES, name) && typeof score === 'number')
  );
}

const PART = tagged('type', {
  text: { text: required(string) },
  image_url: { image_url: required(record({ url: required(string) })) },
});

const ITEM: Check = (value) => (typeof value === 'string' ? undefined : PART(value));

const FIELDS_CHECK = record({
  model: string,
  input: required(
    byType('one of a string, an array of strings, or an array of objects', { string, array: list(ITEM, { min: 1 }) }),
  ),
});
