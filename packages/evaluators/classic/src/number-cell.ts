import type { StandardSchemaV1 } from '@touchstone/core';
import { issue, schema } from './cell-schema.ts';

/** A number, or the text of one (as in a CSV cell, or the answer of a language model that gives nothing else). */
export const number: StandardSchemaV1<number | string, number> = schema((cell) => {
  const value = readNumber(cell);
  return value === undefined ? issue(`it must be a number, and it is ${shown(cell)}`) : { value };
});

/** How much a row counts. */
export const weight: StandardSchemaV1<number | string, number> = schema((cell) => {
  const value = readNumber(cell);
  return isWeight(value) ? { value } : issue(`a weight is a number of at least 0, and it is ${shown(cell)}`);
});

export function isWeight(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** @returns undefined for what is no number, an infinity among it */
export function readNumber(cell: unknown): number | undefined {
  if (typeof cell !== 'number' && !(typeof cell === 'string' && NUMBER.test(cell))) return undefined;
  const value = Number(cell);
  return Number.isFinite(value) ? value : undefined;
}

// `Number` also reads '', '0x1f' and '0b1'.
const NUMBER = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/iu;

export function shown(cell: unknown): string {
  const text = JSON.stringify(cell) ?? String(cell);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
