import { createHash } from 'node:crypto';
import { type ScoreResult, skipped } from '@touchstone/core';
import { loadSentenceEncoder, SENTENCE_ENCODER, type SentenceEncoder } from '@touchstone/sentence-encoder';
import head from './head.json' with { type: 'json' };
import { type TextWindow, textWindows } from './text-windows.ts';

/** Names encoder and weights: scores of other weights are never compared with these in silence. */
export const screenId = `${SENTENCE_ENCODER}+${createHash('sha256').update(JSON.stringify(head)).digest('hex').slice(0, 8)}`;

/** Most characters of a text; more would take minutes. */
const LONGEST = 500_000;

type Scores = readonly ScoreResult[];
let loaded: SentenceEncoder | undefined;

/**
 * Scores texts by their sentence embeddings and the weights that were learned for them: each text by its most toxic window.
 * The encoder is read with the first call; after that, the answer is there at once, so that threads can share the work.
 */
export function screenTexts(texts: readonly string[]): Scores | Promise<Scores> {
  if (loaded !== undefined) return screened(loaded, texts);
  return loadSentenceEncoder().then((encoder) => {
    loaded = encoder;
    return screened(encoder, texts);
  });
}

function screened(encoder: SentenceEncoder, texts: readonly string[]): Scores {
  const cut = texts.map((text) => (text.length > LONGEST ? undefined : screenWindows(encoder, text)));
  const scores = encoder.encode(cut.flatMap((windows = []) => windows.map(({ text }) => text))).map(toxicityOf);
  let next = 0;
  return cut.map((windows) => {
    if (windows === undefined) return skipped(`the text has more than ${LONGEST.toLocaleString('en')} characters`, 'too-long');
    const own = scores.slice(next, next + windows.length);
    next += windows.length;
    return highest(windows, own);
  });
}

/**
 * The encoder reads 128 tokens, and one insult weighs less in a vector the more there is around it. 300 characters are one to three
 * sentences; where they have more tokens than that (signs of other scripts, letters one by one), the window is cut again.
 */
const [WINDOW, DENSE_WINDOW, MOST_TOKENS] = [300, 100, 128];

/** The windows of a text as they are embedded, here and when the weights are learned. */
export function screenWindows(encoder: SentenceEncoder, text: string): readonly TextWindow[] {
  return textWindows(text, WINDOW).flatMap((window) => {
    if (window.text.length <= DENSE_WINDOW || encoder.tokens(window.text).length <= MOST_TOKENS) return [window];
    return textWindows(window.text, DENSE_WINDOW).map((part) => ({
      ...part,
      start: window.start + part.start,
      end: window.start + part.end,
    }));
  });
}

function toxicityOf(vector: Float32Array): number {
  const sum = head.weights.reduce((sum, weight, index) => sum + weight * (vector[index] ?? 0), head.bias);
  return 1 / (1 + Math.exp(-sum));
}

/** Where nothing was said, nothing toxic was. */
function highest(windows: readonly TextWindow[], scores: readonly number[]): ScoreResult {
  const value = scores.reduce((high, score) => Math.max(high, score), 0);
  const window = windows[scores.indexOf(value)];
  if (window === undefined || windows.length === 1) return value;
  return { value, details: { windows: windows.length, start: window.start, end: window.end } };
}
