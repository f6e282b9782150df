import { englishDataset, englishRecommendedTransformers, RegExpMatcher } from 'obscenity';

/** A profane word in a text. */
export interface ProfaneMatch {
  /** As the list has it, undisguised: `shit` for `sh1t`. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

const matchers = new Map<string, RegExpMatcher>();

/** What is profane in a text, in order. Where patterns overlap (`shit` has several), the place counts once, as its longest match. */
export function profaneMatches(text: string, allow: readonly string[]): readonly ProfaneMatch[] {
  const found: ProfaneMatch[] = [];
  const matches = matcherFor(allow).getAllMatches(text, true);
  for (const match of matches) {
    const { phraseMetadata, startIndex: start, endIndex } = englishDataset.getPayloadWithPhraseMetadata(match);
    const [end, before] = [endIndex + 1, found.at(-1)];
    const one = { word: phraseMetadata?.originalWord ?? text.slice(start, end), start, end };
    if (before === undefined || start >= before.end) found.push(one);
    else if (end - start > before.end - before.start) found[found.length - 1] = one;
  }
  return found;
}

/** Making one compiles 120 patterns; a run asks for the same one a million times. */
function matcherFor(allow: readonly string[]): RegExpMatcher {
  const key = JSON.stringify(allow);
  const known = matchers.get(key);
  if (known !== undefined) return known;
  const { blacklistedTerms, whitelistedTerms = [] } = englishDataset.build();
  const made = new RegExpMatcher({
    blacklistedTerms,
    whitelistedTerms: [...whitelistedTerms, ...allow],
    ...englishRecommendedTransformers,
  });
  matchers.set(key, made);
  return made;
}
