import type { VocabularyName } from './vocabulary.ts';

/**
 * How a text is cut into pieces before their bytes are merged: the patterns of tiktoken 0.14 (tiktoken_ext/openai_public.py) in
 * JavaScript's words. Two differences between the dialects change counts, and are written out here:
 *
 * - Rust's `\s` is Unicode's White_Space; JavaScript's has U+FEFF in it and lacks U+0085
 * - Rust's `(?i:s)` takes the long s, U+017F, as well; no other letter outside ASCII folds to a letter of these patterns
 */
export const splitPatterns: Readonly<Record<VocabularyName, RegExp>> = {
  cl100k_base: new RegExp(cl100k(), 'gu'),
  o200k_base: new RegExp(o200k(), 'gu'),
  p50k_base: new RegExp(gpt2(), 'gu'),
  r50k_base: new RegExp(gpt2(), 'gu'),
};

function cl100k(): string {
  const word = String.raw`[^\r\n\p{L}\p{N}]?\p{L}+`;
  const punctuation = String.raw` ?[^\p{White_Space}\p{L}\p{N}]+[\r\n]*`;
  const space = String.raw`\p{White_Space}+$|\p{White_Space}*[\r\n]|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}`;
  return `${contraction()}|${word}|${digits()}|${punctuation}|${space}`;
}

function o200k(): string {
  const before = String.raw`[^\r\n\p{L}\p{N}]?`;
  const upper = String.raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`;
  const lower = String.raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`;
  const after = `(?:${contraction()})?`;
  const words = `${before}${upper}*${lower}+${after}|${before}${upper}+${lower}*${after}`;
  const punctuation = String.raw` ?[^\p{White_Space}\p{L}\p{N}]+[\r\n/]*`;
  const space = String.raw`\p{White_Space}*[\r\n]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+`;
  return `${words}|${digits()}|${punctuation}|${space}`;
}

/** Here contractions are lower-case only, and numbers have any length. */
function gpt2(): string {
  const words = String.raw`'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+`;
  return String.raw`${words}|\p{White_Space}+$|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}`;
}

function contraction(): string {
  return String.raw`'(?:[sdmt\u017f]|ll|ve|re|[SDMT]|[lL][lL]|[vV][eE]|[rR][eE])`;
}

function digits(): string {
  return String.raw`\p{N}{1,3}`;
}
