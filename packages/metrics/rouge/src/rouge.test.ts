import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RougeOutcome, rougeL, rougeLsum, rougeN } from './rouge.ts';
import { type TokenizedRow, tokenizeRow } from './tokenized-row.ts';
import { characterTokenizer, googleTokenizer, type Tokenizer, wordTokenizer } from './tokenizer.ts';

const measures = {
  rouge1: (row: TokenizedRow) => rougeN(row, 1),
  rouge2: (row: TokenizedRow) => rougeN(row, 2),
  rougeL,
  rougeLsum,
};
const names = ['rouge1', 'rouge2', 'rougeL', 'rougeLsum'] as const;

/** Values of the real rouge_score 0.1.2; empty where the folder is missing (vitest.config.ts). */
const goldenFolder = process.env.TOUCHSTONE_GOLDEN ?? '';
const golden = join(goldenFolder, 'text/pairs.jsonl.gz');

if (goldenFolder === '') {
  test.skipIf(goldenFolder === '')('golden values: the folder is missing', () => undefined);
} else {
  describe('6,000 pairs scored by rouge_score', () => {
    const pairs = readPairs();

    test('there are 6,000', () => {
      expect(pairs).toHaveLength(6000);
    });

    test.each(names)('%s: precision, recall and F', (name) => {
      const google = googleTokenizer();
      const wrong = pairs.flatMap((pair) => {
        const { precision, recall, fmeasure } = score(measures[name], pair.prediction, [pair.target], google);
        const { p, r, f } = pair[name];
        return near(precision, p) && near(recall, r) && near(fmeasure, f) ? [] : [pair.id];
      });
      expect(wrong).toEqual([]);
    });

    test.each(names)('%s with the stemmer: F', (name) => {
      const stemming = googleTokenizer({ useStemmer: true });
      const wrong = pairs.flatMap((pair) => {
        const { fmeasure } = score(measures[name], pair.prediction, [pair.target], stemming);
        return near(fmeasure, pair.stem[name]) ? [] : [pair.id];
      });
      expect(wrong).toEqual([]);
    });
  });
}

describe('traps that rouge_score sets', () => {
  test('of several longest subsequences the one that its walk finds counts', () => {
    expect(score(rougeLsum, 'a c\na', ['a a']).fmeasure).toBe(0.8);
  });

  test('a token counts at most as often as both sides have it', () => {
    expect(score(rougeLsum, 'a', ['a\na']).fmeasure).toBeCloseTo(2 / 3, 12);
  });

  test('a text of one token has no bigram, even when it is equal', () => {
    expect(score(measures.rouge2, 'Paris', ['Paris'])).toEqual(scored(0, 0, 0));
  });

  test('only a line feed ends a line', () => {
    expect(score(rougeLsum, 'a b\nc d', ['c d\na b'])).toEqual(scored(1, 1, 1));
    expect(score(rougeLsum, 'a b\rc d', ['c d\ra b'])).toEqual(scored(0.5, 0.5, 0.5));
  });

  test.each(names)('%s is 0 where a side has no token, also for equal texts', (name) => {
    for (const [prediction, target] of [
      ['', ''],
      ['', 'a b'],
      ['a b', ''],
      ['서울', '서울'],
      ['\n', '\n'],
    ] as const) {
      expect(score(measures[name], prediction, [target])).toEqual(scored(0, 0, 0));
    }
  });
});

describe('several references, as score_multi of rouge_score', () => {
  const references = ['the cat sat on the mat', 'a dog sat on a log', 'the mat sat'];

  test('the reference with the greatest F counts, for each measure on its own', () => {
    const prediction = 'the cat on the mat';
    expect(score(measures.rouge1, prediction, references)).toEqual(scored(1, 0.8333333333333334, 0.9090909090909091));
    expect(score(measures.rouge2, prediction, references)).toEqual(scored(0.75, 0.6, 0.6666666666666665));
    expect(score((row) => rougeN(row, 3), prediction, references)).toEqual(scored(1 / 3, 0.25, 0.28571428571428575));
    expect(score(rougeL, prediction, references)).toEqual(scored(1, 0.8333333333333334, 0.9090909090909091));
    expect(score(rougeLsum, prediction, references)).toEqual(scored(1, 0.8333333333333334, 0.9090909090909091));
  });

  test('of references with equal F the first counts', () => {
    expect(score(measures.rouge1, 'a b c d', ['a b x y z w', 'a'])).toEqual(scored(0.5, 1 / 3, 0.4));
    expect(score(measures.rouge1, 'a b c d', ['a', 'a b x y z w'])).toEqual(scored(0.25, 1, 0.4));
  });

  test('none is refused', () => {
    expect(() => tokenizeRow('a', [], googleTokenizer())).toThrow(new RangeError('ROUGE needs at least one reference text.'));
  });
});

describe('texts in other scripts', () => {
  test.each([
    ['words', wordTokenizer(), '서울은 한국의 수도입니다', '서울은 큰 도시입니다', 1 / 3],
    ['characters', characterTokenizer(), '서울은 수도', '서울은 도시', 2 / 4],
  ])('are scored by %s', (_, tokenizer, prediction, target, precision) => {
    expect(score(measures.rouge1, prediction, [target], tokenizer).precision).toBeCloseTo(precision, 12);
    expect(score(rougeLsum, prediction, [target], tokenizer).precision).toBeCloseTo(precision, 12);
  });

  test('runs of characters end at the end of a line in ROUGE-Lsum', () => {
    expect(score(rougeL, '서울\n시청', ['서울시청'], characterTokenizer())).toEqual(scored(1, 1, 1));
    expect(score(rougeLsum, '서울\n시청', ['서울시청'], characterTokenizer()).recall).toBeCloseTo(2 / 3, 12);
  });
});

