import type { Entry, PredictionEntry, RowEntry, Score, ScoreEntry, StoredRow, StoredTrial } from '@touchstone/core';

/** What a journal must say after these entries, worked out the slow and obvious way: the first entry of a key counts. */
export function referenceJournal(entries: readonly Entry[]): {
  readonly rows: readonly StoredRow[];
  readonly scores: readonly ScoreEntry[];
} {
  const first = new Map<string, Entry>();
  for (const entry of entries) if (!first.has(keyOf(entry))) first.set(keyOf(entry), entry);
  const kept = [...first.values()].sort(compare);
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
