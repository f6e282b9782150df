import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { evaluate, type Json, type ScoreValue } from '@touchstone/core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  ariGradeLevel,
  colemanLiauIndex,
  daleChallReadabilityScore,
  fleschKincaidGradeLevel,
  fleschReadingEase,
  gunningFog,
  linsearWriteFormula,
  smogIndex,
} from './index.ts';

/** By the name of the function of textstat 0.7.13. */
const metrics = {
  flesch_kincaid_grade: fleschKincaidGradeLevel({ anyLanguage: true }),
  automated_readability_index: ariGradeLevel({ anyLanguage: true }),
  flesch_reading_ease: fleschReadingEase({ anyLanguage: true }),
  gunning_fog: gunningFog({ anyLanguage: true }),
  smog_index: smogIndex({ anyLanguage: true }),
  coleman_liau_index: colemanLiauIndex({ anyLanguage: true }),
  dale_chall_readability_score: daleChallReadabilityScore({ anyLanguage: true }),
  linsear_write_formula: linsearWriteFormula({ anyLanguage: true }),
} as const;
type Name = keyof typeof metrics;
const names = Object.keys(metrics).filter(isName);

/** Which count of a metric's details is which count of textstat. */
const counts = [
  ['lexicon_count', 'flesch_kincaid_grade', 'words'],
  ['sentence_count', 'flesch_kincaid_grade', 'sentences'],
  ['syllable_count', 'flesch_kincaid_grade', 'syllables'],
  ['polysyllabcount', 'smog_index', 'polysyllables'],
  ['char_count', 'automated_readability_index', 'characters'],
  ['lexicon_count_with_punctuation', 'automated_readability_index', 'tokens'],
  ['letter_count', 'coleman_liau_index', 'letters'],
  ['difficult_words', 'dale_chall_readability_score', 'difficultWords'],
] as const;

/** Values of the real textstat 0.7.13; empty where the folder is missing (vitest.config.ts). */
const goldenFolder = process.env.TOUCHSTONE_GOLDEN ?? '';

if (goldenFolder === '') {
  test.skipIf(goldenFolder === '')('golden values: the folder is missing', () => undefined);
} else {
  const rows = readRows();

  describe('6,000 texts scored by textstat, to the last bit', () => {
    let scores: readonly ScoresOfRow[] = [];
    beforeAll(async () => {
      scores = await scoresOf(rows.map(({ text }) => text));
    });

    test('there are 6,000', () => {
      expect(scores).toHaveLength(6000);
    });

    test.each(names)('%s', (name) => {
      const wrong = rows.flatMap((row, index) => {
        const value = scores[index]?.[name]?.value;
        return value === row[name] ? [] : [`${row.id}: ${value}, not ${row[name]}`];
      });
      expect(wrong).toEqual([]);
    });

    test.each(counts)('%s is in the details of %s as %s', (count, name, detail) => {
      const wrong = rows.flatMap((row, index) => {
        const value = scores[index]?.[name]?.details[detail];
        return value === row[count] ? [] : [`${row.id}: ${value}, not ${row[count]}`];
      });
      expect(wrong).toEqual([]);
    });
  });

  test('MLflow’s aggregates of its two metrics', async () => {
    const textOf = new Map(rows.map(({ id, text }) => [id, text]));
    const groups = readGroups();
    expect(groups).toHaveLength(37);
    for (const { name, ids, mlflow_aggregates } of groups) {
      const results = await evaluate({
        data: ids.map((id) => ({ answer: textOf.get(id) ?? '' })),
        predictions: 'answer',
        extraMetrics: [metrics.flesch_kincaid_grade, metrics.automated_readability_index],
      });
      for (const [metric, aggregates] of Object.entries(mlflow_aggregates)) {
        for (const [aggregate, value] of Object.entries(aggregates)) {
          const ours = results.metrics[`${metric}/v1/${aggregate}`] ?? Number.NaN;
          expect(Math.abs(ours - value), `${name}: ${metric}/v1/${aggregate}`).toBeLessThanOrEqual(
            1e-9 * Math.max(1, Math.abs(value)),
          );
        }
      }
    }
  });
}

