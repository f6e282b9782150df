import { createTouchstone, evaluate } from '@touchstone/core';
import { expect, test } from 'vitest';
import readability, {
  ariGradeLevel,
  colemanLiauIndex,
  daleChallReadabilityScore,
  fleschKincaidGradeLevel,
  fleschReadingEase,
  gunningFog,
  linsearWriteFormula,
  smogIndex,
} from './index.ts';

const factories = {
  fleschKincaidGradeLevel,
  ariGradeLevel,
  fleschReadingEase,
  gunningFog,
  smogIndex,
  colemanLiauIndex,
  daleChallReadabilityScore,
  linsearWriteFormula,
};

const plain = 'The cat sat on the mat. It was a warm day.';
const dense = "The mitochondrion produces most of the cell's energy. It is found in nearly every eukaryotic organism.";

// Values of textstat 0.7.13.
test('each score comes with the counts that it is made of', async () => {
  const scores = await Promise.all(Object.values(factories).map((make) => make().score({ predictions: dense })));
  expect(scores).toEqual([
    { status: 'scored', value: 11.867500000000003, details: { words: 16, sentences: 2, syllables: 33 } },
    { status: 'scored', value: 8.180625, details: { characters: 87, tokens: 16, words: 16, sentences: 2 } },
    { status: 'scored', value: 24.22750000000002, details: { words: 16, sentences: 2, syllables: 33 } },
    { status: 'scored', value: 15.700000000000001, details: { words: 16, sentences: 2, complexWords: 5 } },
    { status: 'scored', value: 13.023866798666859, details: { sentences: 2, polysyllables: 6 } },
    { status: 'scored', value: 10.950000000000003, details: { letters: 84, words: 16, sentences: 2 } },
    {
      status: 'scored',
      value: 9.954550000000001,
      details: { words: 16, sentences: 2, unfamiliarWords: 6, difficultWords: 5 },
    },
    { status: 'scored', value: 6, details: { easyWords: 10, hardWords: 6, sentences: 2 } },
  ]);
});

test('results have MLflow’s keys, and lower is better for all but reading ease', async () => {
  const metrics = Object.values(factories).map((make) => make());
  expect(metrics.filter(({ greaterIsBetter }) => greaterIsBetter).map(({ name }) => name)).toEqual(['flesch_reading_ease']);
  const results = await evaluate({ data: [{ a: plain }, { a: dense }], predictions: 'a', extraMetrics: metrics });
  expect(Object.keys(results.metrics)).toEqual(
    [
      'flesch_kincaid_grade_level',
      'ari_grade_level',
      'flesch_reading_ease',
      'gunning_fog',
      'smog_index',
      'coleman_liau_index',
      'dale_chall_readability_score',
      'linsear_write_formula',
    ].flatMap((name) => ['mean', 'variance', 'p90'].map((aggregate) => `${name}/v1/${aggregate}`)),
  );
  expect(results.metrics['flesch_kincaid_grade_level/v1/mean']).toBeCloseTo((-1.645 + 11.8675) / 2, 12);
  const [first] = (await results.tables.eval_results_table.toArray()) ?? [];
  expect(first?.['ari_grade_level/v1/score']).toBe(-4.978181818181817);
});

test('text that is not English is skipped with the reason, unless it is asked for', async () => {
  const korean = { predictions: '서울은 대한민국의 수도이다.' };
  expect(await fleschKincaidGradeLevel().score(korean)).toEqual({
    status: 'skipped',
    code: 'not-english',
    reason: 'more than half of its letters are outside the Latin script, and the metric is made for English',
  });
  const results = await evaluate({
    data: [korean, { predictions: 'The 수도 of Korea is 서울.' }, { predictions: '' }],
    predictions: 'predictions',
    extraMetrics: [ariGradeLevel(), ariGradeLevel({ name: 'any', anyLanguage: true })],
  });
  expect(results.coverage).toEqual({
    'ari_grade_level/v1': { scored: 2, skipped: 1, failed: 0, reasons: { 'not-english': 1 } },
    'any/v1': { scored: 3, skipped: 0, failed: 0, reasons: {} },
  });
});

test('metrics of one row that read different columns have their own counts', async () => {
  const results = await evaluate({
    data: [{ plain, dense }],
    predictions: 'plain',
    extraMetrics: [
      fleschReadingEase(),
      fleschReadingEase({ name: 'other', columns: { predictions: 'dense' } }),
      fleschReadingEase({ name: 'again' }),
    ],
  });
  expect(results.metrics).toMatchObject({
    'flesch_reading_ease/v1/mean': 116.6525,
    'other/v1/mean': 24.22750000000002,
    'again/v1/mean': 116.6525,
  });
});

