import { checkSameLength, shown } from '../check-argument.ts';
import { type ClusterLabels, type Clusters, readClusters } from '../sample.ts';
import { StatsError } from '../stats-error.ts';

/** One comparison of two items (systems) by a judge. */
export interface Judgment {
  /** The item whose answer was shown first. */
  readonly first: string;
  readonly second: string;
  /** 1 when the first was preferred, 0 the second, ½ for a tie, or a share in between; `null` is missing. */
  readonly outcome: number | null | undefined;
}

/** Options of everything that reads judgments. */
export interface JudgmentOptions {
  /** The items in the order of the result; in order of first appearance when not given. */
  readonly items?: readonly string[] | undefined;
  /** One label a judgment, when a prompt was judged more than once: its judgments are not independent. */
  readonly clusters?: ClusterLabels | undefined;
}

/** A judgment with numbers for items. */
export interface CodedJudgment {
  readonly first: number;
  readonly second: number;
  readonly outcome: number;
}

/** Judgments after validation. */
export interface JudgmentSample {
  readonly items: readonly string[];
  readonly judgments: readonly CodedJudgment[];
  readonly missing: number;
  readonly clusters?: Clusters;
}

/** Validates judgments, numbers the items and drops judgments without an outcome. */
export function readJudgments(judgments: readonly Judgment[], options: JudgmentOptions): JudgmentSample {
  if (options.clusters !== undefined) checkSameLength(judgments, options.clusters, ['judgments', 'clusters']);
  const codes = new Map((options.items ?? []).map((item, code) => [item, code]));
  if (options.items !== undefined && codes.size < options.items.length) {
    throw new StatsError('out-of-range', `items are ${listed(options.items)}: name each item once.`, { argument: 'items' });
  }
  const codeOf = (item: string, index: number, side: 'first' | 'second') => {
    const code = codes.get(checkItem(item, index, side));
    if (code !== undefined) return code;
    if (options.items !== undefined) {
      throw new StatsError(
        'out-of-range',
        `judgments[${index}].${side} is ${shown(item)}: it is none of the items ${listed(options.items)}.`,
        { argument: 'judgments', index },
      );
    }
    codes.set(item, codes.size);
    return codes.size - 1;
  };
  const coded = judgments.flatMap((judgment, index) => {
    const [first, second] = [codeOf(judgment.first, index, 'first'), codeOf(judgment.second, index, 'second')];
    if (first === second) {
      throw new StatsError('out-of-range', `judgments[${index}] compares ${shown(judgment.first)} with itself.`, {
        argument: 'judgments',
        index,
      });
    }
    const outcome = checkOutcome(judgment.outcome, index);
    return outcome === null ? [] : [{ first, second, outcome }];
  });
  const isKept = (row: number) => typeof judgments[row]?.outcome === 'number';
  return {
    items: [...codes.keys()],
    judgments: coded,
    missing: judgments.length - coded.length,
    ...(options.clusters && { clusters: readClusters(options.clusters, coded.length, isKept) }),
  };
}

function checkItem(item: unknown, index: number, side: string): string {
  if (typeof item === 'string') return item;
  throw new StatsError('out-of-range', `judgments[${index}].${side} is ${shown(item)}: it must be the name of an item.`, {
    argument: 'judgments',
    index,
  });
}

function checkOutcome(outcome: number | null | undefined, index: number): number | null {
  if (outcome === null || outcome === undefined) return null;
  const place = { argument: 'judgments', index };
  if (!Number.isFinite(outcome)) {
    throw new StatsError(
      'not-finite',
      `judgments[${index}].outcome is ${shown(outcome)}: it must be a number, or null when it is missing.`,
      place,
    );
  }
  if (outcome >= 0 && outcome <= 1) return outcome;
  throw new StatsError(
    'out-of-range',
    `judgments[${index}].outcome is ${outcome}: it must lie between 0 (lost) and 1 (won).`,
    place,
  );
}

function listed(items: readonly string[]): string {
  return `[${items.map(shown).join(', ')}]`;
}
