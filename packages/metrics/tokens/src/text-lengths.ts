import { defineMetric } from '@touchstone/core';

/**
 * Words of the prediction: the word-like segments of Unicode Annex 29, in any script; Chinese, Japanese, Thai and others by the
 * dictionaries of ICU, whose version is in the signature. Like MLflow's token_count, more is better for it, which says nothing of quality.
 *
 * @example
 * await wordCount().score({ predictions: '서울은 한국의 수도입니다.' }); // 3
 */
export const wordCount = define('word_count', 'wordCount', 'Words of the prediction', {
  count: (text) => countSegments('word', text, ({ isWordLike }) => isWordLike === true),
  icu: true,
});

/**
 * Characters of the prediction: Unicode code points, so that 😀 is one, and é is one or two as it was typed.
 *
 * @example
 * await characterCount().score({ predictions: '서울 😀' }); // 4
 */
export const characterCount = define('character_count', 'characterCount', 'Characters (code points) of the prediction', {
  count: countCodePoints,
  icu: false,
});

/**
 * What a reader sees as characters of the prediction (extended grapheme clusters of Unicode Annex 29): é is one either way, and so is a
 * family of emoji. The version of ICU is in the signature.
 *
 * @example
 * await graphemeCount().score({ predictions: '👩‍👩‍👧' }); // 1
 */
export const graphemeCount = define('grapheme_count', 'graphemeCount', 'Characters, as a reader sees them, of the prediction', {
  count: (text) => countSegments('grapheme', text, () => true),
  icu: true,
});

interface Measure {
  count(text: string): number;
  /** Whether the tables of ICU decide. */
  readonly icu: boolean;
}

function define<const Name extends string>(name: Name, exported: string, description: string, { count, icu }: Measure) {
  return defineMetric({
    name,
    version: 'v1',
    description,
    greaterIsBetter: true,
    needs: ['predictions'],
    signature: () => ({ icu: icu ? (process.versions.icu ?? 'unknown') : undefined }),
    from: { module: '@touchstone/metric-tokens', export: exported, url: import.meta.url },
    scoreRow: ({ predictions }) => count(predictions),
  });
}

type Granularity = 'word' | 'grapheme';

function countSegments(granularity: Granularity, text: string, counts: (segment: Intl.SegmentData) => boolean): number {
  let count = 0;
  for (const segment of segmenterOf(granularity).segment(text)) if (counts(segment)) count++;
  return count;
}

/** The rules are those of English whatever the machine's locale is. The first segmenter takes 25 ms, so it is made when it is needed. */
function segmenterOf(granularity: Granularity): Intl.Segmenter {
  const made = segmenters.get(granularity) ?? new Intl.Segmenter('en', { granularity });
  segmenters.set(granularity, made);
  return made;
}

const segmenters = new Map<Granularity, Intl.Segmenter>();

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
