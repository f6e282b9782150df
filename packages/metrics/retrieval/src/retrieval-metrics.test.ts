import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createTouchstone, evaluate, type Score } from '@touchstone/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import trecEval from './__fixtures__/trec-eval.json' with { type: 'json' };
import retrieval, {
  averagePrecision,
  type DocumentId,
  hitRate,
  ndcgAtK,
  precisionAtK,
  type RelevanceCell,
  recallAtK,
  reciprocalRank,
  rPrecision,
  standardNdcg,
} from './index.ts';

type Scorer = { score(row: { predictions: readonly DocumentId[] | string; targets: RelevanceCell }): Promise<Score> };

/** The value, or why there is none. */
async function scoreOf(metric: Scorer, predictions: readonly DocumentId[] | string, targets: RelevanceCell): Promise<unknown> {
  const score = await metric.score({ predictions, targets });
  if (score.status === 'scored') return typeof score.value === 'boolean' ? Number(score.value) : score.value;
  return score.status === 'skipped' ? `${score.code}: ${score.reason}` : score.error.message;
}

function near(got: unknown, wanted: number): boolean {
  return typeof got === 'number' && Math.abs(got - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));
}

/** Values of the real MLflow 2.22.5 and of definitions checked with trec_eval; empty where the folder is missing (vitest.config.ts). */
const goldenFolder = process.env.TOUCHSTONE_GOLDEN ?? '';

interface GoldenRow {
  readonly id: string;
  readonly retrieved: readonly DocumentId[];
  readonly targets: readonly DocumentId[];
  readonly k: number;
  readonly precision: number;
  readonly recall: number;
  readonly ndcg: number;
  readonly standard: Readonly<
    Record<
      'ndcg' | 'reciprocal_rank' | 'reciprocal_rank_at_k' | 'average_precision' | 'average_precision_at_k' | 'hit_at_k',
      number | null
    >
  >;
}

if (goldenFolder === '') {
  test.skip('golden values: the folder is missing', () => undefined);
} else {
  describe('2,000 rankings scored by MLflow and by the definitions of trec_eval', () => {
    const rows: readonly GoldenRow[] = gunzipSync(readFileSync(join(goldenFolder, 'text/retrieval.jsonl.gz')))
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const NO_TARGETS = 'no-relevant-document: the query has no relevant document';

    test('there are 2,000', () => {
      expect(rows).toHaveLength(2000);
    });

    test.each<[string, (k: number) => Scorer, (row: GoldenRow) => number | null]>([
      ['precision_at_k', (k) => precisionAtK({ k }), (row) => row.precision],
      ['recall_at_k', (k) => recallAtK({ k }), (row) => row.recall],
      ['ndcg_at_k', (k) => ndcgAtK({ k }), (row) => row.ndcg],
      ['standard nDCG', (k) => standardNdcg({ k }), (row) => row.standard.ndcg],
      ['reciprocal rank', () => reciprocalRank(), (row) => row.standard.reciprocal_rank],
      ['reciprocal rank at k', (k) => reciprocalRank({ k }), (row) => row.standard.reciprocal_rank_at_k],
      ['average precision', () => averagePrecision(), (row) => row.standard.average_precision],
      ['average precision at k', (k) => averagePrecision({ k }), (row) => row.standard.average_precision_at_k],
      ['hit rate at k', (k) => hitRate({ k }), (row) => row.standard.hit_at_k],
    ])('%s', async (_, make, expected) => {
      const wrong: unknown[] = [];
      for (const row of rows) {
        const [wanted, got] = [expected(row), await scoreOf(make(row.k), row.retrieved, row.targets)];
        if (wanted === null ? got !== NO_TARGETS : !near(got, wanted)) wrong.push([row.id, got, wanted]);
      }
      expect(wrong).toEqual([]);
    });
  });
}

