/** What a text is measured in. */
export type TextUnit = 'character' | 'grapheme' | 'word';

/**
 * The units of a text, in order:
 * - `character`: code points, so that 😀 is one, and é is one or two as it was typed
 * - `grapheme`: what a reader sees as one character (Unicode Annex 29): é is one either way, and so is a family of emoji
 * - `word`: the word-like segments of Unicode Annex 29, with dictionaries for Chinese, Japanese, Thai and others
 *
 * The rules are those of English whatever the machine's locale is.
 */
export function* unitsOf(text: string, unit: TextUnit): Generator<string, undefined> {
  if (unit === 'character') {
    yield* text;
    return;
  }
  for (const { segment, isWordLike } of segmenterOf(unit).segment(text)) {
    if (unit === 'grapheme' || isWordLike === true) yield segment;
  }
}

/** Number of units of a text. */
export function countUnits(text: string, unit: TextUnit): number {
  let count = 0;
  for (const _ of unitsOf(text, unit)) count++;
  return count;
}

/** For the signature: the tables of graphemes and words change with the version of ICU. */
export function unitId(unit: TextUnit): string {
  return unit === 'character' ? unit : `${unit}(icu=${process.versions.icu ?? 'unknown'})`;
}

/** The first one takes 25 ms, which somebody who needs none shall not wait for. */
function segmenterOf(granularity: 'grapheme' | 'word'): Intl.Segmenter {
  const made = segmenters.get(granularity) ?? new Intl.Segmenter('en', { granularity });
  segmenters.set(granularity, made);
  return made;
}

const segmenters = new Map<string, Intl.Segmenter>();
