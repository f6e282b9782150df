import { type Json, TouchstoneError } from '@touchstone/core';

/** What a judge may answer: a number between two ends, yes or no, or one of some labels, each with the number that it counts as. */
export type Scale =
  | { readonly kind: 'numeric'; readonly min: number; readonly max: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'labels'; readonly weights: Readonly<Record<string, number>> };

/** The scale of a metric, as its author writes it. One of the two, or none for the default. */
export interface ScaleOptions {
  /** Lowest and highest score, or `'boolean'` for yes and no. Default: `[1, 5]`. */
  readonly scale?: readonly [number, number] | 'boolean' | undefined;
  /** Labels instead of numbers, each with the number that aggregates count it as: `{ formal: 1, casual: 0 }`. */
  readonly labels?: Readonly<Record<string, number>> | undefined;
}

/** Any number: a prompt of somebody's own says itself what is asked for. */
export const anyNumber: Scale = { kind: 'numeric', min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };

/** @throws TouchstoneError `bad-option` for ends that are none, fewer than two labels, or both scale and labels */
export function readScale(name: string, { scale, labels }: ScaleOptions, byDefault: Scale): Scale {
  const bad = (what: string): TouchstoneError => new TouchstoneError('bad-option', `${name}: ${what}`);
  if (scale !== undefined && labels !== undefined) throw bad('give scale or labels, not both.');
  if (labels !== undefined) {
    const entries = Object.entries(labels);
    const fold = new Set(entries.map(([label]) => foldedLabel(label)));
    if (
      entries.length < 2 ||
      fold.size < entries.length ||
      fold.has('') ||
      !entries.every(([, weight]) => Number.isFinite(weight))
    )
      throw bad('labels must be at least two, different in more than case, each with a number: { formal: 1, casual: 0 }.');
    return { kind: 'labels', weights: labels };
  }
  if (scale === undefined) return byDefault;
  if (scale === 'boolean') return { kind: 'boolean' };
  const [min, max] = Array.isArray(scale) && scale.length === 2 ? scale : [Number.NaN, Number.NaN];
  if (typeof min !== 'number' || typeof max !== 'number' || !(min < max) || !Number.isFinite(min) || !Number.isFinite(max))
    throw bad(`scale must be [lowest, highest] or 'boolean', as in scale: [1, 5], not ${JSON.stringify(scale)}.`);
  return { kind: 'numeric', min, max };
}

/** Lowest and highest number of the scale; `undefined` where there are none. */
export function rangeOf(scale: Scale): readonly [number, number] | undefined {
  switch (scale.kind) {
    case 'numeric':
      return Number.isFinite(scale.min) ? [scale.min, scale.max] : undefined;
    case 'boolean':
      return undefined;
    case 'labels': {
      const weights = Object.values(scale.weights);
      return [Math.min(...weights), Math.max(...weights)];
    }
  }
}

/** `a number from 1 to 5`: what the judge is told. */
export function describeScale(scale: Scale): string {
  switch (scale.kind) {
    case 'numeric':
      return Number.isFinite(scale.min) ? `a number from ${scale.min} to ${scale.max}` : 'a number';
    case 'boolean':
      return 'yes or no';
    case 'labels':
      return `one of ${Object.keys(scale.weights).join(', ')}`;
  }
}

/** The JSON Schema of a verdict. Without bounds of numbers: some providers refuse them, and what is outside of the scale is seen here. */
export function verdictSchema(scale: Scale): Json {
  switch (scale.kind) {
    case 'numeric':
      return { type: 'number', description: describeScale(scale) };
    case 'boolean':
      return { type: 'boolean' };
    case 'labels':
      return { type: 'string', enum: Object.keys(scale.weights) };
  }
}

/** A verdict as a text of a prompt: what an example says, and what the judge would answer. */
export function verdictText(value: number | boolean | string): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}

/** Case, blanks and the kind of hyphen do not make another label. */
export function foldedLabel(label: string): string {
  return label
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_\p{Pd}]+/gu, ' ')
    .trim();
}

/** `1-5`, `boolean`, `formal=1,casual=0`: for signatures. */
export function scaleText(scale: Scale): string {
  switch (scale.kind) {
    case 'numeric':
      return Number.isFinite(scale.min) ? `${scale.min}-${scale.max}` : 'any';
    case 'boolean':
      return 'boolean';
    case 'labels':
      return Object.entries(scale.weights)
        .map(([label, weight]) => `${label}=${weight}`)
        .join(',');
  }
}
