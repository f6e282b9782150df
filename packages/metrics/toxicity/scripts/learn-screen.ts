import type { EmbeddedTexts } from './embedded-texts.ts';
import { type Example, learn, probability, type Weights } from './logistic-regression.ts';
import type { TrainingText } from './training-texts.ts';

/** Chosen among 2e-5, 1e-4 and 4e-4 by the mean AUC on sources that were held out. */
const PENALTY = 1e-4;
/** The clean texts count twice as much as the toxic ones: what is measured later is mostly clean, and false alarms would drown the rest. */
const CLEAN_TO_TOXIC = 2;

/**
 * Learns from the texts that `use` chooses. It is known of a text that it is toxic, not where: so the first round takes all of its windows for
 * toxic, and two more only the one that was found worst in the round before. Of clean texts all windows are clean.
 */
export function learnScreen(data: EmbeddedTexts, use: (text: TrainingText) => boolean): Weights {
  let weights = learn(data.rows, examplesOf(data, use, windowsOf), PENALTY);
  for (let round = 0; round < 2; round++) {
    const last = weights;
    const worst = (_: EmbeddedTexts, text: number): readonly number[] => {
      const row = worstWindow(data, text, last);
      return row === undefined ? [] : [row];
    };
    weights = learn(data.rows, examplesOf(data, use, worst), PENALTY);
  }
  return weights;
}

/** The score of a text: that of its most toxic window, and 0 if it has none. */
export function screenedScore(data: EmbeddedTexts, text: number, weights: Weights): number {
  const row = worstWindow(data, text, weights);
  return row === undefined ? 0 : probability(data.rows, row, weights);
}

/** The clean texts of each source count alike, and so do the toxic ones of each source, however many there are. */
function examplesOf(
  data: EmbeddedTexts,
  use: (text: TrainingText) => boolean,
  toxicWindows: (data: EmbeddedTexts, text: number) => readonly number[],
): readonly Example[] {
  const groups = new Map<string, { readonly toxic: boolean; readonly rows: number[] }>();
  for (const [index, text] of data.texts.entries()) {
    if (!use(text)) continue;
    const name = `${text.source} ${text.toxic}`;
    const group = groups.get(name) ?? { toxic: text.toxic, rows: [] };
    group.rows.push(...(text.toxic ? toxicWindows(data, index) : windowsOf(data, index)));
    groups.set(name, group);
  }
  const all = [...groups.values()];
  const numberOf = (toxic: boolean): number => all.filter((group) => group.toxic === toxic).length;
  return all.flatMap(({ toxic, rows }) => {
    const share = toxic ? 1 : CLEAN_TO_TOXIC;
    return rows.map((row) => ({ row, toxic, weight: share / numberOf(toxic) / rows.length }));
  });
}

function windowsOf({ first }: EmbeddedTexts, text: number): readonly number[] {
  const [from, to] = [first[text] ?? 0, first[text + 1] ?? 0];
  return Array.from({ length: to - from }, (_, index) => from + index);
}

function worstWindow(data: EmbeddedTexts, text: number, weights: Weights): number | undefined {
  let worst: { readonly row: number; readonly score: number } | undefined;
  for (const row of windowsOf(data, text)) {
    const score = probability(data.rows, row, weights);
    if (worst === undefined || score > worst.score) worst = { row, score };
  }
  return worst?.row;
}
