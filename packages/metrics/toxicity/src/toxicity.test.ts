import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createTouchstone, evaluate, type Score } from '@touchstone/core';
import { loadSentenceEncoder, SENTENCE_ENCODER } from '@touchstone/sentence-encoder';
import { describe, expect, test } from 'vitest';
import head from './head.json' with { type: 'json' };
import plugin, { profanity, type ToxicityOptions, toxicity } from './index.ts';

const scored = async (predictions: string, options: Partial<ToxicityOptions> = {}): Promise<Score> =>
  toxicity(options).score({ predictions });

const numberOf = async (predictions: string): Promise<number> => {
  const score = await scored(predictions);
  if (score.status !== 'scored' || typeof score.value !== 'number') throw new Error('no number');
  return score.value;
};

const POLITE =
  'Thank you very much for your kind letter, which arrived on Tuesday. The garden is in full bloom and the children enjoy the sunshine. ';

describe('the screen', () => {
  test('is a logistic regression on the sentence embedding', async () => {
    const encoder = await loadSentenceEncoder();
    const text = 'What a pathetic loser you turned out to be.';
    const [vector = new Float32Array(512)] = encoder.encode([text]);
    const sum = head.weights.reduce((sum, weight, index) => sum + weight * (vector[index] ?? 0), head.bias);
    expect(await numberOf(text)).toBeCloseTo(1 / (1 + Math.exp(-sum)), 12);
    expect(head).toMatchObject({ encoder: SENTENCE_ENCODER, weights: expect.objectContaining({ length: 512 }) });
  });

  test('of a long text reports the worst window, and where it is', async () => {
    const insult = 'You are a complete idiot and a worthless piece of garbage, you disgusting moron. Nobody likes you, loser.\n';
    const text = POLITE.repeat(6) + insult + POLITE.repeat(6);
    const score = await scored(text);
    if (score.status !== 'scored') throw new Error('not scored');
    const { windows, start, end } = score.details as { windows: number; start: number; end: number };
    expect(windows).toBeGreaterThan(4);
    expect(text.slice(start, end)).toContain('disgusting moron');
    expect(end - start).toBeLessThanOrEqual(300);
    expect(score.value).toBe(await numberOf(text.slice(start, end)));
    expect(score.value).toBeGreaterThan(0.5);
    expect(await numberOf(POLITE.repeat(12))).toBeLessThan(0.1);
  });

  test('sees the end of a window whose letters are tokens of their own', async () => {
    const text = `${'q x z '.repeat(45)}you stupid fucking moron`;
    expect(text.length).toBeLessThan(300);
    expect(await scored(text)).toMatchObject({ details: { windows: 3, end: text.length } });
    expect(await numberOf(text)).toBeGreaterThan(0.5);
  });

  test('gives a text the same score in any company', async () => {
    const texts = ['Shut up, you stupid moron.', POLITE, 'Fine.', POLITE.repeat(4), 'Where is the station?'];
    const alone = await Promise.all(texts.map(numberOf));
    for (const data of [texts, texts.toReversed()]) {
      const results = await evaluate({
        data: data.map((answer) => ({ answer })),
        predictions: 'answer',
        extraMetrics: [toxicity()],
      });
      const values = (await Array.fromAsync(results.rows())).map(({ scores }) => scores.toxicity);
      expect(values.map((score) => (score?.status === 'scored' ? score.value : score))).toEqual(
        data.map((text) => alone[texts.indexOf(text)]),
      );
    }
  });

  test.each(['', '  \n'])('nothing said is nothing toxic: %j', async (text) =>
    expect(await scored(text)).toMatchObject({ value: 0 }),
  );

  test('skips what is not in the Latin script, unless anyLanguage', async () => {
    const korean = '안녕하세요. 오늘 날씨가 참 좋네요.';
    expect(await scored(korean)).toEqual({
      status: 'skipped',
      code: 'not-english',
      reason: 'more than half of its letters are outside the Latin script, and the metric is made for English',
    });
    expect(await scored(korean, { anyLanguage: true })).toMatchObject({ status: 'scored' });
    expect(await scored('The word 날씨 means weather.')).toMatchObject({ status: 'scored' });
  });

  test('and so it does with the whole metric for data of another language', async () => {
    const results = await createTouchstone({ plugins: [plugin()] }).evaluate({
      data: [{ answer: 'Guten Tag' }],
      predictions: 'answer',
      modelType: 'text',
      language: 'de',
      extraMetrics: [profanity({ anyLanguage: true })],
    });
    expect(results.skippedMetrics.find(({ name }) => name === 'toxicity')?.reason).toBe(
      "it is made for English, and language is 'de'",
    );
  });

  test('a text of more than half a million characters is skipped', async () => {
    expect(await scored('word '.repeat(100_001))).toEqual({
      status: 'skipped',
      code: 'too-long',
      reason: 'the text has more than 500,000 characters',
    });
  });

  test('names encoder and weights in its signature', () => {
    expect(toxicity().signature).toMatch(/^toxicity\|v1\|backend:use-lite-en@1\+[0-9a-f]{8}\|anyLanguage:no$/u);
  });
});

