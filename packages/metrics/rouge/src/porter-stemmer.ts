/**
 * Stem of an English word, as NLTK's `PorterStemmer()` gives it in its default mode (`NLTK_EXTENSIONS`).
 *
 * The algorithm is M. F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980, with NLTK's changes:
 * twelve irregular stems, words of one or two letters kept, `ies` and `ied` of four-letter words, `y` after a consonant
 * only, `bli`, `fulli`, `logi`, and a vowel–consonant pair counted as "consonant, vowel, consonant" in steps 1b and 5a.
 * Checked against NLTK 3.10.4.
 *
 * @param word lower-case; any character that is not a vowel counts as a consonant, digits too
 *
 * @example
 * stem('relational'); // 'relat'
 * stem('skies');      // 'sky'
 * stem('flies');      // 'fli'
 */
export function stem(word: string): string {
  const irregular = irregularStems.get(word);
  if (irregular !== undefined) return irregular;
  if (word.length <= 2) return word;
  let current = withoutPlural(word);
  current = withoutPastOrGerund(current);
  current = withFinalI(current);
  current = withShorterDoubleSuffix(current);
  current = replaceSuffix(current, step3);
  current = replaceSuffix(current, step4);
  current = withoutFinalE(current);
  return withSingleL(current);
}

const irregularStems: ReadonlyMap<string, string> = new Map([
  ['sky', 'sky'],
  ['skies', 'sky'],
  ['dying', 'die'],
  ['lying', 'lie'],
  ['tying', 'tie'],
  ['news', 'news'],
  ['inning', 'inning'],
  ['innings', 'inning'],
  ['outing', 'outing'],
  ['outings', 'outing'],
  ['canning', 'canning'],
  ['cannings', 'canning'],
  ['howe', 'howe'],
  ['proceed', 'proceed'],
  ['exceed', 'exceed'],
  ['succeed', 'succeed'],
]);

/** Step 1a. */
function withoutPlural(word: string): string {
  if (!word.endsWith('s')) return word;
  if (word.endsWith('ies')) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith('sses')) return word.slice(0, -2);
  return word.endsWith('ss') ? word : word.slice(0, -1);
}

/** Step 1b. */
function withoutPastOrGerund(word: string): string {
  if (word.endsWith('ied')) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith('eed')) return measure(word, word.length - 3) > 0 ? word.slice(0, -1) : word;
  const suffixLength = word.endsWith('ed') ? 2 : word.endsWith('ing') ? 3 : 0;
  if (suffixLength === 0 || !hasVowel(word, word.length - suffixLength)) return word;
  const rest = word.slice(0, -suffixLength);
  if (rest.endsWith('at') || rest.endsWith('bl') || rest.endsWith('iz')) return `${rest}e`;
  if (endsInDoubleConsonant(rest)) return /[lsz]$/.test(rest) ? rest : rest.slice(0, -1);
  return measure(rest, rest.length) === 1 && endsInShortSyllable(rest, rest.length) ? `${rest}e` : rest;
}

/** Step 1c, where NLTK wants a consonant before the `y`, and one more letter before that. */
function withFinalI(word: string): string {
  const length = word.length - 1;
  return word.endsWith('y') && length > 1 && isConsonant(word, length - 1) ? `${word.slice(0, length)}i` : word;
}

/** Step 2. A word in `alli` becomes one in `al` first and then goes through the step again. */
function withShorterDoubleSuffix(word: string): string {
  if (word.endsWith('alli') && measure(word, word.length - 4) > 0) return withShorterDoubleSuffix(word.slice(0, -2));
  return replaceSuffix(word, step2);
}

interface SuffixRule {
  readonly suffix: string;
  readonly replacement: string;
  /** The rule holds when what stands before the suffix has a measure above this. */
  readonly above: number;
  /** Letters of the suffix that count as part of what stands before it, when the measure is taken. */
  readonly lent?: number;
  /** The letters of which one must stand before the suffix. */
  readonly after?: string;
}

/** Rules by the last letter of the suffix; the order within a letter is the order of the published list. */
type SuffixRules = ReadonlyMap<string, readonly SuffixRule[]>;

const step2 = byLastLetter(
  [
    ['ational', 'ate'],
    ['tional', 'tion'],
    ['enci', 'ence'],
    ['anci', 'ance'],
    ['izer', 'ize'],
    ['bli', 'ble'],
    ['alli', 'al'],
    ['entli', 'ent'],
    ['eli', 'e'],
    ['ousli', 'ous'],
    ['ization', 'ize'],
    ['ation', 'ate'],
    ['ator', 'ate'],
    ['alism', 'al'],
    ['iveness', 'ive'],
    ['fulness', 'ful'],
    ['ousness', 'ous'],
    ['aliti', 'al'],
    ['iviti', 'ive'],
    ['biliti', 'ble'],
    ['fulli', 'ful'],
    ['logi', 'log', { lent: 1 }],
  ],
  0,
);

