import { quotedWord, wordWithVariables } from '../shell-word.ts';
import type { HttpRequest } from './captured-request.ts';
import { type Piece, withoutCredential } from './marked-credentials.ts';

/** What SDKs say of themselves, and what curl says by itself. */
const LEFT_OUT = /^(?:x-stainless-.*|user-agent|content-length|accept-encoding|connection|host)$/u;
/** A longer body is read from a here-document: a word of a shell has its limits. */
const LONGEST_WORD = 4_000;

/** The command that sends the request, with variables of the shell in the place of credentials. Ends without a line break. */
export function curlLine({ method, url, headers, body }: HttpRequest): string {
  const words = [`curl -sS ${word(safeUrl(url))}`];
  if (method !== (body === undefined ? 'GET' : 'POST')) words[0] = `curl -sS -X ${method} ${word(safeUrl(url))}`;
  for (const [name, value] of headers) {
    if (!LEFT_OUT.test(name)) words.push(`-H ${word([`${name}: `, ...withoutCredential(name, value)])}`);
  }
  if (body === undefined) return lines(words);
  const text = visible(body);
  if (!isJson(text) || text.length <= LONGEST_WORD) return lines([...words, `--data-raw ${quotedWord(text)}`]);
  // No line of JSON is END, and a line break behind it says nothing.
  return `${lines([...words, '--data-binary @-'])} <<'END'\n${text}\nEND`;
}

function lines(words: readonly string[]): string {
  return words.join(' \\\n  ');
}

function word(pieces: readonly Piece[]): string {
  const texts = pieces.filter((piece) => typeof piece === 'string');
  return texts.length === pieces.length ? quotedWord(texts.join('')) : wordWithVariables(pieces);
}

/** Keys travel in addresses too. */
function safeUrl(text: string): readonly Piece[] {
  // What stands behind # is not sent.
  const [address = '', search] = text.replace(/#.*$/su, '').split(/\?(.*)/su);
  if (search === undefined) return [address];
  const pairs = search.split('&').map((pair): readonly Piece[] => {
    const [name = '', value] = pair.split(/=(.*)/su);
    return value === undefined ? [pair] : [`${name}=`, ...withoutCredential(decoded(name), value)];
  });
  return [`${address}?`, ...pairs.flatMap((pieces, index) => (index === 0 ? pieces : ['&', ...pieces]))];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The same JSON without letters that a terminal would obey: they stand in its texts only. */
function visible(body: string): string {
  if (!isJson(body)) return body;
  return body.replace(
    /[\u007f-\u009f\p{Bidi_Control}]/gu,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
