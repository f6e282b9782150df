import { createTouchstone, type EvaluationResult } from '@touchstone/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import classic, { type Label } from './index.ts';

type Rows = readonly { readonly target: Label; readonly prediction: Label; readonly probabilities?: readonly number[] }[];

function evaluateRows(data: Rows): Promise<EvaluationResult> {
  return createTouchstone({ plugins: [classic()] }).evaluate({
    data,
    targets: 'target',
    predictions: 'prediction',
    modelType: 'classifier',
  });
}

async function picturesOf(results: EvaluationResult): Promise<Readonly<Record<string, string>>> {
  const names = Object.keys(results.artifacts).filter((name) => name.endsWith('.svg'));
  const read = async (name: string) => [name, new TextDecoder().decode(await results.readArtifact(name))] as const;
  return Object.fromEntries(await Promise.all(names.map(read)));
}

/** Tags with quoted attributes, and text without a bare `<` or `&`; every tag is closed in its turn. */
function isWellFormed(svg: string): boolean {
  const open: string[] = [];
  let rest = svg.trimEnd();
  while (rest !== '') {
    const tag = /^<(?<close>\/?)(?<name>[a-z]+)(?: [a-zA-Z][\w:-]*="[^"<]*")*(?<empty>\/?)>/u.exec(rest);
    const text = /^(?:[^<&]|&(?:amp|lt|gt|quot);)+/u.exec(rest);
    const found = tag ?? text;
    if (found === null) return false;
    if (tag?.groups?.close === '/') {
      if (open.pop() !== tag.groups.name) return false;
    } else if (tag !== null && tag.groups?.empty !== '/') open.push(tag.groups?.name ?? '');
    rest = rest.slice(found[0].length);
  }
  return open.length === 0;
}

test('the check of this file can fail', () => {
  expect(['<a>', '<a><b></a></b>', '<a>x & y</a>', '<a b="<"/>'].map(isWellFormed)).toEqual([false, false, false, false]);
});

describe('pictures', () => {
  test('are XML whatever the labels are', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.constantFrom('<b>&"\'', ']]>', '\ud800', '\u0000\u001b', '한글 라벨'),
    );
    const labels = fc.uniqueArray(text, { minLength: 2, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(labels, async (names) => {
        const probabilities = names.map((_, at) => (at === 0 ? 1 : 0));
        const rows = names.map((target, at) => ({ target, prediction: names[at - 1] ?? target, probabilities }));
        for (const svg of Object.values(await picturesOf(await evaluateRows(rows)))) {
          expect(svg).toSatisfy(isWellFormed);
          // What XML 1.0 has no room for.
          expect(svg).not.toMatch(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('are all there, with a background of their own, light and dark, and a title for those who cannot see them', async () => {
    const rows: Rows = Array.from({ length: 30 }, (_, row) => ({
      target: row % 2,
      prediction: row % 3 === 0 ? 1 : 0,
      probabilities: [1 - row / 30, row / 30],
    }));
    const pictures = await picturesOf(await evaluateRows(rows));
    const titles = Object.entries(pictures).map(([name, svg]) => [
      name,
      /<title>(?<title>[^<]*)<\/title>/u.exec(svg)?.groups?.title,
    ]);
    expect(Object.fromEntries(titles)).toEqual({
      'confusion_matrix.svg': 'Confusion matrix',
      'roc_curve_plot.svg': 'ROC curve',
      'precision_recall_curve_plot.svg': 'Precision-recall curve',
      'lift_curve_plot.svg': 'Lift curve',
      'calibration_plot.svg': 'Calibration',
    });
    for (const svg of Object.values(pictures)) {
      expect(svg).toContain('@media (prefers-color-scheme:dark)');
      expect(svg).toContain('<rect class="page"');
      expect(svg).toContain('role="img"');
    }
  });

  test('stay small: a curve of 20,000 thresholds has at most some thousand points, the corners among them', async () => {
    const count = 20_000;
    const score = (row: number): number => ((row * 7919) % count) / count;
    const rows: Rows = Array.from({ length: count }, (_, row) => ({
      target: Number((row * 31) % 100 < 100 * score(row)),
      prediction: 1,
      probabilities: [1 - score(row), score(row)],
    }));
    const results = await evaluateRows(rows);
    for (const table of ['roc_curve', 'precision_recall_curve', 'lift_curve']) {
      const points = (await results.tables[table]?.toArray()) ?? [];
      expect(points.length).toBeGreaterThan(500);
      expect(points.length).toBeLessThanOrEqual(1_001);
    }
    const roc = (await results.tables.roc_curve?.toArray()) ?? [];
    expect([roc[0], roc.at(-1)]).toMatchObject([
      { false_positive_rate: 0, true_positive_rate: 0 },
      { false_positive_rate: 1, true_positive_rate: 1 },
    ]);
    // The area is computed of all thresholds: of the thinned curve it is the same to three digits.
    const area = roc.reduce((sum, point, index) => {
      const before = roc[index - 1] ?? point;
      return (
        sum +
        ((Number(point.false_positive_rate) - Number(before.false_positive_rate)) *
          (Number(point.true_positive_rate) + Number(before.true_positive_rate))) /
          2
      );
    }, 0);
    expect(results.metrics.roc_auc).toBeCloseTo(area, 3);
  });
});
