import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTouchstone, type EvaluationResult, type Row } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import classic, {
  balancedAccuracy,
  cohenKappa,
  f1Score,
  type Label,
  matthewsCorrcoef,
  precisionScore,
  recallScore,
} from './index.ts';

/** Values of MLflow 2.22.5 and scikit-learn 1.9.1; empty where the folder is missing (vitest.config.ts). */
const folder = process.env.TOUCHSTONE_GOLDEN ?? '';

/** A number, `"NaN"` or `"Infinity"`; where Python raised, an object that says so. */
type Recorded = number | string | { readonly error: string };

interface Classification {
  readonly id: string;
  readonly y_true: readonly Label[];
  readonly y_pred: readonly Label[];
  readonly y_proba?: readonly (readonly number[])[];
  readonly sample_weights?: readonly number[];
  readonly pos_label?: Label;
  readonly label_list?: readonly Label[];
  readonly average?: string;
  readonly expected: {
    readonly error?: string;
    readonly label_list?: readonly Label[];
    readonly kind?: string;
    readonly positive_label?: Label;
    readonly metrics?: Readonly<Record<string, Recorded>>;
    readonly roc_auc?: Recorded;
    readonly precision_recall_auc?: Recorded;
    readonly per_class?: readonly Row[] | { readonly error: string };
    readonly roc_curve?: Readonly<Record<'fpr' | 'tpr' | 'thresholds', readonly Recorded[]>>;
    readonly pr_curve?: Readonly<Record<'precision' | 'recall' | 'thresholds', readonly Recorded[]>>;
    readonly confusion_matrix_normalized?: readonly (readonly number[])[];
    readonly sklearn?: Readonly<Record<string, readonly Recorded[] | Recorded>>;
  };
}

interface Regression {
  readonly id: string;
  readonly y_true: readonly number[];
  readonly y_pred: readonly number[];
  readonly sample_weights?: readonly number[];
  readonly expected: Readonly<Record<string, Recorded>>;
}

if (folder === '') {
  test.skip('golden values: the folder is missing', () => undefined);
} else {
  const golden: { readonly classification: readonly Classification[]; readonly regression: readonly Regression[] } = JSON.parse(
    readFileSync(join(folder, 'text/classic.json'), 'utf8'),
  );

  describe('234 classifications as MLflow’s classifier evaluates them', () => {
    test('there are 234', () => {
      expect(golden.classification).toHaveLength(234);
    });

    test.each(golden.classification)('$id', async (one) => {
      const { expected } = one;
      const results = await classify(one);
      const wrong: unknown[] = [];
      const compare = (what: string, got: unknown, wanted: unknown): void => {
        if (!same(got, wanted)) wrong.push([what, got, wanted]);
      };
      const { error, ...metrics } = { error: expected.error, ...expected.metrics };
      for (const [name, wanted] of Object.entries(metrics)) if (name !== 'message') compare(name, results.metrics[name], wanted);
      if (error !== undefined) expectNoScores(results);
      if (one.y_proba !== undefined && expected.kind === 'binary') {
        compare('roc_auc', results.metrics.roc_auc, expected.roc_auc);
        compare('precision_recall_auc', results.metrics.precision_recall_auc, expected.precision_recall_auc);
      }
      if (Array.isArray(expected.per_class))
        compare('per_class', await tableOf(results, 'per_class_metrics'), expected.per_class);
      if (expected.confusion_matrix_normalized !== undefined)
        compare('confusion matrix', await matrixOf(results, expected.label_list ?? []), expected.confusion_matrix_normalized);
      // With the first label as the positive one, MLflow draws the curve of that label with the probabilities of the other.
      if (one.pos_label === undefined || one.pos_label === [...(expected.label_list ?? [])].sort(byLabel).at(-1)) {
        if (expected.roc_curve !== undefined) compare('ROC', await rocOf(results), rocPoints(expected.roc_curve));
        if (expected.pr_curve !== undefined)
          compare('precision and recall', await precisionRecallOf(results), precisionRecallPoints(expected.pr_curve));
      }
      expect(wrong).toEqual([]);
    });

    test.each(golden.classification.filter(({ expected }) => expected.sklearn !== undefined))(
      '$id: scikit-learn',
      async (one) => {
        const { sklearn = {} } = one.expected;
        const averages = ['macro', 'micro', 'weighted'] as const;
        const results = await createTouchstone({ plugins: [classic()] }).evaluate({
          ...requestOf(one),
          extraMetrics: [
            balancedAccuracy(),
            matthewsCorrcoef(),
            cohenKappa(),
            ...averages.flatMap((average) => [
              precisionScore({ average, name: `${average}_precision` }),
              recallScore({ average, name: `${average}_recall` }),
              f1Score({ average, name: `${average}_f1` }),
            ]),
          ],
        });
        const wrong: unknown[] = [];
        for (const [name, wanted] of Object.entries(sklearn)) {
          if (Array.isArray(wanted)) continue;
          const key = {
            matthews_corrcoef: 'matthews_corrcoef/v1',
            balanced_accuracy: 'balanced_accuracy/v1',
            cohen_kappa: 'cohen_kappa/v1',
          }[name];
          const got = results.metrics[key ?? name];
          if (!same(got, wanted)) wrong.push([name, got, wanted]);
        }
        expect(wrong).toEqual([]);
      },
    );
  });

  describe('112 regressions as MLflow’s regressor evaluates them', () => {
    test('there are 112', () => {
      expect(golden.regression).toHaveLength(112);
    });

    test.each(golden.regression)('$id', async ({ y_true, y_pred, sample_weights, expected }) => {
      const results = await createTouchstone({ plugins: [classic()] }).evaluate({
        data: y_true.map((target, row) => ({ target, prediction: y_pred[row] ?? 0 })),
        predictions: 'prediction',
        targets: 'target',
        modelType: 'regressor',
        evaluatorConfig: sample_weights === undefined ? {} : { sample_weights },
      });
      const wrong = Object.entries(expected).filter(([name, wanted]) => !same(results.metrics[name], wanted));
      expect(wrong.map(([name, wanted]) => [name, results.metrics[name], wanted])).toEqual([]);
    });
  });
}

