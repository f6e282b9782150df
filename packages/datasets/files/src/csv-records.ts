import { type BrokenLine, TouchstoneError } from '@touchstone/core';

const QUOTE = 34;
const LF = 10;
const CR = 13;

/** Longer than any real row, and far from what fits into a string: a quote that is never closed ends here. */
const MAX_LENGTH = 64 * 1024 * 1024;

/** How a cell was written: bare, in quotes, or in quotes with quotes in it, which are written twice there. */
type Spelling = 'bare' | 'quoted' | 'escaped';

/**
 * The records of delimited text (RFC 4180), one after the other; of all of them only the current one is there. Lines end in
 * `\n`, `\r\n` or `\r`, and may within quotes. Blank lines are left out. A quote that does not begin a cell is a character
 * like any other.
 *
 * Written for this package: csv-parse, with which the tests compare it, needs about ten times as long, is made for asynchronous
 * streams, and does not say where a quote was opened that nobody closed.
 *
 * @example
 * const records = new CsvRecords(textPieces(bytes, { name }), { name, delimiter: ',' });
 * while (records.next()) console.log(records.line, records.cell(0));
 */
export class CsvRecords {
  readonly #pieces: Iterator<string>;
  readonly #name: string;
  readonly #delimiter: string;
  /** Text that has come and is not behind us. It begins where a line does. */
  #text = '';
  /** Where the current record begins in it, and the one after that. */
  #start = 0;
  #after = 0;
  #ended = false;
  /** Lines that the current record takes. */
  #lines = 0;

  /** The line on which the current record begins, from 1. */
  line = 1;
  /** The number of its cells. */
  width = 0;
  /**
   * Once it is set, it is told of records that cannot be read, and what follows the line on which such a one begins is read as if
   * nothing had been.
   */
  broken: ((line: BrokenLine) => void) | undefined;
  /** What the pieces threw: why no more text came, where that was not the end of it. */
  fault: unknown;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #spellings: Spelling[] = [];

  constructor(pieces: Iterable<string>, { name, delimiter }: { readonly name: string; readonly delimiter: string }) {
    this.#pieces = pieces[Symbol.iterator]();
    this.#name = name;
    this.#delimiter = delimiter;
  }

  /**
   * Goes on to the next record; false when there is none.
   * @throws TouchstoneError `broken-data` naming line and column of a quote that is not closed, text after a closing quote, a NUL byte,
   *   unless `broken` is told of them; what the pieces throw, after the records before it
   */
  next(): boolean {
    do {
      this.line += this.#lines;
      this.#start = this.#after;
      while (!this.#scanned()) this.#readOn();
      if (this.width === 0) return false;
    } while (this.width === 1 && this.#starts[0] === this.#ends[0] && this.#spellings[0] === 'bare');
    return true;
  }

  /** The text of a cell, without its quotes. */
  cell(index: number): string {
    const text = this.#text.slice(this.#starts[index], this.#ends[index]);
    return this.#spellings[index] === 'escaped' ? text.replaceAll('""', '"') : text;
  }

  isQuoted(index: number): boolean {
    return this.#spellings[index] !== 'bare';
  }

  /** Nothing stands between the delimiters, not even quotes. */
  isMissing(index: number): boolean {
    return this.#starts[index] === this.#ends[index] && this.#spellings[index] === 'bare';
  }

  /** An error at a cell, or behind the last one: `q.csv, line 7, column 12: …` */
  errorAt(cell: number, what: string): TouchstoneError {
    const quotes = this.isQuoted(cell) ? 1 : 0;
    return this.#error(cell < this.width ? (this.#starts[cell] ?? 0) - quotes : (this.#ends[this.width - 1] ?? 0), what);
  }

  /** No more records are wanted: closes what is read from. */
  close(): void {
    this.#pieces.return?.();
  }

  #scanned(): boolean {
    if (this.broken === undefined) return this.#scan();
    try {
      return this.#scan();
    } catch (error) {
      if (error === this.fault || !TouchstoneError.isInstance(error)) throw error;
      this.broken({ line: this.line, message: error.message });
      this.#skipLine();
      return true;
    }
  }

  /** Makes a blank line of the one on which the record begins. */
  #skipLine(): void {
    let end = this.#text.slice(this.#start).search(/[\r\n]/);
    for (; end === -1 && !this.#ended; end = this.#text.search(/[\r\n]/)) this.#readOn();
    this.width = 0;
    this.#add(this.#start, this.#start, 'bare', 0);
    this.#lines = 1;
    this.#after = end === -1 ? this.#text.length : this.#start + end + (this.#text.startsWith('\r\n', this.#start + end) ? 2 : 1);
  }

  /** Whether the text ends where we have come to. @throws what the pieces threw, when it ends because of that */
  #isEnd(): boolean {
    if (this.fault !== undefined) throw this.fault;
    return this.#ended;
  }