/** In the order of `names`, as textstat 0.7.13 gives them. */
const hostile: readonly (readonly [what: string, text: string, values: readonly number[]])[] = [
  ['the empty text', '', [0, 0, 0, 0, 0, 0, 0, 0]],
  ['white space alone', ' \n\t', [0, 0, 0, 0, 3.1291, 0, 0, 0]],
  ['punctuation alone', '.', [0, 0, 0, 0, 3.1291, 0, 0, -1]],
  ['a word without syllables', 'shh', [0, -6.800000000000001, 0, 0.4, 3.1291, -27.999999999999996, 19.476100000000002, -1]],
  [
    'words that every object of JavaScript has',
    'constructor __proto__ toString hasOwnProperty valueOf works.',
    [16.25, 24.744999999999997, -10.754999999999995, 22.400000000000002, 13.023866798666859, 31.466666666666672, 19.7241, 5],
  ],
  [
    'lone surrogates',
    'A lone \ud800 half and its \udc00 mate stay apart.',
    [0.8049999999999997, -2.8290000000000006, 103.54, 3.2, 3.1291, 0.8000000000000007, 6.00705, 3],
  ],
  [
    'a million combining marks',
    `a${'\u0301'.repeat(1_000_000)} stone rolls on.`,
    [-2.2299999999999986, 1177497.0550000002, 118.17500000000001, 1.6, 3.1291, -4.349999999999998, 7.7824, 1],
  ],
  [
    'a word of a million letters',
    'abcdefghij'.repeat(100_000),
    [
      2359984.8000000003, 4709979.07, -16919794.18, 40.400000000000006, 8.841846274778883, 5799954.600000001, 19.476100000000002,
      0.5,
    ],
  ],
  [
    'a word of 300,000 hyphens',
    `${'ex-'.repeat(300_000)}post`,
    [
      3539996.6000000006, 4238997.91, -25379878.779999997, 40.400000000000006, 8.841846274778883, 3479977.8000000003,
      19.476100000000002, 0.5,
    ],
  ],
  [
    'white space and controls that Python takes otherwise',
    'The cat\u0000sat\u001cdown here\u0085today.',
    [2.879999999999999, 3.678000000000001, 83.32000000000004, 2, 3.1291, 3.8000000000000007, 7.0425, 1.5],
  ],
  [
    'letters that change when they are lower-cased, and a ligature',
    '\u212aelvin İstanbul ΣΟΦΟΣ ﬁnds the way.',
    [
      4.450000000000003, 5.120000000000001, 73.84500000000001, 9.066666666666668, 8.841846274778883, 7.300000000000001,
      14.460766666666668, 3,
    ],
  ],
  [
    'Korean, where it is asked for',
    '서울은 대한민국의 수도이다. 한강이 도시를 가로질러 흐른다.',
    [-2.424999999999999, -1.5128571428571433, 118.6825, 1.4000000000000001, 3.1291, -3.542857142857141, 19.6001, 0.75],
  ],
  [
    'Korean words in English',
    'The 수도 of Korea is 서울, and it lies on the Han river.',
    [
      4.003076923076925, -0.43769230769230916, 89.51692307692309, 8.276923076923078, 8.841846274778883, -1.1230769230769262,
      10.354376923076924, 6.5,
    ],
  ],
];

test.each(hostile)('%s', async (_, text, values) => {
  const [scores] = await scoresOf([text]);
  expect(names.map((name) => scores?.[name]?.value)).toEqual(values);
});

interface Row {
  readonly id: string;
  readonly text: string;
  readonly [column: string]: Json;
}

function readRows(): readonly Row[] {
  const lines = gunzipSync(readFileSync(join(goldenFolder, 'text/texts.jsonl.gz'))).toString('utf8');
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

interface Group {
  readonly name: string;
  readonly ids: readonly string[];
  readonly mlflow_aggregates: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

function readGroups(): readonly Group[] {
  return JSON.parse(readFileSync(join(goldenFolder, 'text/corpus.json'), 'utf8')).text_groups;
}

type ScoresOfRow = Readonly<Record<string, { readonly value: ScoreValue; readonly details: Readonly<Record<string, unknown>> }>>;

/** Of all metrics together, by the name in textstat. */
async function scoresOf(texts: readonly string[]): Promise<readonly ScoresOfRow[]> {
  const results = await evaluate({
    data: texts.map((text) => ({ text })),
    predictions: 'text',
    extraMetrics: Object.values(metrics),
  });
  return Array.fromAsync(results.rows(), ({ scores }) =>
    Object.fromEntries(
      names.flatMap((name) => {
        const score = scores[metrics[name].name];
        return score?.status === 'scored' ? [[name, { value: score.value, details: { ...Object(score.details) } }]] : [];
      }),
    ),
  );
}

function isName(name: string): name is Name {
  return name in metrics;
}
