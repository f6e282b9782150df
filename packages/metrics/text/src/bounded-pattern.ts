import { withinTime } from './time-limit.ts';

/** A regular expression whose search ends, whatever the text is. */
export interface BoundedPattern {
  /** @throws TouchstoneError `took-too-long` after a second */
  test(text: string): boolean;
}

/**
 * JavaScript's regular expressions backtrack: a pattern like `(a+)+$` takes exponential time on some texts, `\s+$` quadratic time.
 * No rule on the pattern alone tells which, so the search itself is bounded. Where few steps are certain, it runs as it is;
 * everywhere else it is interrupted after a second.
 *
 * @param regex without the flags `g` and `y`, which have a memory
 */
export function boundedPattern(regex: RegExp): BoundedPattern {
  const { branches, repeats } = choices(regex);
  return {
    test(text) {
      const steps = regex.source.length * branches * text.length ** (1 + repeats);
      return steps <= FEW_STEPS ? regex.test(text) : withinTime(MOST_SECONDS, 'the regular expression', () => regex.test(text));
    },
  };
}

/** About a tenth of a second, and mostly much less: the bound is a loose one. */
const FEW_STEPS = 1e8;
const MOST_SECONDS = 1;

/**
 * An upper bound of the ways through a pattern: `branches · nʳᵉᵖᵉᵃᵗˢ` from each place of a text of n characters.
 * Each quantifier has at most n lengths, and each `|` doubles the ways. A repeated group, a back reference (as long as the text) and a
 * class inside of a class are not counted, but taken to have no bound.
 */
function choices({ source, unicodeSets }: RegExp): { readonly branches: number; readonly repeats: number } {
  if (unicodeSets) return unbounded;
  // Nothing in an escape or a class is an operator, and neither is the question mark that opens a group.
  const operators = source
    .replaceAll(/\\(?:[1-9]|k<)/gu, 'x)*')
    .replaceAll(/\\./gsu, 'x')
    .replaceAll(/\[[^\]]*\]/gu, 'x')
    .replaceAll(/\(\?/gu, '(');
  if (/\)(?:[*+]|\{)/u.test(operators)) return unbounded;
  return {
    branches: 2 ** (operators.match(/\|/gu)?.length ?? 0),
    repeats: operators.match(/(?:[*+?]|\{\d)/gu)?.length ?? 0,
  };
}

const unbounded = { branches: Number.POSITIVE_INFINITY, repeats: 0 };