function requestOf({ y_true, y_pred, y_proba, sample_weights }: Classification) {
  return {
    data: y_true.map((target, row) => ({
      target,
      prediction: y_pred[row] ?? '',
      ...(y_proba === undefined ? {} : { probabilities: y_proba[row] ?? [] }),
      ...(sample_weights === undefined ? {} : { sample_weights: sample_weights[row] ?? Number.NaN }),
    })),
    predictions: 'prediction',
    targets: 'target',
  } as const;
}

function classify(one: Classification): Promise<EvaluationResult> {
  const { pos_label, label_list, average } = one;
  return createTouchstone({ plugins: [classic()] }).evaluate({
    ...requestOf(one),
    modelType: 'classifier',
    evaluatorConfig: { pos_label, label_list, average },
  });
}

/** Where Python raised there is no number, and a reason. */
function expectNoScores(results: EvaluationResult): void {
  for (const name of ['true_positives', 'precision_score', 'recall_score', 'f1_score']) {
    expect(results.metrics[name]).toBeUndefined();
    expect(results.skippedMetrics.find((skipped) => skipped.name === name)?.reason).toMatch(/label/u);
  }
}

/** The pass mark of the golden files. What Python raised over, and NaN, is a number that is absent here. */
function same(got: unknown, wanted: unknown): boolean {
  if (wanted === 'NaN' || (typeof wanted === 'object' && wanted !== null && 'error' in wanted)) return got === undefined;
  if (typeof wanted === 'number')
    return typeof got === 'number' && Math.abs(got - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));
  if (Array.isArray(wanted))
    return Array.isArray(got) && got.length === wanted.length && wanted.every((one, at) => same(got[at], one));
  if (typeof wanted === 'object' && wanted !== null) {
    const [left, right] = [Object.entries(Object(got)), Object.entries(wanted)];
    return left.length === right.length && right.every(([key, value]) => same(Object(got)[key], value));
  }
  return got === wanted;
}

async function tableOf(results: EvaluationResult, name: string): Promise<readonly Row[]> {
  return (await results.tables[name]?.toArray()) ?? [];
}

async function matrixOf(results: EvaluationResult, labels: readonly Label[]): Promise<readonly (readonly number[])[]> {
  const cells = await tableOf(results, 'confusion_matrix');
  const share = (target: Label, prediction: Label): number =>
    Number(cells.find((cell) => cell.target === target && cell.prediction === prediction)?.share_of_target ?? 0);
  return labels.map((target) => labels.map((prediction) => share(target, prediction)));
}

async function rocOf(results: EvaluationResult): Promise<unknown> {
  const points = await tableOf(results, 'roc_curve');
  return points.map((point) => [point.false_positive_rate, point.true_positive_rate, point.threshold]);
}

/** Our table has no curve where a rate is not a number. */
function rocPoints(curve: Readonly<Record<'fpr' | 'tpr' | 'thresholds', readonly Recorded[]>>): unknown {
  if ([...curve.fpr, ...curve.tpr].includes('NaN')) return [];
  return curve.fpr.map((fpr, at) => [fpr, curve.tpr[at], curve.thresholds[at] === 'Infinity' ? null : curve.thresholds[at]]);
}

async function precisionRecallOf(results: EvaluationResult): Promise<unknown> {
  const points = await tableOf(results, 'precision_recall_curve');
  return points.map((point) => [point.precision, point.recall, point.threshold]);
}

function precisionRecallPoints(curve: Readonly<Record<'precision' | 'recall' | 'thresholds', readonly Recorded[]>>): unknown {
  return curve.precision.map((precision, at) => [precision, curve.recall[at], curve.thresholds[at] ?? null]);
}

function byLabel(a: Label, b: Label): number {
  return a < b ? -1 : 1;
}
