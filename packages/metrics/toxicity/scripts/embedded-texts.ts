import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadSentenceEncoder } from '@touchstone/sentence-encoder';
import { screenWindows } from '../src/embedded-screen.ts';
import type { Rows } from './logistic-regression.ts';
import type { TrainingText } from './training-texts.ts';

/** Texts with the vectors of their windows: the vectors of text i are the rows from `first[i]` to before `first[i + 1]`. */
export interface EmbeddedTexts {
  readonly texts: readonly TrainingText[];
  readonly first: readonly number[];
  readonly rows: Rows;
}

const WIDTH = 512;

/**
 * Embeds the windows of all texts, in about five minutes.
 *
 * @param cache file that keeps the vectors for the next time; it is trusted if it has the right size
 */
export async function embedTexts(texts: readonly TrainingText[], cache: string | undefined): Promise<EmbeddedTexts> {
  const encoder = await loadSentenceEncoder();
  const windows: string[] = [];
  const first = [0];
  for (const { text } of texts) {
    windows.push(...screenWindows(encoder, text).map((window) => window.text));
    first.push(windows.length);
  }
  const rows = { values: new Float32Array(windows.length * WIDTH), width: WIDTH };
  const bytes = new Uint8Array(rows.values.buffer);
  if (cache !== undefined && existsSync(cache)) {
    const kept = readFileSync(cache);
    if (kept.length !== bytes.length) throw new Error(`${cache} has the vectors of other texts: delete it.`);
    bytes.set(kept);
    return { texts, first, rows };
  }
  for (let from = 0; from < windows.length; from += 32) {
    const vectors = encoder.encode(windows.slice(from, from + 32));
    for (const [index, vector] of vectors.entries()) rows.values.set(vector, (from + index) * WIDTH);
    if (from % 6400 === 0) console.error(`${from} of ${windows.length} windows are embedded`);
  }
  if (cache !== undefined) writeFileSync(cache, bytes);
  return { texts, first, rows };
}
