/**
 * The formulas as textstat 0.7.13 computes them from counts, with its constants and its order of operations, so that even the
 * last bit is the same. What would divide by zero is 0, and so is what textstat declares to be.
 */

/** J. P. Kincaid, R. P. Fishburne, R. L. Rogers, B. S. Chissom, "Derivation of new readability formulas for Navy enlisted personnel", 1975. */
export function fleschKincaidGrade({ words, sentences, syllables }: Counts<'words' | 'sentences' | 'syllables'>): number {
  const sentenceLength = ratio(words, sentences);
  const wordLength = ratio(syllables, words);
  if (sentenceLength === 0 || wordLength === 0) return 0;
  return 0.39 * sentenceLength + 11.8 * wordLength - 15.59;
}

/** E. A. Smith, R. J. Senter, "Automated readability index", 1967. Words of punctuation alone count in the first ratio only. */
export function automatedReadabilityIndex({
  characters,
  tokens,
  words,
  sentences,
}: Counts<'characters' | 'tokens' | 'words' | 'sentences'>): number {
  const wordLength = ratio(characters, tokens);
  const sentenceLength = ratio(words, sentences);
  if (wordLength === 0 || sentenceLength === 0) return 0;
  return 4.71 * wordLength + 0.5 * sentenceLength - 21.43;
}

/** R. Flesch, "A new readability yardstick", Journal of Applied Psychology 32, 1948. */
export function fleschReadingEase({ words, sentences, syllables }: Counts<'words' | 'sentences' | 'syllables'>): number {
  const sentenceLength = ratio(words, sentences);
  const wordLength = ratio(syllables, words);
  if (sentenceLength === 0 || wordLength === 0) return 0;
  return 206.835 - 1.015 * sentenceLength - 84.6 * wordLength;
}

/** R. Gunning, "The technique of clear writing", 1952. Proper names and compounds, which Gunning leaves out, count here too. */
export function gunningFog({ words, sentences, complexWords }: Counts<'words' | 'sentences' | 'complexWords'>): number {
  if (words === 0) return 0;
  return 0.4 * (ratio(words, sentences) + (100 * complexWords) / words);
}

/** G. H. McLaughlin, "SMOG grading: a new readability formula", Journal of Reading 12, 1969. */
export function smogIndex({ sentences, polysyllables }: Counts<'sentences' | 'polysyllables'>): number {
  if (sentences === 0) return 0;
  return 1.043 * Math.sqrt(30 * (polysyllables / sentences)) + 3.1291;
}

/** M. Coleman, T. L. Liau, "A computer readability formula designed for machine scoring", Journal of Applied Psychology 60, 1975. */
export function colemanLiauIndex({ letters, words, sentences }: Counts<'letters' | 'words' | 'sentences'>): number {
  const lettersPer100 = ratio(letters, words) * 100;
  const sentencesPer100 = ratio(sentences, words) * 100;
  if (lettersPer100 === 0 || sentencesPer100 === 0) return 0;
  return 0.058 * lettersPer100 - 0.296 * sentencesPer100 - 15.8;
}

/** E. Dale, J. S. Chall, "A formula for predicting readability", Educational Research Bulletin 27, 1948, with a list of words of 1995. */
export function daleChallScore({ words, sentences, unfamiliarWords }: Counts<'words' | 'sentences' | 'unfamiliarWords'>): number {
  if (words === 0) return 0;
  const unfamiliarPercent = (100 * unfamiliarWords) / words;
  const score = 0.1579 * unfamiliarPercent + 0.0496 * ratio(words, sentences);
  return unfamiliarPercent > 5 ? score + 3.6365 : score;
}

/** J. O'Hayre, "Gobbledygook has gotta go", 1966, gives this count of easy and hard words. */
export function linsearWrite({ easyWords, hardWords, sentences }: Counts<'easyWords' | 'hardWords' | 'sentences'>): number {
  if (sentences === 0) return 0;
  const points = (easyWords + hardWords * 3) / sentences;
  return (points <= 20 ? points - 2 : points) / 2;
}

type Counts<Name extends string> = Readonly<Record<Name, number>>;

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
