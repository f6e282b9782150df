import type { Entry, PredictionEntry, RowEntry, Score, ScoreEntry, StoredRow, StoredTrial, Superseding } from '@touchstone/core';

/** What is done to a journal. */
export type JournalAction = { readonly append: readonly Entry[] } | { readonly supersede: Superseding };

interface ReferenceJournal {
  readonly rows: readonly StoredRow[];
  readonly scores: readonly ScoreEntry[];
}

/** What a journal must say after these entries, worked out the slow and obvious way: the first entry of a key counts. */
export function referenceJournal(entries: readonly Entry[]): ReferenceJournal {
  const { rows, scores } = referenceHistory([{ append: entries }]);
  return { rows, scores };
}

/** The same of a journal that entries have left, with those that have. */
export function referenceHistory(
  actions: readonly JournalAction[],
): ReferenceJournal & { readonly superseded: readonly Entry[] } {
  const kept = new Map<string, Entry>();
  const superseded: Entry[] = [];
  for (const action of actions) {
    if ('append' in action) {
      for (const entry of action.append) if (!kept.has(keyOf(entry))) kept.set(keyOf(entry), entry);
    } else {
      const before = [...kept.values()].sort(compare);
      const left = before.filter((entry) => leaves(entry, action.supersede, before));
      for (const entry of left) kept.delete(keyOf(entry));
      for (const type of ['row', 'prediction', 'score']) superseded.push(...left.filter((entry) => entry.type === type));
    }
  }
  return { ...inDataOrder([...kept.values()].sort(compare)), superseded };
}

function leaves(entry: Entry, which: Superseding, kept: readonly Entry[]): boolean {
  if ('ordinals' in which) return which.ordinals.includes(entry.ordinal);
  if ('metric' in which) return entry.type === 'score' && entry.metric === which.metric;
  if (entry.type === 'row') return false;
  if (entry.type === 'score' && entry.score.status === 'failed') return true;
  return kept.some(
    (other) =>
      other.type === 'prediction' && 'failed' in other.result && other.ordinal === entry.ordinal && other.trial === entry.trial,
  );
}

function inDataOrder(kept: readonly Entry[]): ReferenceJournal {
  const scores = kept.filter((entry): entry is ScoreEntry => entry.type === 'score');
  const predictions = kept.filter((entry): entry is PredictionEntry => entry.type === 'prediction');
  const rows = kept.filter((entry): entry is RowEntry => entry.type === 'row');
  return {
    scores,
    rows: rows.map(({ type: _type, ...row }) => {
      const ofRow = ({ ordinal }: { readonly ordinal: number }): boolean => ordinal === row.ordinal;
      return { ...row, trials: trialsOf(predictions.filter(ofRow), scores.filter(ofRow)) };
    }),
  };
}

function keyOf(entry: Entry): string {
  switch (entry.type) {
    case 'row':
      return `row ${entry.ordinal}`;
    case 'prediction':
      return `prediction ${entry.ordinal} ${entry.trial}`;
    case 'score':
      return `score ${entry.ordinal} ${entry.trial} ${entry.metric}`;
  }
}

function compare(a: Entry, b: Entry): number {
  const [one, other] = [place(a), place(b)];
  return one.map((value, index) => value - (other[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

function place(entry: Entry): readonly number[] {
  return [entry.ordinal, entry.type === 'row' ? -1 : entry.trial, entry.type === 'score' ? entry.metric : -1];
}

function trialsOf(predictions: readonly PredictionEntry[], scores: readonly ScoreEntry[]): readonly StoredTrial[] {
  const numbers = new Set([...predictions, ...scores].map(({ trial }) => trial));
  return [...numbers]
    .sort((a, b) => a - b)
    .map((trial) => {
      const prediction = predictions.find((entry) => entry.trial === trial);
      const ofTrial = scores.filter((entry) => entry.trial === trial);
      return {
        trial,
        ...(prediction === undefined ? {} : { prediction: prediction.result }),
        scores: new Map<number, Score>(ofTrial.map(({ metric, score }) => [metric, score])),
      };
    });
}