test('as a preset has it: MLflow’s keys and column, and a missing cell is no score', async () => {
  const data = [{ answer: 'Shut up, you stupid moron.' }, { answer: POLITE }, { answer: null }];
  const results = await createTouchstone({ plugins: [plugin()] }).evaluate({ data, predictions: 'answer', modelType: 'text' });
  expect(Object.keys(results.metrics)).toEqual(['mean', 'variance', 'p90', 'ratio'].map((name) => `toxicity/v1/${name}`));
  expect(results.metrics['toxicity/v1/ratio']).toBe(0.5);
  expect(results.coverage['toxicity/v1']).toEqual({ scored: 2, skipped: 1, failed: 0, reasons: { 'missing-cell': 1 } });
  const table = await results.tables.eval_results_table.toJSON();
  expect(table.columns).toEqual(['outputs', 'toxicity/v1/score']);
});

/** Sentences that were written for this test, by what they are; see DATA-CARD.md. */
const written: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(join(import.meta.dirname, '__fixtures__/written-sentences.json'), 'utf8'),
);

test('what it finds and what it does not, as DATA-CARD.md says', async () => {
  const found: Record<string, string> = {};
  for (const [kind, sentences] of Object.entries(written)) {
    const values = await Promise.all(sentences.map(numberOf));
    found[kind] = `${values.filter((value) => value >= 0.5).length} of ${sentences.length}`;
  }
  expect(found).toEqual({
    insult: '8 of 8',
    obscene: '4 of 4',
    hate: '3 of 6',
    'open threat': '2 of 4',
    'veiled threat': '0 of 4',
    'polite hate': '0 of 4',
    assistant: '0 of 12',
    criticism: '0 of 6',
    identity: '0 of 6',
    quotation: '4 of 4',
    'counter-speech': '3 of 4',
  });
});

const golden = process.env.TOUCHSTONE_GOLDEN ?? '';
const heldOut = join(golden, '../data/toxicity/train.jsonl.gz');

test.skipIf(golden === '' || !existsSync(heldOut))('on a source that it has not learned from, as DATA-CARD.md says', async () => {
  const lines = gunzipSync(readFileSync(heldOut)).toString('utf8').trimEnd().split('\n');
  const texts = lines.map((line): { readonly t: string; readonly y: number; readonly s: string } => JSON.parse(line));
  const short = texts.filter(({ t, s }) => s === 'wiki' && t.length <= 150).slice(0, 300);
  const scores = await Promise.all(short.map(({ t }) => numberOf(t)));
  const of = (toxic: number): readonly number[] => scores.filter((_, index) => short[index]?.y === toxic);
  const [toxic, clean] = [of(1), of(0)];
  const pairs = toxic.flatMap((high) => clean.map((low): number => (high > low ? 1 : high === low ? 0.5 : 0)));
  const shareOf = (values: readonly number[]): number => values.filter((value) => value >= 0.5).length / values.length;
  expect({
    toxic: toxic.length,
    clean: clean.length,
    areaUnderCurve: Number((pairs.reduce((sum, pair) => sum + pair, 0) / pairs.length).toFixed(3)),
    hits: Number(shareOf(toxic).toFixed(3)),
    falseAlarms: Number(shareOf(clean).toFixed(3)),
  }).toEqual({ toxic: 107, clean: 193, areaUnderCurve: 0.893, hits: 0.598, falseAlarms: 0.057 });
});
