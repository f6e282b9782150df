import { isPythonSpace } from './python-text.ts';

/** Tokens as places of a text, so that no string is made of each: token i is `text.slice(bounds[2 * i], bounds[2 * i + 1])`. */
export interface TextSpans {
  readonly text: string;
  readonly bounds: readonly number[];
}

export function spanCount({ bounds }: TextSpans): number {
  return bounds.length / 2;
}

export function spanTexts({ text, bounds }: TextSpans): string[] {
  return Array.from({ length: bounds.length / 2 }, (_, token) => text.slice(bounds[2 * token], bounds[2 * token + 1]));
}

/** What stands between white space, as Python's `text.split()`. */
export function wordSpans(text: string): TextSpans {
  const bounds: number[] = [];
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    if (at < text.length && !isPythonSpace(text.charCodeAt(at))) continue;
    if (at > start) bounds.push(start, at);
    start = at + 1;
  }
  return { text, bounds };
}

/** Each character (code point) that is no white space. */
export function characterSpans(text: string): TextSpans {
  const bounds: number[] = [];
  for (let at = 0; at < text.length; ) {
    const next = at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
    if (!isPythonSpace(text.charCodeAt(at))) bounds.push(at, next);
    at = next;
  }
  return { text, bounds };
}
