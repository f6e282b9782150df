import type { Problem } from '../errors/touchstone-error.ts';
import { displayWidth } from '../results/display-text.ts';

/** What is wrong with a search, and where: UTF-16 units, from the first and before the second. */
export class WhereFault extends Error {
  readonly place: { readonly from: number; readonly to: number };

  constructor(place: { readonly from: number; readonly to: number }, message: string) {
    super(message);
    this.place = place;
  }
}

/** Cells of a search that are shown before and after the fault. */
const AROUND = 40;

/** The fault in a sentence, with its place pointed at. */
export function problemOf({ place: { from, to }, message }: WhereFault, text: string): Problem {
  // One place in the text is one in the line.
  const line = text.replace(/[\s\p{Cc}]/gu, ' ');
  const start = Math.max(0, from - AROUND);
  const end = Math.min(line.length, from + AROUND);
  const before = `${start > 0 ? '…' : ''}${line.slice(start, from)}`;
  const shown = `${before}${line.slice(from, end)}${end < line.length ? '…' : ''}`;
  const marks = '^'.repeat(Math.max(1, displayWidth(line.slice(from, Math.min(to, end)))));
  const character = [...text.slice(0, from)].length + 1;
  return {
    code: 'bad-where',
    message: `The search is not understood at character ${character}: ${message}${message.endsWith('?') ? '' : '.'}\n  ${shown}\n  ${' '.repeat(displayWidth(before))}${marks}`,
  };
}
