import type { StandardSchemaV1 } from '@touchstone/core';
import { issue, schema } from './cell-schema.ts';

/** The name of a class. 1, "1" and true are three labels. */
export type Label = string | number | boolean;

/** A text, a whole number, true or false. */
export const label: StandardSchemaV1<Label, Label> = schema((cell) => {
  if (typeof cell === 'string' || typeof cell === 'boolean' || Number.isInteger(cell)) return { value: cell as Label };
  if (typeof cell === 'number')
    return issue(
      `a label is a text, a whole number, true or false, and it is ${cell} (for numbers to predict there is modelType 'regressor')`,
    );
  return issue('a label is a text, a whole number, true or false, and it is a list or an object');
});

export type LabelKind = 'texts' | 'numbers' | 'true or false';

export function kindOf(one: Label): LabelKind {
  if (typeof one === 'string') return 'texts';
  return typeof one === 'number' ? 'numbers' : 'true or false';
}

/** Numbers by size, texts by code points, false before true: the order of `numpy.unique`. Labels of one kind only are ever compared. */
export function compareLabels(a: Label, b: Label): number {
  return typeof a === 'string' && typeof b === 'string' ? compareCodePoints(a, b) : Number(a) - Number(b);
}

/** UTF-16 units would put an emoji before the Hangul compatibility forms. */
function compareCodePoints(a: string, b: string): number {
  for (let at = 0; at < a.length && at < b.length; at++) {
    const [left, right] = [a.codePointAt(at) ?? 0, b.codePointAt(at) ?? 0];
    if (left !== right) return left - right;
    if (left > 0xffff) at++;
  }
  return a.length - b.length;
}

/** For sentences: texts in quotes. */
export function quoted(one: Label): string {
  return typeof one === 'string' ? `'${one}'` : String(one);
}

/** For sentences: some of them, and how many there are. */
export function listed(labels: readonly Label[]): string {
  const shown = labels.slice(0, 5).map(quoted).join(', ');
  return labels.length > 5 ? `${shown}, … (${labels.length} in all)` : shown;
}
