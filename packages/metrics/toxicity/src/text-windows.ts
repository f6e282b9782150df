/** A stretch of a text, with its UTF-16 offsets; `end` is exclusive. */
export interface TextWindow {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts a text into windows of at most so many characters: where a sentence ends, else between words, else anywhere.
 * Cuts are chosen near the point that leaves windows of equal length, and no cut leaves less than a third of a window on either
 * side: a few words without what was around them are easily taken for an outburst. Blank windows are left out.
 */
export function textWindows(text: string, most: number): readonly TextWindow[] {
  const windows: TextWindow[] = [];
  for (let start = 0; start < text.length; ) {
    const end = nextCut(text, start, most);
    const window = { text: text.slice(start, end), start, end };
    if (window.text.trim() !== '') windows.push(window);
    start = end;
  }
  return windows;
}

function nextCut(text: string, start: number, most: number): number {
  const rest = text.length - start;
  if (rest <= most) return text.length;
  const least = Math.floor(most / 3);
  const wish = start + Math.round(rest / Math.ceil(rest / most));
  // From the first place where a cut may be to the last, with the character before it.
  const from = start + least - 1;
  const part = text.slice(from, start + Math.min(most, rest - least));
  return nearest(part, SENTENCE_END, from, wish) ?? nearest(part, SPACE, from, wish) ?? betweenCharacters(text, wish);
}

const SENTENCE_END = /(?:[.!?…][)\]"'”’]*\s|\n)/gu;
const SPACE = /\s/gu;

/** The end of the match that lies nearest to the wished place. */
function nearest(part: string, pattern: RegExp, offset: number, wish: number): number | undefined {
  let best: number | undefined;
  for (const match of part.matchAll(pattern)) {
    const end = offset + match.index + match[0].length;
    if (best === undefined || Math.abs(end - wish) < Math.abs(best - wish)) best = end;
  }
  return best;
}

/** Not between the halves of a surrogate pair. */
function betweenCharacters(text: string, at: number): number {
  return /[\ud800-\udbff]/.test(text.charAt(at - 1)) && /[\udc00-\udfff]/.test(text.charAt(at)) ? at - 1 : at;
}
