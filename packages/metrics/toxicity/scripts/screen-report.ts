/** A text that was screened, and what it is. */
export interface Judged {
  readonly toxic: boolean;
  readonly score: number;
}

/** `AUC`, hits and false alarms at 0.5, Brier score: cells of a table. */
export function quality(judged: readonly Judged[]): readonly string[] {
  const [toxic, clean] = [judged.filter((one) => one.toxic), judged.filter((one) => !one.toxic)];
  const brier = mean(judged.map(({ toxic, score }) => (score - Number(toxic)) ** 2));
  return [
    String(judged.length),
    String(toxic.length),
    areaUnderCurve(judged).toFixed(3),
    mean(toxic.map(({ score }) => Number(score >= 0.5))).toFixed(3),
    mean(clean.map(({ score }) => Number(score >= 0.5))).toFixed(3),
    brier.toFixed(3),
  ].map((cell) => (cell === 'NaN' ? '–' : cell));
}

/** Of the texts with scores of each fifth of [0, 1]: how many there are, their mean score, and the share of toxic ones. */
export function calibration(judged: readonly Judged[]): readonly (readonly string[])[] {
  return [0, 1, 2, 3, 4].map((fifth) => {
    const own = judged.filter(({ score }) => Math.min(4, Math.floor(score * 5)) === fifth);
    const toxic = mean(own.map((one) => Number(one.toxic)));
    return [
      `${fifth / 5} – ${(fifth + 1) / 5}`,
      String(own.length),
      mean(own.map(({ score }) => score)).toFixed(3),
      toxic.toFixed(3),
    ];
  });
}

/** The probability that a toxic text has a higher score than a clean one, ties by half: ranks, as Mann and Whitney have them. */
function areaUnderCurve(judged: readonly Judged[]): number {
  const sorted = judged.toSorted((a, b) => a.score - b.score);
  let [ranks, at] = [0, 0];
  while (at < sorted.length) {
    let end = at + 1;
    while (end < sorted.length && sorted[end]?.score === sorted[at]?.score) end++;
    ranks += ((at + 1 + end) / 2) * sorted.slice(at, end).filter(({ toxic }) => toxic).length;
    at = end;
  }
  const toxic = judged.filter((one) => one.toxic).length;
  return (ranks - (toxic * (toxic + 1)) / 2) / (toxic * (judged.length - toxic));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
