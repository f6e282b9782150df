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
  const [start, end] = options.allowCodeFence ? insideOfFence(text) : [0, text.length];
  const json = text.slice(start, end);
  try {
    return { value: JSON.parse(json) };
  } catch {
    const fault = findJsonFault(json);
    return { fault: fault === undefined ? 'it is no JSON' : `character ${start + fault.offset + 1}: ${fault.problem}` };
  }
}

/** Text is read as JSON; any other cell is the value itself, as a model gave it or the data has it. */
export function readJsonCell(cell: unknown, options: JsonTextOptions): ReadJson {
  return typeof cell === 'string' ? readJson(cell, options) : { value: cell };
}

/** Where the JSON begins and ends: inside of the fence, or with the text if there is none. */
function insideOfFence(text: string): readonly [number, number] {
  const start = /^\s*```[^\n`]*\n/u.exec(text)?.[0].length ?? 0;
  const end = text.trimEnd().length - 3;
  return start > 0 && end >= start && text.startsWith('```', end) ? [start, end] : [0, text.length];
}

/** @throws TouchstoneError `bad-option` */
export function checkJsonTextOptions(metric: string, { allowCodeFence }: JsonTextOptions): void {
  if (typeof allowCodeFence === 'boolean') return;
  const given = JSON.stringify(allowCodeFence);
  throw new TouchstoneError('bad-option', `${metric}: allowCodeFence is ${given}, and it must be true or false.`);
}
