import { TouchstoneError } from '@touchstone/core';

/** A piece of a text: as it is, or a variable of the environment. */
export type Piece = string | { readonly variable: string };

/** Can stand in headers and addresses, and nowhere else. */
const MARK = /touchstone-credential-(\w+)-/gu;
const SOUNDS_SECRET = /key|token|secret|password|credential/iu;
/** What is shorter is a placeholder, such as the `none` that SDKs want of a server without keys. */
const LEAST_LENGTH = 6;
/** Of headers and of parameters of addresses. */
const HOLDS_CREDENTIAL = /^(?:proxy-)?authorization$|^cookie$|api[-_]?key|token|secret|signature|^sig$|^key$|password/iu;

/**
 * Does `work` while variables that sound like credentials read as marks, so that requests hold marks in the place of keys. What needs a
 * variable that is not set gets the mark of it as well.
 */
export async function withMarkedCredentials<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await marked('those that are set', work);
  } catch (error) {
    if (!TouchstoneError.isInstance(error) || error.code !== 'missing-key') throw error;
    return marked('all', work);
  }
}

async function marked<T>(which: 'those that are set' | 'all', work: () => Promise<T>): Promise<T> {
  const { env } = process;
  const isMarked = (name: string | symbol): name is string =>
    typeof name === 'string' && SOUNDS_SECRET.test(name) && (which === 'all' || (env[name] ?? '').trim() !== '');
  process.env = new Proxy(env, {
    get: (target, name, receiver) => (isMarked(name) ? `touchstone-credential-${name}-` : Reflect.get(target, name, receiver)),
  });
  try {
    return await work();
  } finally {
    process.env = env;
  }
}

/**
 * A header or parameter without its credential. Where a program has read it on another way, the variable that holds it is looked for;
 * without one it is called `CREDENTIAL`.
 */
export function withoutCredential(name: string, value: string): readonly Piece[] {
  const pieces = splitAtMarks(value);
  if (pieces.some((piece) => typeof piece !== 'string') || !HOLDS_CREDENTIAL.test(name)) return pieces;
  const [, scheme = '', secret = ''] = /^((?:bearer|basic|token)\s+)?(.*)$/isu.exec(value) ?? [];
  if (secret.length < LEAST_LENGTH) return pieces;
  const variable = Object.entries(process.env).find(([one, held]) => SOUNDS_SECRET.test(one) && held?.trim() === secret)?.[0];
  return [scheme, { variable: variable ?? 'CREDENTIAL' }];
}

/** A text for people without the credentials of the environment: cells and answers may hold them. */
export function withoutCredentials(text: string): string {
  const values = Object.entries(process.env).flatMap(([name, value = '']) => (SOUNDS_SECRET.test(name) ? [value.trim()] : []));
  const keys = [...new Set(values)].filter(({ length }) => length >= LEAST_LENGTH_IN_TEXTS).sort((a, b) => b.length - a.length);
  return keys.reduce((safe, key) => safe.replaceAll(key, '[secret]'), text);
}

/** What is shorter may be a word. */
const LEAST_LENGTH_IN_TEXTS = 12;

function splitAtMarks(text: string): readonly Piece[] {
  // With a group in it, the pattern leaves its matches between the pieces.
  return text.split(MARK).flatMap((piece, index): readonly Piece[] => {
    if (index % 2 === 1) return [{ variable: piece }];
    return piece === '' ? [] : [piece];
  });
}
