import { defineMetric, messageOf, type ScoreResult, skipped, TouchstoneError } from '@touchstone/core';
import { type BoundedPattern, boundedPattern } from './bounded-pattern.ts';
import { optionOrTarget } from './option-or-target.ts';
import { changedOptions } from './option-signature.ts';
import { remember } from './remember.ts';

/** Options of {@link regexMatch}. */
export interface RegexMatchOptions {
  /** Source of a JavaScript regular expression: `'\\d{4}-\\d{2}'`. Left out: each row's target is the pattern. */
  readonly pattern?: string | undefined;
  /** Flags of it: any of `i`, `m`, `s`, and `u` or `v`. Default none. */
  readonly flags: string;
  /** `'whole'`: the whole prediction must match. Default `'anywhere'`. */
  readonly match: 'anywhere' | 'whole';
}

const defaults: RegexMatchOptions = { pattern: undefined, flags: '', match: 'anywhere' };

const head = {
  name: 'regex_match',
  version: 'v1',
  description: 'Share of predictions that match a regular expression',
  greaterIsBetter: true,
  range: [0, 1],
  options: defaults,
  signature(options: RegexMatchOptions) {
    checkOptions(options);
    return changedOptions(options, defaults);
  },
  from: { module: '@touchstone/metric-text', export: 'regexMatch', url: import.meta.url },
} as const;

const ofOption = defineMetric({
  ...head,
  needs: ['predictions'],
  scoreRow: ({ predictions }, { options }) => compile(options.pattern ?? '', options).test(predictions),
});

const ofTarget = defineMetric({
  ...head,
  needs: ['predictions', 'targets'],
  scoreRow({ predictions, targets }, { options }): ScoreResult {
    let pattern: BoundedPattern;
    try {
      pattern = compile(targets, options);
    } catch (error) {
      return skipped(`the target is no regular expression: ${reasonOf(error)}`, 'bad-pattern');
    }
    return pattern.test(predictions);
  },
});

/**
 * Whether the prediction matches a regular expression of JavaScript: the option `pattern`, or the target of each row.
 *
 * A search that takes more than a second is interrupted, and its row failed (`took-too-long`). A row whose target is no pattern is skipped.
 *
 * @throws TouchstoneError `bad-option` for a pattern or flags that are none
 * @example
 * regexMatch({ name: 'iso_date', pattern: '\\d{4}-\\d{2}-\\d{2}', match: 'whole' });
 */
export const regexMatch = optionOrTarget('pattern', ofOption, ofTarget);

function checkOptions(options: RegexMatchOptions): void {
  const { pattern, flags, match } = options;
  if (typeof flags !== 'string' || !/^(?:([imsuv])(?!.*\1))*$/u.test(flags) || /u.*v|v.*u/u.test(flags))
    throw new TouchstoneError(
      'bad-option',
      `regex_match: flags is ${JSON.stringify(flags)}, and it may be any of i, m, s, and u or v, each once.`,
    );
  if (match !== 'anywhere' && match !== 'whole')
    throw new TouchstoneError(
      'bad-option',
      `regex_match: match is ${JSON.stringify(match)}, and it must be 'anywhere' or 'whole'.`,
    );
  if (pattern === undefined) return;
  if (typeof pattern !== 'string')
    throw new TouchstoneError(
      'bad-option',
      "regex_match: pattern must be a text, because options are plain data: regexMatch({ pattern: 'yes|no', flags: 'i' }) instead of /yes|no/i.",
    );
  try {
    compile(pattern, options);
  } catch (error) {
    throw new TouchstoneError('bad-option', `regex_match: pattern is no regular expression: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}

/** The pattern is parsed alone first: in a group, `a)(b` would be one. */
function compile(pattern: string, { flags, match }: RegexMatchOptions): BoundedPattern {
  return compiled(JSON.stringify([pattern, flags, match]));
}

const compiled = remember(100, (key) => {
  const [pattern, flags, match]: readonly [string, string, string] = JSON.parse(key);
  const regex = new RegExp(pattern, flags);
  return boundedPattern(match === 'whole' ? new RegExp(`(?<![^])(?:${pattern})(?![^])`, flags) : regex);
});

/** V8 says `Invalid regular expression: /(/: Unterminated group`. */
function reasonOf(error: unknown): string {
  return messageOf(error).replace(/^Invalid regular expression: /u, '');
}
