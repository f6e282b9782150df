import type { Json } from '@touchstone/core';
import { cutText } from './cut-text.ts';
import { cellText } from './material.ts';
import { SUSPECTED, suspicionsOf } from './suspicious-text.ts';

/** The texts of a row that a judge is shown, and what a person should know of them. */
export interface RowTexts {
  /** By column, in the order in which they were asked for. */
  readonly texts: Readonly<Record<string, string>>;
  /** For the details of the score: what was left out, and what speaks to the judge. */
  readonly details: Readonly<Record<string, Json>>;
  readonly flags: readonly string[];
}

/** Reads the columns of a row as texts, cuts what is too long, and looks for what speaks to the judge. */
export function rowTexts(
  row: Readonly<Record<string, unknown>>,
  columns: readonly string[],
  maxLength: number | undefined,
): RowTexts {
  const texts: Record<string, string> = {};
  const leftOut: Record<string, number> = {};
  const injection: Record<string, readonly string[]> = {};
  for (const column of columns) {
    // A row's cells are JSON.
    const given = cellText(row[column] as Json);
    const cut = cutText(given, maxLength);
    texts[column] = cut.text;
    if (cut.leftOut > 0) leftOut[column] = cut.leftOut;
    const signs = suspicionsOf(given);
    if (signs.length > 0) injection[column] = signs;
  }
  const suspected = Object.keys(injection).length > 0;
  return {
    texts,
    details: {
      ...(Object.keys(leftOut).length > 0 ? { charactersLeftOut: leftOut } : {}),
      ...(suspected ? { injection } : {}),
    },
    flags: suspected ? [SUSPECTED] : [],
  };
}
