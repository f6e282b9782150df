import type { NumberedTexts } from './ngram-matches.ts';
import { isPythonSpace } from './python-text.ts';

/** The characters of a prediction and its references as numbers from 0. A character is a code point; a lone surrogate is one as well. */
export function characterNumbers(
  prediction: string,
  references: readonly string[],
  options: { readonly whitespace: 'kept' | 'removed' },
): NumberedTexts {
  const removed = options.whitespace === 'removed';
  const ascii = new Int16Array(128).fill(-1);
  const others = new Map<number, number>();
  let size = 0;
  const numberOf = (code: number): number => {
    const known = code < 128 ? (ascii[code] ?? -1) : (others.get(code) ?? -1);
    if (known >= 0) return known;
    if (code < 128) ascii[code] = size;
    else others.set(code, size);
    return size++;
  };
  const numbersOf = (text: string): Int32Array => {
    const numbers = new Int32Array(text.length);
    let length = 0;
    for (let at = 0; at < text.length; at++) {
      let code = text.charCodeAt(at);
      if (removed && isPythonSpace(code)) continue;
      if (code >= 0xd800 && code < 0xdc00) {
        code = text.codePointAt(at) ?? code;
        if (code > 0xffff) at++;
      }
      numbers[length++] = numberOf(code);
    }
    return numbers.subarray(0, length);
  };
  const first = numbersOf(prediction);
  return { prediction: first, references: references.map(numbersOf), vocabularySize: size };
}
