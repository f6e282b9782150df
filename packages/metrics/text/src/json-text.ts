import { findJsonFault, TouchstoneError } from '@touchstone/core';

/** Options of every metric that reads JSON from a prediction. */
export interface JsonTextOptions {
  /** Takes the JSON out of one Markdown code fence that holds the whole text (` ```json … ``` `), as models write it. Default `false`. */
  readonly allowCodeFence: boolean;
}

/** A value, or what is wrong with the text and where. */
export type ReadJson = { readonly value: unknown } | { readonly fault: string };

/** Strict JSON (RFC 8259): no comments, no trailing commas, nothing before or after it but white space. */
export function readJson(text: string, options: JsonTextOptions): ReadJson {
  const json = options.allowCodeFence ? withoutFence(text) : text;
  try {
    return { value: JSON.parse(json) };
  } catch {
    const fault = findJsonFault(json);
    return { fault: fault === undefined ? 'it is no JSON' : `character ${fault.offset + 1}: ${fault.problem}` };
  }
}

/** Text is read as JSON; any other cell is the value itself, as a model gave it or the data has it. */
export function readJsonCell(cell: unknown, options: JsonTextOptions): ReadJson {
  return typeof cell === 'string' ? readJson(cell, options) : { value: cell };
}

function withoutFence(text: string): string {
  const trimmed = text.trim();
  const opening = /^```[^\n`]*\n/u.exec(trimmed)?.[0].length ?? 0;
  return opening > 0 && trimmed.length >= opening + 3 && trimmed.endsWith('```') ? trimmed.slice(opening, -3) : text;
}

/** @throws TouchstoneError `bad-option` */
export function checkJsonTextOptions(metric: string, { allowCodeFence }: JsonTextOptions): void {
  if (typeof allowCodeFence === 'boolean') return;
  const given = JSON.stringify(allowCodeFence);
  throw new TouchstoneError('bad-option', `${metric}: allowCodeFence is ${given}, and it must be true or false.`);
}
