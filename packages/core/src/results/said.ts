import type { Annotation, Plan, Scored } from '../contracts/index.ts';

/** What people say of the rows of an evaluation as they are now. */
export interface Said {
  /** All that was said of a row × trial, also what was taken back, in the order in which it was said. */
  history(ordinal: number, trial: number): readonly Annotation[];
  /** What counts of it: the last word under each name. */
  current(ordinal: number, trial: number): ReadonlyMap<string, Annotation>;
  /** Names that are no metric's key, in the order in which they were first said. */
  readonly labels: readonly string[];
  /** Indices of the metrics in whose place something is said. */
  readonly metrics: ReadonlySet<number>;
}

/** `undefined` when nobody says anything. What was said of rows that have left the record is left out. */
export function saidOf(annotations: readonly Annotation[], plan: Plan): Said | undefined {
  const histories = new Map<string, Annotation[]>();
  for (const annotation of annotations) {
    if (annotation.supersededAt !== undefined) continue;
    const place = placeOf(annotation.ordinal, annotation.trial);
    const history = histories.get(place);
    if (history === undefined) histories.set(place, [annotation]);
    else history.push(annotation);
  }
  if (histories.size === 0) return undefined;
  const currents = new Map(Array.from(histories, ([place, history]) => [place, lastWords(history)]));
  const names = new Set([...currents.values()].flatMap((current) => [...current.keys()]));
  const index = new Map(plan.metrics.map(({ key }, at) => [key, at]));
  return {
    history: (ordinal, trial) => histories.get(placeOf(ordinal, trial)) ?? [],
    current: (ordinal, trial) => currents.get(placeOf(ordinal, trial)) ?? NOTHING,
    labels: [...names].filter((name) => !index.has(name)),
    metrics: new Set([...names].flatMap((name) => index.get(name) ?? [])),
  };
}

/** A person's word as the score that stands in place of the metric's. */
export function scoreBy({ value, reason, author }: Annotation): Scored | undefined {
  if (value === null) return undefined;
  return { status: 'scored', value, ...(reason === undefined ? {} : { justification: reason }), by: author };
}

const NOTHING: ReadonlyMap<string, Annotation> = new Map();

function placeOf(ordinal: number, trial: number): string {
  return `${ordinal} ${trial}`;
}

function lastWords(history: readonly Annotation[]): ReadonlyMap<string, Annotation> {
  const last = new Map<string, Annotation>();
  for (const annotation of history) {
    if (annotation.value === null) last.delete(annotation.name);
    else last.set(annotation.name, annotation);
  }
  return last;
}
