import { TouchstoneError } from '@touchstone/core';

/** A classifier's labels and their scores, of one text. */
export type LabelScores = readonly { readonly label: string; readonly score: number }[];

/** Which of a classifier's labels are toxicity: one, the highest of some, or the highest of all. */
export type ToxicLabels = { readonly label: string } | { readonly categories: readonly string[] } | 'all';

/** The labels of the one text that was asked about. @throws TouchstoneError `malformed-answer` */
export function labelsOf(answer: unknown): LabelScores {
  const [labels, ...more] = isRecord(answer) && Array.isArray(answer.labels) ? answer.labels : [];
  if (more.length === 0 && Array.isArray(labels) && labels.every(isLabelScore)) return labels;
  throw new TouchstoneError(
    'malformed-answer',
    'the classifier was asked about one text, and did not answer with one list of labels and scores.',
    { kind: 'run' },
  );
}

/**
 * The label that decides, and its score.
 * @throws TouchstoneError `unknown-label` with the labels that there are
 */
export function toxicLabel(labels: LabelScores, toxic: ToxicLabels): { readonly label: string; readonly score: number } {
  const wanted = toxic === 'all' ? labels : namesOf(toxic).map((name) => labelNamed(labels, name));
  const [first, ...others] = wanted;
  if (first === undefined) throw new TouchstoneError('unknown-label', 'the classifier gave no label at all.', { kind: 'run' });
  return others.reduce((highest, one) => (one.score > highest.score ? one : highest), first);
}

function namesOf(toxic: Exclude<ToxicLabels, 'all'>): readonly string[] {
  return 'label' in toxic ? [toxic.label] : toxic.categories;
}

function labelNamed(labels: LabelScores, name: string): LabelScores[number] {
  const found = labels.find(({ label }) => label === name);
  if (found !== undefined) return found;
  const known = labels.map(({ label }) => `'${label}'`).join(', ');
  throw new TouchstoneError('unknown-label', `the classifier has no label '${name}'. It has: ${known}.`, { kind: 'run' });
}

export function isLabelScore(value: unknown): value is LabelScores[number] {
  return isRecord(value) && typeof value.label === 'string' && typeof value.score === 'number';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