  /** Reads the record at `#start`; false when its end has not come yet. */
  #scan(): boolean {
    const text = this.#text;
    const delimiter = this.#delimiter.charCodeAt(0);
    // Nothing above it means anything: one comparison for most characters.
    const highest = Math.max(delimiter, QUOTE);
    this.width = 0;
    this.#lines = 0;
    let at = this.#start;
    if (at === text.length) return this.#isEnd();
    for (;;) {
      const end = text.charCodeAt(at) === QUOTE ? this.#scanQuoted(at) : this.#scanBare(at, delimiter, highest);
      if (end === -1) return false;
      const char = text.charCodeAt(end);
      if (char === delimiter) {
        at = end + 1;
        if (at === text.length && !this.#isEnd()) return false;
        continue;
      }
      if (char === CR && end + 1 === text.length && !this.#isEnd()) return false;
      this.#lines += 1;
      this.#after = end === text.length ? end : end + (char === CR && text.charCodeAt(end + 1) === LF ? 2 : 1);
      return true;
    }
  }

  /** @returns where the cell ends: at a delimiter, at a line end, at the end of all text; −1 when that has not come yet */
  #scanBare(start: number, delimiter: number, highest: number): number {
    const text = this.#text;
    for (let at = start; at < text.length; at++) {
      const char = text.charCodeAt(at);
      if (char > highest) continue;
      if (char === delimiter || char === LF || char === CR) return this.#add(start, at, 'bare', at);
      if (char === 0) throw this.#nul(at);
    }
    return this.#isEnd() ? this.#add(start, text.length, 'bare', text.length) : -1;
  }

  #scanQuoted(start: number): number {
    const text = this.#text;
    let spelling: Spelling = 'quoted';
    for (let at = start + 1; at < text.length; at++) {
      const char = text.charCodeAt(at);
      if (char > QUOTE) continue;
      if (char === QUOTE) {
        if (at + 1 === text.length && !this.#isEnd()) return -1;
        if (text.charCodeAt(at + 1) !== QUOTE) return this.#closeQuote(start, at, spelling);
        spelling = 'escaped';
        at += 1;
      } else if (char === LF || (char === CR && text.charCodeAt(at + 1) !== LF)) {
        this.#lines += 1;
      } else if (char === 0) {
        throw this.#nul(at);
      }
    }
    if (this.#isEnd()) throw this.#error(start, `the quote that opens here is never closed. ${TWICE}`);
    return -1;
  }

  #closeQuote(start: number, close: number, spelling: Spelling): number {
    const end = close + 1;
    const char = this.#text[end] ?? '\n';
    if (char === this.#delimiter || char === '\n' || char === '\r') return this.#add(start + 1, close, spelling, end);
    const found = String.fromCodePoint(this.#text.codePointAt(end) ?? 0);
    throw this.#error(
      end,
      `after a closing quote there must be a ${delimiterName(this.#delimiter)} or the end of the line, and there is '${found}'. ${TWICE}`,
    );
  }

  #add(start: number, end: number, spelling: Spelling, at: number): number {
    this.#starts[this.width] = start;
    this.#ends[this.width] = end;
    this.#spellings[this.width] = spelling;
    this.width += 1;
    return at;
  }

  /** Leaves behind what has been read, and adds as much as there was at least: then a long record is scanned twice, not a thousand times. */
  #readOn(): void {
    const left = this.#text.slice(this.#start);
    if (left.length > MAX_LENGTH) throw this.#tooLong();
    const wanted = Math.min(left.length, MAX_LENGTH - left.length);
    const pieces = [left];
    let length = 0;
    while (length <= wanted && !this.#ended) {
      const piece = this.#nextPiece();
      if (piece === undefined) this.#ended = true;
      else {
        pieces.push(piece);
        length += piece.length;
      }
    }
    this.#text = pieces.join('');
    this.#start = 0;
    this.#after = 0;
  }

  /** What is wrong with the text behind is said when everything before it has been read. */
  #nextPiece(): string | undefined {
    try {
      const { done, value } = this.#pieces.next();
      return done === true ? undefined : value;
    } catch (error) {
      this.fault = error;
      return undefined;
    }
  }

  #nul(at: number): TouchstoneError {
    return this.#error(at, 'there is a NUL byte, which no text has. Is it a text file?');
  }

  #tooLong(): TouchstoneError {
    return this.#error(
      this.#start,
      `a row begins here that does not end within ${MAX_LENGTH} characters. Is a quote not closed? ${TWICE}`,
    );
  }

  #error(at: number, what: string): TouchstoneError {
    const before = this.#text.slice(this.#start, at);
    const breaks = before.match(/\r\n|[\r\n]/g)?.length ?? 0;
    const column = before.length - Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r'));
    return new TouchstoneError('broken-data', `${this.#name}, line ${this.line + breaks}, column ${column}: ${what}`);
  }
}

const TWICE = 'Within quotes, a quote is written twice: "".';

export function delimiterName(delimiter: string): string {
  return delimiter === '\t' ? 'tab' : `'${delimiter}'`;
}
