import { uniforms } from '../rouge/uniforms.ts';

/** Rows of each model type, the same ones on every machine. */
export const ROWS = { retriever: retrieverRow, classifier: classifierRow, regressor: regressorRow } as const;

export type ModelType = keyof typeof ROWS;

export function makeRows(modelType: ModelType, count: number): readonly object[] {
  const next = uniforms(modelType.length);
  return Array.from({ length: count }, () => ROWS[modelType](next));
}

/** Ten documents retrieved and five relevant ones, of fifty that are about. */
function retrieverRow(next: () => number): object {
  const documents = (wanted: number): readonly string[] => {
    const chosen = new Set<string>();
    while (chosen.size < wanted) chosen.add(`doc-${Math.floor(next() * 50)}`);
    return [...chosen];
  };
  return { predictions: documents(10), targets: documents(5) };
}

/** Two labels, four of ten rows positive, and probabilities that are mostly right. */
function classifierRow(next: () => number): object {
  const targets = next() < 0.4 ? 1 : 0;
  const positive = Math.min(1, Math.max(0, (targets === 1 ? 0.62 : 0.38) + (next() - 0.5) * 0.7));
  return { predictions: positive > 0.5 ? 1 : 0, targets, probabilities: [1 - positive, positive] };
}

function regressorRow(next: () => number): object {
  const targets = 10 * next();
  return { predictions: targets + next() - 0.5, targets };
}
