/**
 * Text from data and models, made fit for one line of a terminal: whitespace becomes one blank, and nothing is left that a
 * terminal would obey. C0 controls and DEL become their pictures (ESC is ␛), C1 controls and marks that reorder text become �.
 */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/[\p{Cc}\p{Bidi_Control}]/gu, picture);
}

/** Cells of a terminal that the text takes: East Asian wide characters and emoji two, combining marks none. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemesOf(text)) width += graphemeWidth(segment);
  return width;
}

/** The text filled up with blanks to the width; a longer one is returned as it is. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** At most `width` cells; what is cut off the end becomes `…`. */
export function truncate(text: string, width: number): string {
  return displayWidth(text) <= width ? text : `${head(text, width - 1)}…`;
}

/** At most `width` cells with `…` in the middle, for names whose end tells them apart: `flesch_kinca…level/v1/mean`. */
export function truncateMiddle(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const start = Math.floor((width - 1) / 2);
  const reversed = [...graphemesOf(text)].reverse().map(({ segment }) => segment);
  const end = takeWidth(reversed, width - 1 - start)
    .reverse()
    .join('');
  return `${head(text, start)}…${end}`;
}

/** Lines of at most `width` cells, broken at blanks; a word longer than a line is broken where the line ends. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (displayWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    while (displayWidth(word) > width) {
      // At least one character, or a line narrower than one would never end.
      const part = head(word, width) || (firstGrapheme(word) ?? word);
      lines.push(part);
      word = word.slice(part.length);
    }
    line = word;
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}

const ASCII = /^[\x20-\x7e]*$/u;

let segmenter: Intl.Segmenter | undefined;

/** Made when the first text is not plain: it is costly, and most texts are. */
function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('und', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

function picture(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '␡' : '�';
}

function firstGrapheme(text: string): string | undefined {
  for (const { segment } of graphemesOf(text)) return segment;
  return undefined;
}

function head(text: string, width: number): string {
  return takeWidth(parts(text), width).join('');
}

function* parts(text: string): Generator<string> {
  for (const { segment } of graphemesOf(text)) yield segment;
}

function takeWidth(segments: Iterable<string>, width: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const segment of segments) {
    used += graphemeWidth(segment);
    if (used > width) break;
    taken.push(segment);
  }
  return taken;
}

/** A grapheme is as wide as its widest character: a decomposed Hangul syllable or a joined emoji takes two cells, as terminals draw it. */
function graphemeWidth(grapheme: string): number {
  let width = 0;
  for (const char of grapheme) {
    const code = char.codePointAt(0) ?? 0;
    if (char === '\ufe0f' || isWide(char, code)) return 2;
    if (!/^[\p{Mn}\p{Me}\p{Cf}]$/u.test(char)) width = 1;
  }
  return width;
}

function isWide(char: string, code: number): boolean {
  if (code < 0x1100) return false;
  return /^\p{Emoji_Presentation}$/u.test(char) || WIDE.some(([from, to]) => code >= from && code <= to);
}

/** Blocks of East_Asian_Width W and F (Unicode Standard Annex 11); single symbols that are wide are emoji and tested as such. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f], // leading consonants of decomposed Hangul
  [0x2329, 0x232a],
  [0x2e80, 0x303e], // radicals, CJK punctuation
  [0x3041, 0x33ff], // kana, Hangul compatibility jamo, CJK symbols
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf], // Han, Yi
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3], // Hangul syllables
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60], // full-width forms
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff], // Tangut, Khitan
  [0x1aff0, 0x1b2ff],
  [0x20000, 0x3fffd],
];
