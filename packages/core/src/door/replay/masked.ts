import type { Json } from '../../contracts/index.ts';
import { credentialFingerprint } from '../../wire/credential.ts';

/** Parameters of addresses that are credentials; `page_token` and `keyword` are none, and tell requests apart. */
const CREDENTIAL_PARAMETER =
  /([?&](?:(?:x[-_])?(?:api|goog(?:-api)?|subscription)?[-_]?key|(?:access|auth|id|refresh|bearer|x-amz-security)?[-_]?token|(?:client|app)?[-_]?secret|password|passwd|sig|signature|x-amz-(?:signature|credential))=)([^&#]*)/giu;
const USER_OF_ADDRESS = /^(https?:\/\/)([^/?#@]+)(?=@)/iu;
const MARK = /\[secret:([0-9a-f]{12})\]/gu;

/**
 * A value without credentials: in the place of each stands a mark with its fingerprint, so that requests that differ in a credential
 * alone stay two requests.
 *
 * @param keys what must not be written down
 */
export function masked(value: Json, keys: readonly string[]): Json {
  const spellings = new Map(
    keys.flatMap((key) => [key, encodeURIComponent(key.toWellFormed())].map((one) => [one, markOf(key)])),
  );
  // A header is learned with its scheme and without: the longer one first.
  const ordered = [...spellings].sort(([a], [b]) => b.length - a.length);
  return ordered.length === 0
    ? value
    : mapTexts(value, (text) => ordered.reduce((safe, [key, mark]) => safe.replaceAll(key, mark), text));
}

/** A request without the credentials of its addresses: those are known by their names, whoever sent them. */
export function withMaskedAddresses(request: Json): Json {
  return mapTexts(request, (text) => {
    if (!/^https?:\/\//iu.test(text)) return text;
    const mark = (_: string, head: string, value: string): string =>
      value === '' || value.search(MARK) === 0 ? head + value : head + markOf(value);
    return text.replace(CREDENTIAL_PARAMETER, mark).replace(USER_OF_ADDRESS, mark);
  });
}

export function holdsMark(text: string): boolean {
  return text.search(MARK) >= 0;
}

export type MarkMatch = 'same' | 'other';

/**
 * A comparison with a recorded text in which credentials are masked: a replay may have other ones, or none.
 *
 * @returns `same`: each mark stands for just this credential; `other`: all is equal but the credentials; `undefined`: another text
 */
export function markMatcher(recorded: string): (asked: string) => MarkMatch | undefined {
  const marks = Array.from(recorded.matchAll(MARK), ([, fingerprint]) => fingerprint);
  const texts = recorded.split(new RegExp(MARK.source.replace(/[()]/gu, ''), 'u')).map(escapeForPattern);
  // A credential never ends the JSON text that it stands in.
  const pattern = new RegExp(`^${texts.join('([^"]*)')}$`, 'u');
  return (asked) => {
    const found = pattern.exec(asked)?.slice(1);
    if (found === undefined) return undefined;
    const same = found.every(
      (text, index) => text === `[secret:${marks[index]}]` || credentialFingerprint(text) === marks[index],
    );
    return same ? 'same' : 'other';
  };
}

function markOf(secret: string): string {
  return `[secret:${credentialFingerprint(secret)}]`;
}

function escapeForPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}

/** Names of members are texts as well. */
function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map((one) => mapTexts(one, change));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [change(name), mapTexts(one, change)]));
}

/** `Array.isArray` does not narrow readonly arrays. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
