import { suggestion, TouchstoneError } from '@touchstone/core';
import type { VocabularyName } from './vocabulary.ts';

/** The encodings of tiktoken, by its names. */
export type Encoding = keyof typeof vocabularies;

/** Encodings that differ in special tokens only count every text alike. */
const vocabularies = {
  cl100k_base: 'cl100k_base',
  o200k_base: 'o200k_base',
  o200k_harmony: 'o200k_base',
  p50k_base: 'p50k_base',
  p50k_edit: 'p50k_base',
  r50k_base: 'r50k_base',
  gpt2: 'r50k_base',
} as const satisfies Readonly<Record<string, VocabularyName>>;

/**
 * Models by the beginnings of their names, as tiktoken's model.py and gpt-tokenizer's list have them; the first that fits counts.
 * A name that nobody knows has no encoding: gpt-tokenizer would take the newest one in silence.
 */
const models: readonly (readonly [RegExp, VocabularyName])[] = [
  [/^(?:gpt-oss|o[134]|gpt-4o|chatgpt-4o|gpt-4\.[15]|gpt-5|codex-mini|computer-use-preview)(?![a-z\d])/u, 'o200k_base'],
  [/^(?:gpt-4|gpt-3\.5|gpt-35|text-embedding-3|text-embedding-ada-002|davinci-002|babbage-002)(?![a-z\d.])/u, 'cl100k_base'],
  [
    /^(?:text-davinci-00[23]|(?:text|code)-davinci-edit-001|code-(?:davinci|cushman)-00[12]|(?:davinci|cushman)-codex)$/u,
    'p50k_base',
  ],
  [/^(?:(?:text-)?(?:davinci|curie|babbage|ada)(?:-001)?|gpt-?2|(?:text|code)-(?:search|similarity)-.+-001)$/u, 'r50k_base'],
];

/**
 * The vocabulary of an encoding, or of a model's encoding. A model may be written as a URI (`openai:/gpt-5-mini`), and a fine-tuned
 * one in full (`ft:gpt-4o-mini-2024-07-18:ours::abc`).
 *
 * @throws TouchstoneError `bad-option` for both at once, an unknown encoding, or a model whose encoding is not known
 */
export function vocabularyOf(options: {
  readonly encoding?: string | undefined;
  readonly model?: string | undefined;
}): VocabularyName {
  const { encoding, model } = options;
  if (model !== undefined) {
    if (encoding !== undefined) throw new TouchstoneError('bad-option', 'token_count: give encoding or model, not both.');
    return vocabularyOfModel(String(model));
  }
  if (encoding === undefined) return 'cl100k_base';
  const known: Readonly<Record<string, VocabularyName>> = vocabularies;
  const vocabulary = Object.hasOwn(known, encoding) ? known[encoding] : undefined;
  if (vocabulary !== undefined) return vocabulary;
  const hint = suggestion(String(encoding), Object.keys(known), { list: 'There are' });
  throw new TouchstoneError('bad-option', `token_count: there is no encoding '${encoding}'.${hint}`);
}

function vocabularyOfModel(model: string): VocabularyName {
  const name = model.replace(/^openai:\//u, '').replace(/^ft:([^:]+).*$/u, '$1');
  const known = models.find(([pattern]) => pattern.test(name));
  if (known !== undefined) return known[1];
  throw new TouchstoneError(
    'bad-option',
    `token_count: the encoding of the model '${model}' is not known. Name the encoding instead, as in encoding: 'o200k_base' (${Object.keys(vocabularies).join(', ')}).`,
  );
}