describe('too much work is not scored', () => {
  test.each(names)('%s of two texts of 50 million characters', (name) => {
    const row = tokenizeRow('a '.repeat(25_000_000), ['b '.repeat(25_000_000)], googleTokenizer());
    expect(measures[name](row)).toEqual({ status: 'too-long', unit: 'characters', amount: 100_000_000, limit: 10_000_000 });
  });

  test('subsequences of two texts of a million tokens, while n-grams are counted', () => {
    const row = tokenizeRow('a b '.repeat(500_000), ['b a '.repeat(500_000)], googleTokenizer());
    expect(measures.rouge1(row)).toEqual(scored(1, 1, 1));
    expect(rougeL(row)).toEqual({ status: 'too-long', unit: 'steps', amount: 31_250_000_000, limit: 2 ** 30 });
    expect(rougeLsum(row)).toEqual({ status: 'too-long', unit: 'steps', amount: 31_251_000_000, limit: 2 ** 30 });
  });

  test('the sum over all references counts', () => {
    const text = 'a '.repeat(100_000);
    const row = tokenizeRow(text, [text, text, text, text], googleTokenizer());
    expect(rougeL(row)).toEqual({ status: 'too-long', unit: 'steps', amount: 1_250_000_000, limit: 2 ** 30 });
  });

  test('n-grams of a great n', () => {
    const text = 'a '.repeat(100_000);
    expect(rougeN(tokenizeRow(text, [text], googleTokenizer()), 10_000)).toEqual({
      status: 'too-long',
      unit: 'steps',
      amount: 2_000_000_000,
      limit: 2 ** 30,
    });
  });
});

test.each([0, -1, 1.5, Number.NaN])('ROUGE-N refuses n = %d', (n) => {
  expect(() => rougeN(tokenizeRow('a', ['a'], googleTokenizer()), n)).toThrow(
    new RangeError(`ROUGE-N needs a whole number n of at least 1, not ${n}.`),
  );
});

describe('whatever the texts are', () => {
  const word = fc.constantFrom('a', 'b', 'c', 'running', 'runs', '한', '\n', 'é');
  const text = fc.array(word, { maxLength: 60 }).map((words) => words.join(' '));

  test('swapping the texts swaps precision and recall of ROUGE-N and ROUGE-L', () => {
    fc.assert(
      fc.property(text, text, fc.integer({ min: 1, max: 4 }), (left, right, n) => {
        for (const measure of [rougeL, (row: TokenizedRow) => rougeN(row, n)]) {
          const forth = score(measure, left, [right]);
          const back = score(measure, right, [left]);
          expect([back.recall, back.precision]).toEqual([forth.precision, forth.recall]);
          expect(back.fmeasure).toBeCloseTo(forth.fmeasure, 12);
        }
      }),
    );
  });

  test('precision, recall and F are from 0 to 1', () => {
    fc.assert(
      fc.property(text, fc.array(text, { minLength: 1, maxLength: 3 }), (prediction, references) => {
        for (const name of names) {
          const { precision, recall, fmeasure } = score(measures[name], prediction, references);
          for (const value of [precision, recall, fmeasure]) expect(value >= 0 && value <= 1).toBe(true);
        }
      }),
    );
  });

  test('equal texts score 1, if they have an n-gram', () => {
    fc.assert(
      fc.property(text, (same) => {
        const tokens = googleTokenizer().split(same).length;
        for (const [measure, least] of [
          [measures.rouge1, 1],
          [measures.rouge2, 2],
          [rougeL, 1],
          [rougeLsum, 1],
        ] as const) {
          expect(score(measure, same, [same])).toEqual(tokens < least ? scored(0, 0, 0) : scored(1, 1, 1));
        }
      }),
    );
  });
});

function score(
  measure: (row: TokenizedRow) => RougeOutcome,
  prediction: string,
  references: readonly string[],
  tokenizer: Tokenizer = googleTokenizer(),
) {
  const outcome = measure(tokenizeRow(prediction, references, tokenizer));
  if (outcome.status !== 'scored') throw new Error(`Not scored: ${JSON.stringify(outcome)}`);
  return outcome;
}

function scored(precision: number, recall: number, fmeasure: number): RougeOutcome {
  return { status: 'scored', precision, recall, fmeasure };
}

function near(ours: number, theirs: number): boolean {
  return Math.abs(ours - theirs) <= 1e-9 * Math.max(1, Math.abs(theirs));
}

interface Values {
  readonly p: number;
  readonly r: number;
  readonly f: number;
}

type Pair = { readonly id: string; readonly prediction: string; readonly target: string } & {
  readonly [name in (typeof names)[number]]: Values;
} & { readonly stem: { readonly [name in (typeof names)[number]]: number } };

function readPairs(): readonly Pair[] {
  const lines = gunzipSync(readFileSync(golden)).toString('utf8').trimEnd().split('\n');
  return lines.map((line): Pair => JSON.parse(line));
}
