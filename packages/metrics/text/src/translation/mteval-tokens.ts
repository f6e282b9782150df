import { isPythonSpace } from './python-text.ts';
import type { TextSpans } from './text-spans.ts';

export interface MtevalOptions {
  /**
   * What stands before the first and after the last character. `space`: a full stop at the end is split off whatever is before it.
   * `nothing`: `5.` at the end of the text stays one token, and so does `.x` at its beginning.
   */
  readonly around: 'space' | 'nothing';
  /** UTF-16 units beyond ASCII that are tokens of their own. */
  readonly isAlone?: (code: number) => boolean;
}

/**
 * The western rules of NIST's `mteval-v13a.pl`, which sacrebleu, Hugging Face and Moses share: ASCII punctuation stands alone, but for
 *
 * - `'`, which stays where it is;
 * - `.` and `,` between two digits: `1,000.5` is one token, `.5` and `5.` are two;
 * - `-`, unless a digit is before it: `x-4` is one token, `3-4` three.
 *
 * The original is four substitutions, one after the other. Each consumes what it matched, and that shows in runs of `.` and `,`:
 * of `5...5` the last full stop stays with its digit. This goes over the text once and gives the same tokens.
 */
export function mtevalTokens(text: string, { around, isAlone }: MtevalOptions): TextSpans {
  const outside = around === 'space' ? SPACE : DIGIT;
  const kindAt = (at: number): number => {
    if (at < 0 || at >= text.length) return outside;
    const code = text.charCodeAt(at);
    if (code < 128) return KINDS[code] ?? LETTER;
    if (isPythonSpace(code)) return SPACE;
    return isAlone?.(code) ? ALONE : LETTER;
  };

  const bounds: number[] = [];
  let start = 0;
  /** Ends the token before `at`. */
  const endBefore = (at: number): void => {
    if (at > start) bounds.push(start, at);
  };

  let before = outside;
  for (let at = 0; at < text.length; at++) {
    const kind = kindAt(at);
    if (kind === LETTER || kind === DIGIT) {
      before = kind;
      continue;
    }
    if (kind === STOP) {
      let end = at + 1;
      while (kindAt(end) === STOP && end < text.length) end++;
      const staysWithNext = (end - at) % 2 === (before === DIGIT ? 1 : 0) && kindAt(end) === DIGIT;
      const staysBetween = staysWithNext && end === at + 1;
      if (!staysBetween) {
        endBefore(at);
        const last = staysWithNext ? end - 1 : end;
        for (let stop = at; stop < last; stop++) bounds.push(stop, stop + 1);
        start = last;
      }
      at = end - 1;
    } else if (kind === DASH) {
      if (before === DIGIT && at > 0) {
        endBefore(at);
        bounds.push(at, at + 1);
        start = at + 1;
      }
    } else {
      endBefore(at);
      if (kind === ALONE) bounds.push(at, at + 1);
      start = at + 1;
    }
    before = kind;
  }
  endBefore(text.length);
  return { text, bounds };
}

const LETTER = 0;
const SPACE = 1;
const ALONE = 2;
/** Full stop and comma. */
const STOP = 3;
const DASH = 4;
const DIGIT = 5;

const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (isPythonSpace(code)) return SPACE;
  if (character >= '0' && character <= '9') return DIGIT;
  if (character === '.' || character === ',') return STOP;
  if (character === '-') return DASH;
  return '!"#$%&()*+/:;<=>?@[\\]^_`{|}~'.includes(character) ? ALONE : LETTER;
});
