/** Keeps credentials out of whatever people and files get to see. */
export interface Secrets {
  /** What is never to be shown; short values are passed over, because they would be found everywhere. */
  learn(value: string): void;
  /** Learns from what a request carries. */
  learnHeaders(headers: Headers): void;
  /** Learns from an address: keys travel in them too. */
  learnUrl(url: URL): void;
  /** The text without the keys that were learned: for what must stay as it is but for that. */
  withoutKeys(text: string): string;
  /** The text without what was learned, and without what looks like a credential. */
  redact(text: string): string;
  /** What was learned, but for what is as short as a word: for files that must otherwise say word for word what was said. */
  readonly keys: () => readonly string[];
}

const LEAST_LENGTH = 6;
/** What is shorter is a placeholder such as `ollama`, which stands in texts for other reasons. */
const LEAST_LENGTH_OF_KEYS = 12;
/** More than any program has; a program that renews its tokens every minute must not fill the memory. */
const MOST_KNOWN = 200;
const REMOVED = '[secret]';

/** Headers that carry credentials: by name, and whatever is called a key, a token or a secret; but keys that tell requests apart are none. */
const CREDENTIAL_HEADER =
  /^(?:proxy-)?authorization$|^cookie$|api-?key|token|secret|(?<!\b(?:idempotency|cache|websocket))(?:^|[-_])key$/iu;
/** Parameters of addresses that carry credentials. */
const CREDENTIAL_PARAMETER = /key|token|secret|signature|^sig$|password/iu;

/** Shapes of credentials of known providers, and of headers that were printed. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/giu, `$1 ${REMOVED}`],
  [/\b(?:sk|pk|rk)-[\w-]{8,}/gu, REMOVED],
  [/\bhf_[A-Za-z0-9]{8,}/gu, REMOVED],
  [/\beyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*/gu, REMOVED],
  [/((?:x-)?api[-_ ]?key|access[-_]token|client[-_]secret)(["']?\s*[:=]\s*["']?)[\w.~+/-]{6,}/giu, `$1$2${REMOVED}`],
];

export function isCredentialParameter(name: string): boolean {
  return CREDENTIAL_PARAMETER.test(name);
}

export function secrets(): Secrets {
  const known = new Set<string>();
  const learn = (value: string): void => {
    const trimmed = value.trim();
    if (trimmed.length < LEAST_LENGTH || known.has(trimmed)) return;
    const [oldest] = known;
    if (known.size >= MOST_KNOWN && oldest !== undefined) known.delete(oldest);
    known.add(trimmed);
  };
  const without = (text: string, least: number): string => {
    let safe = text;
    for (const secret of known) if (secret.length >= least) safe = safe.replaceAll(secret, REMOVED);
    return safe;
  };
  return {
    learn,
    withoutKeys: (text) => without(text, LEAST_LENGTH_OF_KEYS),
    keys: () => [...known].filter((one) => one.length >= LEAST_LENGTH_OF_KEYS),
    learnUrl(url) {
      for (const [name, value] of url.searchParams) if (isCredentialParameter(name)) learn(value);
    },
    learnHeaders(headers) {
      headers.forEach((value, name) => {
        if (!CREDENTIAL_HEADER.test(name)) return;
        learn(value);
        // The scheme may be repeated without the word before it, or the other way round.
        learn(value.replace(/^\S+\s+/u, ''));
      });
    },
    redact(text) {
      let safe = without(text, LEAST_LENGTH);
      for (const [pattern, instead] of PATTERNS) safe = safe.replace(pattern, instead);
      return safe;
    },
  };
}
