/** What a provider says of one of its limits. */
export interface ToldLimit {
  readonly of: 'requests' | 'tokens';
  /** The header family it was read from: a provider may tell of several limits of one kind, and each is kept. */
  readonly name: string;
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until all of the limit is there again, when nothing more is sent. */
  readonly resetMs?: number;
}

const REQUESTS = 'requests';
const TOKENS = 'tokens';

/**
 * Limits as headers tell them: `x-ratelimit-{limit,remaining,reset}-{requests,tokens}` (OpenAI, Azure and compatible servers; resets are
 * durations such as `6m0.5s` or `20ms`) and `anthropic-ratelimit-{requests,tokens,input-tokens,output-tokens}-{limit,remaining,reset}`
 * (resets are RFC 3339 times). What is incomplete or no number is no limit.
 *
 * @param now milliseconds since the epoch
 */
export function limitHeaders(headers: Headers, now: number): readonly ToldLimit[] {
  const told: (ToldLimit | undefined)[] = [];
  for (const kind of [REQUESTS, TOKENS] as const) {
    const part = (what: string): string | null => headers.get(`x-ratelimit-${what}-${kind}`);
    told.push(toldLimit(kind, `x-${kind}`, part('limit'), part('remaining'), durationMs(part('reset'))));
  }
  for (const name of [REQUESTS, TOKENS, 'input-tokens', 'output-tokens']) {
    const part = (what: string): string | null => headers.get(`anthropic-ratelimit-${name}-${what}`);
    const kind = name === REQUESTS ? REQUESTS : TOKENS;
    told.push(toldLimit(kind, name, part('limit'), part('remaining'), untilMs(part('reset'), now)));
  }
  return told.filter((one) => one !== undefined);
}

function toldLimit(
  of: ToldLimit['of'],
  name: string,
  limit: string | null,
  remaining: string | null,
  resetMs: number | undefined,
): ToldLimit | undefined {
  const [most, left] = [numberOf(limit), numberOf(remaining)];
  if (most === undefined || left === undefined || most <= 0) return undefined;
  return { of, name, limit: most, remaining: Math.max(0, left), ...(resetMs === undefined ? {} : { resetMs }) };
}

function numberOf(text: string | null): number | undefined {
  return text !== null && /^-?\d+(?:\.\d+)?$/u.test(text.trim()) ? Number(text) : undefined;
}

const UNIT_MS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** `1h2m3.5s`, `20ms`; a bare number is of seconds. */
function durationMs(text: string | null): number | undefined {
  if (text === null) return undefined;
  const seconds = numberOf(text);
  if (seconds !== undefined) return Math.max(0, seconds * 1_000);
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/gu)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text.trim()) return undefined;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS[unit ?? ''] ?? 0), 0);
}

function untilMs(text: string | null, now: number): number | undefined {
  const at = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
