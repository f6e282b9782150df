import { commonSubsequenceLength, subsequenceUnions, tableSteps } from './longest-common-subsequence.ts';
import { ngramIds } from './ngram-ids.ts';
import { createScratchMemory } from './scratch-memory.ts';
import type { TokenizedRow } from './tokenized-row.ts';

/** Precision, recall and F, each from 0 to 1; all 0 when a side has no token. */
interface RougeScore {
  readonly status: 'scored';
  /** Share of the prediction that is in the reference. */
  readonly precision: number;
  /** Share of the reference that is in the prediction. */
  readonly recall: number;
  /** Harmonic mean of the two, 0 when both are 0. */
  readonly fmeasure: number;
}

/** The row is beyond {@link rougeLimits} and is not scored. */
interface TooLong {
  readonly status: 'too-long';
  readonly unit: 'characters' | 'steps';
  readonly amount: number;
  readonly limit: number;
}

export type RougeOutcome = RougeScore | TooLong;

/**
 * The most that one row may ask for. Decided from the lengths alone, so that a row is too long on every machine or on none.
 *
 * - `characters`: UTF-16 units of the prediction and all references together, before anything is tokenized.
 * - `steps`: steps of the comparison over all references, some nanoseconds each. Two texts of 185,000 tokens are just within it.
 */
const rougeLimits = { characters: 10_000_000, steps: 2 ** 30 } as const;

/**
 * ROUGE-N: the n-grams in common, each as often as both sides have it.
 *
 * With several references the one with the greatest F counts, the first of equals, in this and the other measures.
 * Values are those of `rouge_score` 0.1.2, which follows C.-Y. Lin, "ROUGE: a package for automatic evaluation of
 * summaries", ACL workshop on text summarization, 2004.
 *
 * @param n tokens in an n-gram
 * @throws RangeError when `n` is not a whole number of at least 1
 *
 * @example
 * rougeN(tokenizeRow('the cat sat', ['the cat sat down'], googleTokenizer()), 1);
 * // { status: 'scored', precision: 1, recall: 0.75, fmeasure: 0.8571428571428571 }
 */
export function rougeN(row: TokenizedRow, n: number): RougeOutcome {
  if (!Number.isSafeInteger(n) || n < 1) throw new RangeError(`ROUGE-N needs a whole number n of at least 1, not ${n}.`);
  if (row.characters > rougeLimits.characters) return tooManyCharacters(row);
  const tokens = row.texts();
  const longestReference = tokens.references.reduce((longest, { length }) => Math.max(longest, length), 0);
  if (n > Math.min(tokens.prediction.length, longestReference)) return scored(0, 0, 0);
  const steps = n * (tokens.prediction.length + sum(tokens.references.map(({ length }) => length)));
  if (steps > rougeLimits.steps) return tooManySteps(steps);

  const grams = ngramIds(tokens, n);
  const inPrediction = countIds([grams.prediction], grams.vocabularySize);
  return greatestF(grams.references, (reference) =>
    scored(countShared([reference], inPrediction, grams.vocabularySize), grams.prediction.length, reference.length),
  );
}

/** ROUGE-L: the longest common subsequence of the two texts, lines ignored. See {@link rougeN} for several references. */
export function rougeL(row: TokenizedRow): RougeOutcome {
  if (row.characters > rougeLimits.characters) return tooManyCharacters(row);
  const { prediction, references, vocabularySize } = row.texts();
  const steps = sum(references.map(({ length }) => tableSteps(length, prediction.length)));
  if (steps > rougeLimits.steps) return tooManySteps(steps);

  return greatestF(references, (reference) =>
    scored(commonSubsequenceLength(reference, prediction, vocabularySize), prediction.length, reference.length),
  );
}

/**
 * ROUGE-Lsum, the summary level: for each line of the reference the union of its longest common subsequences with every line
 * of the prediction. A token of such a union is a hit as long as the prediction has an unused copy of it.
 * See {@link rougeN} for several references.
 */
export function rougeLsum(row: TokenizedRow): RougeOutcome {
  if (row.characters > rougeLimits.characters) return tooManyCharacters(row);
  const { prediction, references, vocabularySize } = row.lines();
  const predictionLength = lengthOf(prediction);
  const steps = sum(references.flat().map((line) => tableSteps(line.length, predictionLength) + line.length * prediction.length));
  if (steps > rougeLimits.steps) return tooManySteps(steps);

  const inPrediction = countIds(prediction, vocabularySize);
  return greatestF(references, (reference) => {
    const unions = subsequenceUnions(reference, prediction, vocabularySize);
    return scored(countShared(unions, inPrediction, vocabularySize), predictionLength, lengthOf(reference));
  });
}

function tooManyCharacters({ characters }: TokenizedRow): TooLong {
  return { status: 'too-long', unit: 'characters', amount: characters, limit: rougeLimits.characters };
}

function tooManySteps(steps: number): TooLong {
  return { status: 'too-long', unit: 'steps', amount: steps, limit: rougeLimits.steps };
}

const countMemory = createScratchMemory();
const usedMemory = createScratchMemory();

function countIds(texts: readonly (readonly number[])[], vocabularySize: number): Int32Array {
  const counts = countMemory(vocabularySize);
  for (const ids of texts) {
    for (const id of ids) counts[id] = (counts[id] ?? 0) + 1;
  }
  return counts;
}

/** How many of the ids are in the counts, each at most as often as it was counted. */
function countShared(texts: readonly (readonly number[])[], counts: Int32Array, vocabularySize: number): number {
  const used = usedMemory(vocabularySize);
  let shared = 0;
  for (const ids of texts) {
    for (const id of ids) {
      const before = used[id] ?? 0;
      if (before === (counts[id] ?? 0)) continue;
      used[id] = before + 1;
      shared++;
    }
  }
  return shared;
}

function greatestF<Reference>(references: readonly Reference[], score: (reference: Reference) => RougeScore): RougeScore {
  return references.map(score).reduce((best, next) => (next.fmeasure > best.fmeasure ? next : best));
}

/** The operations are in the order of `rouge_score`, so that even the last bit is the same. */
function scored(hits: number, predictionLength: number, referenceLength: number): RougeScore {
  const precision = hits / Math.max(1, predictionLength);
  const recall = hits / Math.max(1, referenceLength);
  const fmeasure = hits === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { status: 'scored', precision, recall, fmeasure };
}

function lengthOf(lines: readonly (readonly number[])[]): number {
  return sum(lines.map(({ length }) => length));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