test('graded relevance has the values of trec_eval', async () => {
  const wrong: unknown[] = [];
  for (const [index, { retrieved, relevance, values }] of trecEval.rows.entries()) {
    const grades = Object.fromEntries(Object.entries(relevance).filter(([, grade]) => grade !== undefined));
    const cases: readonly (readonly [Scorer, number])[] = [
      [standardNdcg(), values.ndcg],
      [standardNdcg({ k: 1 }), values.ndcg_cut_1],
      [standardNdcg({ k: 3 }), values.ndcg_cut_3],
      [standardNdcg({ k: 10 }), values.ndcg_cut_10],
      [averagePrecision(), values.map],
      [averagePrecision({ k: 3 }), values.map_cut_3],
      [reciprocalRank(), values.recip_rank],
      [rPrecision(), values.Rprec],
      [hitRate({ k: 1 }), values.success_1],
      [hitRate({ k: 10 }), values.success_10],
    ];
    for (const [at, [metric, wanted]] of cases.entries()) {
      const got = await scoreOf(metric, retrieved, grades);
      if (!near(got, wanted)) wrong.push([index, at, got, wanted]);
    }
  }
  expect(trecEval.rows.length).toBeGreaterThan(50);
  expect(wrong).toEqual([]);
});

describe('what MLflow does differently from the textbooks', () => {
  test('precision and nDCG know only what was retrieved', async () => {
    expect(await scoreOf(precisionAtK({ k: 3 }), ['a'], ['a', 'b', 'c'])).toBe(1);
    expect(await scoreOf(ndcgAtK({ k: 3 }), ['a'], ['a', 'b', 'c'])).toBe(1);
    // 1 / (1 + 1/log2 3 + 1/2)
    expect(await scoreOf(standardNdcg({ k: 3 }), ['a'], ['a', 'b', 'c'])).toBeCloseTo(1 / (1 + 1 / Math.log2(3) + 0.5), 12);
  });

  test('a repeated relevant document counts again', async () => {
    expect(await scoreOf(precisionAtK({ k: 3 }), ['x', 'a', 'a'], ['a'])).toBeCloseTo(2 / 3, 12);
    expect(await scoreOf(ndcgAtK({ k: 3 }), ['x', 'a', 'a'], ['a'])).toBeCloseTo(0.6934264036172708, 12);
    expect(await scoreOf(standardNdcg({ k: 3 }), ['x', 'a', 'a'], ['a'])).toBeCloseTo(1 / Math.log2(3), 12);
  });

  test('with nothing to find and nothing found, precision is 0, recall and nDCG are 1', async () => {
    expect(await scoreOf(precisionAtK(), [], [])).toBe(0);
    expect(await scoreOf(recallAtK(), [], [])).toBe(1);
    expect(await scoreOf(ndcgAtK(), [], [])).toBe(1);
  });
});

describe('gain', () => {
  test('of the exponential kind is 2^grade − 1', async () => {
    const targets = { a: 3, b: 1 };
    const discounts = [1, 1 / Math.log2(3)] as const;
    const wanted = (1 * discounts[0] + 7 * discounts[1]) / (7 * discounts[0] + 1 * discounts[1]);
    expect(await scoreOf(standardNdcg({ gain: 'exponential' }), ['b', 'a'], targets)).toBeCloseTo(wanted, 12);
  });

  test('of either kind is the same for a yes or no', async () => {
    const [predictions, targets] = [
      ['x', 'a', 'b'],
      ['a', 'b', 'c'],
    ];
    const linear = await scoreOf(standardNdcg(), predictions, targets);
    expect(await scoreOf(standardNdcg({ gain: 'exponential' }), predictions, targets)).toBe(linear);
  });
});

