import type { Row } from '../contracts/index.ts';
import { messageOf, TouchstoneError } from '../errors/touchstone-error.ts';
import { findJsonFault } from './json-fault.ts';

/** How much of the text before and after the mistake an error shows. */
const EXCERPT = 24;

/**
 * The error for a text that is no JSON: file, line, column, what was expected, and the text around it.
 * @param place.line the line of the file that `text` is; left out when the text is the whole file
 */
export function brokenJson(
  name: string,
  text: string,
  place: { readonly error: unknown; readonly line?: number },
): TouchstoneError {
  const fault = findJsonFault(text);
  if (fault === undefined)
    return new TouchstoneError('broken-data', `${name} cannot be read as JSON: ${messageOf(place.error)}.`);
  const lineStart = text.lastIndexOf('\n', fault.offset - 1) + 1;
  const line = place.line ?? countLines(text, lineStart);
  const whole =
    place.line !== undefined && /^\s*[[{]\s*$/.test(text)
      ? ' In this file type every line is one object; a file that is one list of objects is called .json.'
      : '';
  return new TouchstoneError(
    'broken-data',
    `${name}, line ${line}, column ${fault.offset - lineStart + 1} is not valid JSON: ${fault.problem}. It stands near: ${excerpt(text, fault.offset)}${whole}`,
    { cause: place.error },
  );
}

/**
 * The error for bytes that are no UTF-8.
 * @param line the line of the file that `bytes` are; left out when they are the whole file
 */
export function notUtf8(name: string, bytes: Buffer, line?: number): TouchstoneError {
  if (line === undefined || line === 1) {
    const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    if (wide)
      return new TouchstoneError(
        'broken-data',
        `${name} is not UTF-8 but looks like UTF-16; save the file as UTF-8, or say what it is: encoding: 'utf-16le'.`,
      );
  }
  const text = bytes.toString('utf8');
  const [at, byte] = firstBadByte(bytes, text);
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const place = `${name}, line ${line ?? countLines(text, lineStart)}, column ${at - lineStart + 1}`;
  return new TouchstoneError(
    'broken-data',
    `${place} is not valid UTF-8 (byte 0x${byte.toString(16).toUpperCase()}); save the file as UTF-8, or say what it is, like encoding: 'windows-1252'.`,
  );
}

/** Whether what `JSON.parse` returned is an object of columns. */
export function isJsonObject(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `a list`, `null`, `a text`, `a number`: what a JSON value is, in words. */
export function kindOfJson(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'a text';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Up to 24 characters on either side, in one line. */
function excerpt(text: string, offset: number): string {
  const start = Math.max(0, offset - EXCERPT);
  const end = Math.min(text.length, offset + EXCERPT);
  const shown = text.slice(start, end).replace(/\s+/g, ' ').trim();
  return `${start > 0 ? '…' : ''}${shown}${end < text.length ? '…' : ''}`;
}

function countLines(text: string, end: number): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

/** Decoding puts U+FFFD for a bad byte; the first one that is not written so in the bytes is it. */
function firstBadByte(bytes: Buffer, text: string): readonly [at: number, byte: number] {
  let at = text.indexOf('\uFFFD');
  for (; at !== -1; at = text.indexOf('\uFFFD', at + 1)) {
    const offset = Buffer.byteLength(text.slice(0, at));
    if (bytes.readUIntBE(offset, Math.min(3, bytes.length - offset)) !== 0xefbfbd) return [at, bytes[offset] ?? 0];
  }
  return [0, bytes[0] ?? 0];
}
