import { isUtf8 } from 'node:buffer';
import type { BrokenLine, Row } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { brokenJson, isJsonObject, kindOfJson, notUtf8 } from './json-mistakes.ts';

/**
 * Reads JSON Lines from bytes that come in pieces of any size: one object a line, `\n` or `\r\n`, UTF-8 with or without
 * a byte order mark, blank lines skipped, the last line with or without an end. Holds one piece and the unfinished line.
 *
 * @example
 * const lines = new JsonLines('questions.jsonl');
 * for await (const chunk of stream) yield* lines.push(chunk);
 * yield* lines.end();
 */
export class JsonLines {
  readonly #name: string;
  readonly #broken: ((line: BrokenLine) => void) | undefined;
  /** The line that has not ended yet, in the pieces in which it came: a long line is put together once. */
  #unfinished: Buffer[] = [];
  #line = 0;

  /**
   * @param name what error messages call the source: a file's name, `stdin`
   * @param broken is told of lines that cannot be read, which are then left out; without it the first one is thrown
   */
  constructor(name: string, broken?: (line: BrokenLine) => void) {
    this.#name = name;
    this.#broken = broken;
  }

  /** The line of the row that came last, from 1. */
  get line(): number {
    return this.#line;
  }

  /**
   * The rows of all lines that end in this piece. The piece may be overwritten as soon as they are read.
   * @throws TouchstoneError `broken-data` naming the line for invalid UTF-8, broken JSON, or a line that is no object
   */
  *push(chunk: Uint8Array): Generator<Row> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const end = bytes.lastIndexOf(0x0a);
    if (end === -1) {
      this.#unfinished.push(Buffer.from(bytes));
      return;
    }
    const whole = bytes.subarray(0, end);
    const block = this.#unfinished.length === 0 ? whole : Buffer.concat([...this.#unfinished, whole]);
    this.#unfinished = end + 1 < bytes.length ? [Buffer.from(bytes.subarray(end + 1))] : [];
    yield* this.#rows(block);
  }

  /** The row of a last line without an end. */
  *end(): Generator<Row> {
    const block = Buffer.concat(this.#unfinished);
    this.#unfinished = [];
    if (block.length > 0) yield* this.#rows(block);
  }

  *#rows(block: Buffer): Generator<Row> {
    if (isUtf8(block)) yield* this.#parse(block.toString('utf8'));
    else yield* this.#rowsUntilBrokenText(block);
  }

  /** Line by line, to find those that are not UTF-8. */
  *#rowsUntilBrokenText(block: Buffer): Generator<Row> {
    for (let start = 0; start <= block.length; ) {
      const found = block.indexOf(0x0a, start);
      const end = found === -1 ? block.length : found;
      const line = block.subarray(start, end);
      start = end + 1;
      if (isUtf8(line)) {
        yield* this.#parse(line.toString('utf8'));
        continue;
      }
      this.#line += 1;
      this.#refuse(notUtf8(this.#name, line, this.#line));
    }
  }

  *#parse(text: string): Generator<Row> {
    for (let start = 0; start <= text.length; ) {
      const found = text.indexOf('\n', start);
      const end = found === -1 ? text.length : found;
      this.#line += 1;
      if (this.#line === 1 && text.charCodeAt(0) === 0xfeff) start = 1;
      const row = this.#row(text.slice(start, end));
      if (row !== undefined) yield row;
      start = end + 1;
    }
  }

  #row(line: string): Row | undefined {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      // Asked only now, so that ordinary lines are not searched for it.
      if (line.trim() === '') return undefined;
      return this.#refuse(brokenJson(this.#name, line, { error, line: this.#line }));
    }
    if (isJsonObject(value)) return value;
    return this.#refuse(
      new TouchstoneError(
        'broken-data',
        `${this.#name}, line ${this.#line} is ${kindOfJson(value)}; every line must be one object of columns, like {"question": "…", "answer": "…"}.`,
      ),
    );
  }

  #refuse(error: TouchstoneError): undefined {
    if (this.#broken === undefined) throw error;
    this.#broken({ line: this.#line, message: error.message });
  }
}