const step3 = byLastLetter(
  [
    ['icate', 'ic'],
    ['ative', ''],
    ['alize', 'al'],
    ['iciti', 'ic'],
    ['ical', 'ic'],
    ['ful', ''],
    ['ness', ''],
  ],
  0,
);

const step4 = byLastLetter(
  [
    ['al', ''],
    ['ance', ''],
    ['ence', ''],
    ['er', ''],
    ['ic', ''],
    ['able', ''],
    ['ible', ''],
    ['ant', ''],
    ['ement', ''],
    ['ment', ''],
    ['ent', ''],
    ['ion', '', { after: 'st' }],
    ['ou', ''],
    ['ism', ''],
    ['ate', ''],
    ['iti', ''],
    ['ous', ''],
    ['ive', ''],
    ['ize', ''],
  ],
  1,
);

type RuleRow = readonly [suffix: string, replacement: string, extra?: Pick<SuffixRule, 'lent' | 'after'>];

function byLastLetter(rows: readonly RuleRow[], above: number): SuffixRules {
  const rules = new Map<string, SuffixRule[]>();
  for (const [suffix, replacement, extra] of rows) {
    const letter = suffix.slice(-1);
    const rule = { suffix, replacement, above, ...extra };
    const group = rules.get(letter);
    if (group === undefined) rules.set(letter, [rule]);
    else group.push(rule);
  }
  return rules;
}

/** The first rule whose suffix fits decides: when its condition does not hold, no later rule is tried. */
function replaceSuffix(word: string, rules: SuffixRules): string {
  const rule = rules.get(word.slice(-1))?.find(({ suffix }) => word.endsWith(suffix));
  if (rule === undefined) return word;
  const { suffix, replacement, above, lent = 0, after } = rule;
  const length = word.length - suffix.length;
  const fits = measure(word, length + lent) > above && (after === undefined || after.includes(word.charAt(length - 1)));
  return fits ? word.slice(0, length) + replacement : word;
}

/** Step 5a. */
function withoutFinalE(word: string): string {
  if (!word.endsWith('e')) return word;
  const length = word.length - 1;
  const m = measure(word, length);
  return m > 1 || (m === 1 && !endsInShortSyllable(word, length)) ? word.slice(0, length) : word;
}

/** Step 5b. */
function withSingleL(word: string): string {
  return word.endsWith('ll') && measure(word, word.length - 1) > 1 ? word.slice(0, -1) : word;
}

/** Porter's m: how often a consonant follows a vowel in the first `length` characters. */
function measure(word: string, length: number): number {
  let count = 0;
  let afterConsonant = false;
  for (let i = 0; i < length; i++) {
    const consonant = isConsonantAfter(word, i, afterConsonant);
    if (consonant && !afterConsonant && i > 0) count++;
    afterConsonant = consonant;
  }
  return count;
}

function hasVowel(word: string, length: number): boolean {
  let afterConsonant = false;
  for (let i = 0; i < length; i++) {
    afterConsonant = isConsonantAfter(word, i, afterConsonant);
    if (!afterConsonant) return true;
  }
  return false;
}

function endsInDoubleConsonant(word: string): boolean {
  const last = word.length - 1;
  return last >= 1 && word[last] === word[last - 1] && isConsonant(word, last);
}

/** Porter's *o, on the first `length` characters: consonant, vowel, consonant other than w, x, y. NLTK adds two-letter vowel, consonant. */
function endsInShortSyllable(word: string, length: number): boolean {
  if (length === 2) return !isConsonant(word, 0) && isConsonant(word, 1);
  return (
    length >= 3 &&
    isConsonant(word, length - 3) &&
    !isConsonant(word, length - 2) &&
    isConsonant(word, length - 1) &&
    !'wxy'.includes(word.charAt(length - 1))
  );
}

/** A run of `y` alternates, so its kind follows from the letter before the run. */
function isConsonant(word: string, index: number): boolean {
  let start = index;
  while (start > 0 && word[start] === 'y') start--;
  let consonant = isConsonantAfter(word, start, false);
  for (let i = start + 1; i <= index; i++) consonant = !consonant;
  return consonant;
}

function isConsonantAfter(word: string, index: number, afterConsonant: boolean): boolean {
  switch (word.charCodeAt(index)) {
    case 0x61: // a
    case 0x65: // e
    case 0x69: // i
    case 0x6f: // o
    case 0x75: // u
      return false;
    case 0x79: // y
      return index === 0 || !afterConsonant;
    default:
      return true;
  }
}