describe('cells', () => {
  test('the number 7 and the text "7" are two documents', async () => {
    expect(await scoreOf(precisionAtK(), [7, '7'], [7])).toBe(0.5);
    expect(await scoreOf(precisionAtK(), [7], ['7'])).toBe(0);
    expect(await scoreOf(hitRate(), [7], { 7: 1 })).toBe(0);
    expect(await scoreOf(hitRate(), [7], [{ id: 7, relevance: 1 }])).toBe(1);
  });

  test('may be the JSON text of a list, as in CSV', async () => {
    expect(await scoreOf(recallAtK(), '["가", "나"]', ' ["나", "다"] ')).toBe(0.5);
    expect(await scoreOf(standardNdcg(), '["b", "a"]', '{"a": 2, "b": 1}')).toBe(
      await scoreOf(standardNdcg(), ['b', 'a'], { a: 2, b: 1 }),
    );
  });

  test('graded relevance can be written in several ways; a document of grade 0 or less is not relevant', async () => {
    const asObject = { a: 2, b: 0, c: -1, d: 1 };
    const asList = [{ id: 'a', relevance: 2 }, { id: 'b', relevance: 0 }, { id: 'c', relevance: -1 }, 'd'];
    for (const metric of [standardNdcg(), recallAtK(), averagePrecision()]) {
      expect(await scoreOf(metric, ['b', 'd', 'c'], asList)).toBe(await scoreOf(metric, ['b', 'd', 'c'], asObject));
    }
    expect(await scoreOf(recallAtK(), ['b', 'd', 'c'], asObject)).toBe(0.5);
    expect(await scoreOf(hitRate(), ['b'], { b: 0 })).toBe('no-relevant-document: the query has no relevant document');
  });

  test.each<[string, unknown, unknown, string]>([
    [
      'a bare text',
      'a',
      ['a'],
      "wrong-type: 'predictions' has the wrong type: it must be a list of document ids (texts or numbers), or the JSON text of one",
    ],
    [
      'an object',
      { a: 1 },
      ['a'],
      "wrong-type: 'predictions' has the wrong type: it must be a list of document ids (texts or numbers), or the JSON text of one",
    ],
    [
      'null in the list',
      ['a', null],
      ['a'],
      "wrong-type: 'predictions' has the wrong type: it holds null, which is no document id (a text, or a number that is exact)",
    ],
    [
      'a number that is not exact',
      [2 ** 53],
      ['a'],
      "wrong-type: 'predictions' has the wrong type: it holds 9007199254740992, which is no document id (a text, or a number that is exact)",
    ],
    [
      'a bare number',
      ['a'],
      7,
      "wrong-type: 'targets' has the wrong type: it must be a list of document ids (texts or numbers), graded ones ({ id, relevance } or an object id → relevance), or the JSON text of these",
    ],
    [
      'a grade that is no number',
      ['a'],
      { a: 'high' },
      'wrong-type: \'targets\' has the wrong type: document "a" has the relevance "high", which is no number',
    ],
    [
      'a nested list',
      ['a'],
      [['a']],
      'wrong-type: \'targets\' has the wrong type: it holds ["a"], which is no document id (a text, or a number that is exact)',
    ],
    ['null', null, ['a'], "missing-cell: 'predictions' is null"],
  ])('%s costs the row', async (_, predictions, targets, reason) => {
    expect(await scoreOf(precisionAtK(), predictions as string, targets as string)).toBe(reason);
  });
});

describe('options', () => {
  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '3' as unknown as number])('k = %s is refused', (k) => {
    const given = typeof k === 'string' ? `'${k}'` : k;
    for (const [name, make] of [
      ['precision_at_k', precisionAtK],
      ['reciprocal_rank', reciprocalRank],
      ['standard_ndcg', standardNdcg],
    ] as const) {
      expect(() => make({ k })).toThrow(`${name}: k must be a whole number of at least 1, and it is ${given}.`);
    }
  });

  test('an unknown gain is refused', () => {
    expect(() => standardNdcg({ gain: 'log' as 'linear' })).toThrow(
      "standard_ndcg: gain must be 'linear' or 'exponential', and it is 'log'.",
    );
  });

  test('k is part of the name and the signature', () => {
    expect([precisionAtK().name, precisionAtK({ k: 7 }).name, precisionAtK({ k: 7, name: 'p' }).name]).toEqual([
      'precision_at_3',
      'precision_at_7',
      'p',
    ]);
    expect([reciprocalRank().name, reciprocalRank({ k: 10 }).name]).toEqual(['reciprocal_rank', 'reciprocal_rank_at_10']);
    expect([ndcgAtK().signature, standardNdcg({ k: 5 }).signature, averagePrecision().signature]).toEqual([
      'ndcg_at_k|k:3',
      'standard_ndcg|v1|k:5|gain:linear',
      'average_precision|v1',
    ]);
  });
});

