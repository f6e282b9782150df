import type { RequestRandom } from './request-random.ts';

const WORDS =
  'the a one this every small large quiet bright early late river garden engine letter window mountain market teacher city harbour answer question morning evening idea path forest bridge music winter summer grows holds finds moves brings keeps shows becomes follows opens near above beyond with without under through slowly often together'.split(
    ' ',
  );

/** A sentence of 8 to 24 words: the same for the same request and sample. */
export function defaultText(random: RequestRandom, sample = 0): string {
  const [length = 0, ...draws] = random.uniforms('text', 25, sample);
  const words = draws.slice(0, 8 + Math.floor(length * 17)).map((draw) => WORDS[Math.floor(draw * WORDS.length)] ?? '');
  const sentence = words.join(' ');
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}

/** The first sentence, at most 20 words of it. */
export function defaultSummary(text: string): string {
  const [sentence = ''] = new Intl.Segmenter('en', { granularity: 'sentence' })
    .segment(text.trim())
    [Symbol.iterator]()
    .map(({ segment }) => segment);
  return sentence.trim().split(/\s+/).slice(0, 20).join(' ');
}

/** Scores that sum to 1. */
export function defaultLabels(model: string, random: RequestRandom): Readonly<Record<string, number>> {
  const first = random.at('score', 0) * 0.5;
  return /toxic|hate/i.test(model) ? { 'non-toxic': 1 - first, toxic: first } : { LABEL_0: 1 - first, LABEL_1: first };
}
