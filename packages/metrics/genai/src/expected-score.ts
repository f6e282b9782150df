import type { Generated, Json } from '@touchstone/core';

/** The mean over the numbers that a judge might have said, and their probability together, from 0 to 1. */
export interface ExpectedScore {
  readonly value: number;
  readonly mass: number;
}

interface Token {
  readonly token: string;
  readonly logprob: number;
  readonly top_logprobs?: readonly { readonly token: string; readonly logprob: number }[];
}

/** Where an answer gives its score, as JSON or as a line. */
const SCORE = /(?:score|rating)["'*_]*\s*[:=]\s*["'*_]*(\d+)/giu;

/**
 * Σ p(n)·n / Σ p(n) over the whole numbers n of the scale, by the probabilities of the token in which the score stands: G-Eval's score
 * (Liu et al. 2023, arXiv:2303.16634, equation 1), normalised, because a provider tells of the likeliest tokens only.
 *
 * @param said the score that was read
 * @param scale lowest and highest score, whole numbers
 * @returns `undefined` without log probabilities, and where the score is not one token of its own
 */
export function expectedScore(
  { logprobs }: Pick<Generated, 'logprobs'>,
  said: number,
  [min, max]: readonly [number, number],
): ExpectedScore | undefined {
  const tokens = tokensOf(logprobs);
  const text = tokens.map(({ token }) => token).join('');
  const place = Array.from(text.matchAll(SCORE)).findLast(([, digits]) => Number(digits) === said);
  if (place === undefined) return undefined;
  const token = tokenAt(tokens, place.index + place[0].length - (place[1] ?? '').length);
  if (token === undefined || wholeNumber(token.token) !== said) return undefined;
  const probabilities = new Map<number, number>();
  const alternatives = token.top_logprobs ?? [];
  for (const one of alternatives.some((other) => other.token === token.token) ? alternatives : [token, ...alternatives]) {
    const number = wholeNumber(one.token);
    // `4` and ` 4` are the same score.
    if (number !== undefined && number >= min && number <= max)
      probabilities.set(number, (probabilities.get(number) ?? 0) + Math.exp(one.logprob));
  }
  let [mass, sum] = [0, 0];
  for (const [number, probability] of probabilities) {
    mass += probability;
    sum += number * probability;
  }
  return mass > 0 ? { value: Math.min(max, Math.max(min, sum / mass)), mass: Math.min(1, mass) } : undefined;
}

/** The token that holds a place of the text. */
function tokenAt(tokens: readonly Token[], place: number): Token | undefined {
  let end = 0;
  return tokens.find(({ token }) => {
    end += token.length;
    return place < end;
  });
}

function wholeNumber(token: string): number | undefined {
  const bare = token.trim();
  return /^\d+$/u.test(bare) ? Number(bare) : undefined;
}

/** As OpenAI's APIs and those that speak like them tell: `{ content: [{ token, logprob, top_logprobs }] }`. */
function tokensOf(logprobs: Json | undefined): readonly Token[] {
  if (typeof logprobs !== 'object' || logprobs === null || !('content' in logprobs) || !Array.isArray(logprobs.content))
    return [];
  return logprobs.content.every(isToken) ? logprobs.content : [];
}

function isToken(value: unknown): value is Token {
  if (typeof value !== 'object' || value === null || !('token' in value) || !('logprob' in value)) return false;
  const alternatives = 'top_logprobs' in value ? value.top_logprobs : [];
  return (
    typeof value.token === 'string' &&
    typeof value.logprob === 'number' &&
    Array.isArray(alternatives) &&
    alternatives.every((one) => typeof one?.token === 'string' && typeof one.logprob === 'number')
  );
}