test('only the first row waits for the dictionaries', async () => {
  const metric = fleschKincaidGradeLevel();
  await metric.score({ predictions: plain });
  if (metric.form !== 'row') throw new Error(metric.form);
  const work = {
    rowKey: '',
    trial: 0,
    signal: new AbortController().signal,
    log: { info: () => undefined, warn: () => undefined },
    random: () => 0,
    ask: nobody,
    fetch: nobody,
    generate: nobody,
    embed: nobody,
  };
  const item = { columns: { predictions: plain }, scores: {}, prediction: { latencyMs: 0 }, work };
  const models = {
    model: () => {
      throw new Error('there are no models');
    },
  };
  expect(metric.scoreItems([item], models)).toEqual([
    { status: 'scored', value: -1.6449999999999996, details: { words: 11, sentences: 2, syllables: 11 } },
  ]);
});

test('cells that are no text are skipped', async () => {
  // As rows from a file come: their types are not known to the compiler.
  const data: Record<string, unknown>[] = [{ a: 3 }, { a: null }, { a: plain }];
  const results = await evaluate({ data, predictions: 'a', extraMetrics: [smogIndex()] });
  expect(results.coverage['smog_index/v1']).toMatchObject({ scored: 1, skipped: 2 });
});

test('signatures say whose rules these are, and there is something to know of each', () => {
  expect(smogIndex().about).toEqual({
    formula: '1.043 · √(30 · polysyllables / sentences) + 3.1291; polysyllables: words of three syllables and more',
    source: 'McLaughlin, 1969; values of textstat 0.7.13',
    caution:
      'sees lengths and not sense. Made for English prose of some hundred words: code, lists and short answers get numbers that mean little; made for texts of 30 sentences',
  });
  expect(fleschKincaidGradeLevel().signature).toBe('flesch_kincaid_grade_level|v1|rules:textstat/0.7.13|anyLanguage:no');
  expect(gunningFog({ anyLanguage: true, name: 'fog' }).signature).toBe('gunning_fog|v1|rules:textstat/0.7.13|anyLanguage:yes');
});

test.each(Object.entries(factories))('%s says how to make it again in a worker', (name, make) => {
  expect(make({ anyLanguage: true }).spec).toEqual({
    module: '@touchstone/metric-readability',
    export: name,
    options: { anyLanguage: true },
  });
  expect(make().origin?.url).toMatch(/readability-metrics\.ts$/u);
});

test('data in another language is not scored at all, unless it is asked for', async () => {
  const data = [{ a: 'Das ist ein Satz.' }];
  const touchstone = createTouchstone({ plugins: [readability()] });
  const results = await touchstone.evaluate({
    data,
    predictions: 'a',
    extraMetrics: ['gunning_fog', smogIndex({ anyLanguage: true })],
    language: 'de',
  });
  expect(results.skippedMetrics).toEqual([{ name: 'gunning_fog', reason: "it is made for English, and language is 'de'" }]);
  expect(Object.keys(results.coverage)).toEqual(['smog_index/v1']);
});

test('options that there are not, and values that they cannot have, are refused', () => {
  expect(() => ariGradeLevel({ ...JSON.parse('{"anyLanguages": true}') })).toThrow(
    "ari_grade_level has no option 'anyLanguages'. Did you mean 'anyLanguage'?",
  );
  expect(() => ariGradeLevel({ ...JSON.parse('{"anyLanguage": "no"}') })).toThrow(
    'ari_grade_level\'s anyLanguage must be true or false, not "no".',
  );
});

test('the plug-in brings the preset’s metrics, and its options configure them', async () => {
  const request = { data: [{ a: '안녕하세요' }], predictions: 'a', modelType: 'text' } as const;
  const byDefault = await createTouchstone({ plugins: [readability()] }).evaluate(request);
  expect(byDefault.signatures).toEqual({
    'flesch_kincaid_grade_level/v1': 'flesch_kincaid_grade_level|v1|rules:textstat/0.7.13|anyLanguage:no',
    'ari_grade_level/v1': 'ari_grade_level|v1|rules:textstat/0.7.13|anyLanguage:no',
  });
  const anyLanguage = await createTouchstone({ plugins: [readability({ anyLanguage: true })] }).evaluate(request);
  expect(anyLanguage.coverage).toMatchObject({
    'flesch_kincaid_grade_level/v1': { scored: 1 },
    'ari_grade_level/v1': { scored: 1 },
  });
});

function nobody(): Promise<never> {
  return Promise.reject(new Error('there is nobody to ask'));
}
