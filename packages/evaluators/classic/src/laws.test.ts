import { createTouchstone, type Metric } from '@touchstone/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  accuracyScore,
  cohenKappa,
  f1Score,
  type Label,
  logLoss,
  mae,
  matthewsCorrcoef,
  precisionRecallAuc,
  precisionScore,
  r2Score,
  recallScore,
  rmse,
  rocAuc,
} from './index.ts';

/** What holds for any data, by definitions that are slow, or by changes that must change nothing. */

interface Case {
  readonly target: Label;
  readonly prediction: Label;
  readonly probability: number;
  readonly weight: number;
}

const touchstone = createTouchstone();

async function valuesOf(cases: readonly Case[], metrics: readonly Metric[], weighted: 'weighted' | 'plain' = 'plain') {
  const results = await touchstone.evaluate({
    data: cases.map(({ target, prediction, probability, weight }) => ({
      ...{ target, prediction, probabilities: [1 - probability, probability] },
      ...(weighted === 'weighted' ? { sample_weights: weight } : {}),
    })),
    predictions: 'prediction',
    targets: 'target',
    extraMetrics: [...metrics, accuracyScore({ name: 'any' })],
  });
  return (name: string): number => results.metrics[name] ?? Number.NaN;
}

const label = fc.constantFrom(0, 1);
/** Halves and quarters: ties occur, and sums are exact. */
const probability = fc.integer({ min: 0, max: 8 }).map((eighths) => eighths / 8);
const aCase = fc.record({ target: label, prediction: label, probability, weight: fc.integer({ min: 0, max: 4 }) });
const cases = fc.array(aCase, { minLength: 2, maxLength: 30 });

describe('rankings', () => {
  test('the ROC area is the share of pairs in the right order, ties half', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (rows) => {
        const [ones, zeros] = [rows.filter(({ target }) => target === 1), rows.filter(({ target }) => target === 0)];
        fc.pre(ones.length > 0 && zeros.length > 0);
        const pairs = ones.flatMap((one) =>
          zeros.map((zero) => (one.probability > zero.probability ? 1 : one.probability === zero.probability ? 0.5 : 0)),
        );
        const share = pairs.reduce<number>((sum, pair) => sum + pair, 0) / pairs.length;
        expect((await valuesOf(rows, [rocAuc()]))('roc_auc')).toBeCloseTo(share, 12);
      }),
    );
  });

  test('the average precision is that of looking at every threshold', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (rows) => {
        const ones = rows.filter(({ target }) => target === 1).length;
        fc.pre(ones > 0 && ones < rows.length);
        const thresholds = [...new Set(rows.map((row) => row.probability))].sort((a, b) => b - a);
        let [sum, before] = [0, 0];
        for (const threshold of thresholds) {
          const called = rows.filter((row) => row.probability >= threshold);
          const hits = called.filter(({ target }) => target === 1).length;
          sum += ((hits - before) / ones) * (hits / called.length);
          before = hits;
        }
        expect((await valuesOf(rows, [precisionRecallAuc()]))('precision_recall_auc')).toBeCloseTo(sum, 12);
      }),
    );
  });
});

describe('weights', () => {
  test('of whole numbers are repetitions of the row', async () => {
    const metrics = [accuracyScore(), f1Score(), matthewsCorrcoef(), cohenKappa(), logLoss(), rocAuc(), precisionRecallAuc()];
    const names = [
      'accuracy_score',
      'f1_score',
      'matthews_corrcoef/v1',
      'cohen_kappa/v1',
      'log_loss',
      'roc_auc',
      'precision_recall_auc',
    ];
    await fc.assert(
      fc.asyncProperty(cases, async (rows) => {
        const repeated = rows.flatMap((row) => Array.from({ length: row.weight }, () => row));
        fc.pre(new Set(repeated.map(({ target }) => target)).size === 2);
        const [weighted, plain] = [await valuesOf(rows, metrics, 'weighted'), await valuesOf(repeated, metrics)];
        for (const name of names) expect(weighted(name), name).toBeCloseTo(plain(name), 10);
      }),
    );
  });

  test('that are all equal are none', async () => {
    const number = fc.integer({ min: -50, max: 50 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(number, number), { minLength: 2, maxLength: 20 }), async (pairs) => {
        const evaluateWith = (weight: number | undefined) =>
          touchstone.evaluate({
            data: pairs.map(([target, prediction]) => ({
              target,
              prediction,
              ...(weight === undefined ? {} : { sample_weights: weight }),
            })),
            targets: 'target',
            predictions: 'prediction',
            extraMetrics: [mae(), rmse(), r2Score()],
          });
        const [plain, weighted] = [(await evaluateWith(undefined)).metrics, (await evaluateWith(4)).metrics];
        for (const name of Object.keys(plain)) expect(weighted[name], name).toBeCloseTo(plain[name] ?? Number.NaN, 10);
      }),
    );
  });
});

describe('labels', () => {
  const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3, unit: 'grapheme' }), { minLength: 3, maxLength: 3 });
  const averages = ['macro', 'micro', 'weighted'] as const;
  const scores = averages.flatMap((average) => [
    precisionScore({ average, name: `p_${average}` }),
    recallScore({ average, name: `r_${average}` }),
    f1Score({ average, name: `f_${average}` }),
  ]);

  test('may be called anything', async () => {
    const three = fc.integer({ min: 0, max: 2 });
    const rows = fc.array(fc.record({ target: three, prediction: three, probability, weight: fc.constant(1) }), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(rows, names, async (numbered, called) => {
        const renamed = numbered.map((row) => ({
          ...row,
          target: called[row.target] ?? '',
          prediction: called[row.prediction] ?? '',
        }));
        const [before, after] = [await valuesOf(numbered, scores), await valuesOf(renamed, scores)];
        for (const average of averages) {
          for (const score of ['p', 'r', 'f']) {
            const name = `${score}_${average}`;
            expect(after(name), name).toBeCloseTo(before(name), 12);
          }
          // By their definitions: micro scores and weighted recall are the accuracy.
          expect(before('p_micro')).toBeCloseTo(before('any'), 12);
          expect(before('r_weighted')).toBeCloseTo(before('any'), 12);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('precision is the recall of targets and predictions that changed places', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (rows) => {
        const swapped = rows.map((row) => ({ ...row, target: row.prediction, prediction: row.target }));
        const metrics = [precisionScore(), recallScore(), matthewsCorrcoef()];
        const [before, after] = [await valuesOf(rows, metrics), await valuesOf(swapped, metrics)];
        fc.pre(!Number.isNaN(before('precision_score')));
        expect(after('recall_score')).toBeCloseTo(before('precision_score'), 12);
        expect(after('matthews_corrcoef/v1')).toBeCloseTo(before('matthews_corrcoef/v1'), 12);
      }),
    );
  });
});
