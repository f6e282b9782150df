import type { Json } from '../contracts/index.ts';
import { looksLikeAKey } from '../door/replay/looks-like-a-key.ts';
import { isCredentialParameter } from '../door/secrets.ts';

/**
 * Where something in a spec is a credential, or stands where one belongs: `options.headers.authorization`. A text with `${VARIABLE}` in
 * it only names one. `undefined`: nowhere.
 */
export function credentialIn(value: Json | undefined, path: readonly string[] = []): string | undefined {
  if (typeof value === 'string') return isCredential(value, path) ? path.join('.') : undefined;
  if (Array.isArray(value))
    return firstOf(
      value.map((one, index) => [String(index), one] as const),
      path,
    );
  if (typeof value === 'object' && value !== null) return firstOf(Object.entries(value), path);
  return undefined;
}

function firstOf(parts: readonly (readonly [string, Json])[], path: readonly string[]): string | undefined {
  for (const [name, part] of parts) {
    const found = credentialIn(part, [...path, name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isCredential(text: string, path: readonly string[]): boolean {
  if (looksLikeAKey(text) !== undefined || holdsPassword(text)) return true;
  return path.some(isNameOfCredential) && !/\$\{\w+\}|\{[\p{L}_][\p{L}\p{N}_]*\}/u.test(text);
}

/** `headers.authorization`, `apiKey`; not `maxOutputTokens`, whose value is no text, and not the words of messages. */
function isNameOfCredential(name: string): boolean {
  return /(?:^|[.-])(?:authorization|cookie)$|api-?key|secret|password|(?:^|[._-]|access|auth|bearer)-?token$/iu.test(name);
}

/** `https://name:password@host`, and parameters of an address whose names say so. */
function holdsPassword(text: string): boolean {
  if (!/^https?:/iu.test(text) || !URL.canParse(text)) return false;
  const { username, password, searchParams } = new URL(text);
  if (username !== '' || password !== '') return true;
  return [...searchParams].some(([name, value]) => isCredentialParameter(name) && !/^\{\w+\}$/u.test(value));
}