describe('in an evaluation', () => {
  const data = [
    { question: 'q1', found: ['a', 'x', 'b', 'y'], relevant: ['a', 'b'] },
    { question: 'q2', found: ['x', 'y', 'c'], relevant: ['c'] },
    { question: 'q3', found: '["d"]', relevant: '[]' },
  ];
  const request = { data, predictions: 'found', targets: 'relevant' } as const;

  test('the preset has three metrics at k = 3, which plug-in and config may change', async () => {
    const keysOf = async (options: { readonly k?: number }, evaluatorConfig = {}) => {
      const touchstone = createTouchstone({ plugins: [retrieval(options)] });
      const results = await touchstone.evaluate({ ...request, modelType: 'retriever', evaluatorConfig });
      return Object.keys(results.coverage);
    };
    const at = (k: number) => [`precision_at_${k}`, `recall_at_${k}`, `ndcg_at_${k}`];
    expect(await keysOf({})).toEqual(at(3));
    expect(await keysOf({ k: 5 })).toEqual(at(5));
    expect(await keysOf({ k: 5 }, { retrieverK: 2 })).toEqual(at(2));
    expect(await keysOf({}, { default: { retriever_k: 10 } })).toEqual(at(10));
    await expect(keysOf({}, { retriever_k: 0 })).rejects.toThrow(
      'precision_at_k: k must be a whole number of at least 1, and it is 0.',
    );
  });

  test('rates are means with an interval, and rows without relevant documents are left out', async () => {
    const results = await evaluate({ ...request, extraMetrics: [reciprocalRank(), hitRate({ k: 1 })] });
    expect(results.metrics).toMatchObject({ 'reciprocal_rank/v1/mean': 2 / 3, 'hit_rate_at_1/v1/mean': 0.5 });
    expect(results.intervals['hit_rate_at_1/v1/mean']?.method).toBe('wilson');
    expect(results.coverage['reciprocal_rank/v1']).toEqual({
      scored: 2,
      skipped: 1,
      failed: 0,
      reasons: { 'no-relevant-document': 1 },
    });
  });
});

describe('for any ranking', () => {
  const id = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constantFrom('1', '2', '가', '나'));
  const ids = fc.array(id, { maxLength: 12 });
  const k = fc.integer({ min: 1, max: 15 });

  test('scores are from 0 to 1, and a longer k finds no fewer documents', async () => {
    await fc.assert(
      fc.asyncProperty(ids, ids, k, async (predictions, targets, at) => {
        for (const make of [precisionAtK, recallAtK, ndcgAtK]) {
          const value = await scoreOf(make({ k: at }), predictions, targets);
          expect(value).toSatisfy((got) => typeof got === 'number' && got >= 0 && got <= 1);
        }
        const recalls = [
          await scoreOf(recallAtK({ k: at }), predictions, targets),
          await scoreOf(recallAtK({ k: at + 1 }), predictions, targets),
        ];
        expect(Number(recalls[1])).toBeGreaterThanOrEqual(Number(recalls[0]));
      }),
    );
  });

  test('without repeats, the textbook’s nDCG over as many documents as are relevant or retrieved is MLflow’s', async () => {
    const distinct = fc.uniqueArray(id, { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(distinct, distinct, async (predictions, targets) => {
        fc.pre(predictions.length >= targets.length);
        const k = predictions.length;
        expect(await scoreOf(standardNdcg({ k }), predictions, targets)).toBeCloseTo(
          Number(await scoreOf(ndcgAtK({ k }), predictions, targets)),
          12,
        );
      }),
    );
  });

  test('grades that differ in the last digit never give more than 1', async () => {
    const graded = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom(0.1 + 0.2, 0.3, 1, 1 - 2 ** -53), {
      minKeys: 1,
    });
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(['a', 'b', 'c', 'd']), graded, async (predictions, targets) => {
        expect(await scoreOf(standardNdcg(), predictions, targets)).toSatisfy((value) => typeof value === 'number' && value <= 1);
      }),
    );
  });
});
