import { expect, test } from 'vitest';
import { createTouchstone, defineMetric, definePlugin, evaluate } from '../index.ts';

const words = defineMetric({
  name: 'words',
  greaterIsBetter: true,
  options: { by: 'blanks' },
  needs: ['predictions'],
  forLanguage: (language) => (language === 'ko' ? { by: 'syllables' } : {}),
  scoreRow: ({ predictions }, { options }) => predictions.split(options.by === 'blanks' ? ' ' : '').length,
});
const english = defineMetric({
  name: 'english',
  greaterIsBetter: true,
  options: { anyLanguage: false },
  needs: ['predictions'],
  languages: ({ anyLanguage }) => (anyLanguage ? undefined : ['en']),
  scoreRow: () => 1,
});

const touchstone = createTouchstone({
  plugins: [
    definePlugin({
      name: 'ours',
      metrics: [words, english],
      modelTypes: [{ name: 'letters', metrics: ['words', 'english'].map((name) => ({ name, package: 'ours' })) }],
    }),
  ],
});
const data = [{ answer: '네 그래요' }];

test('metrics of a preset take the options that suit the language, and those made for another are skipped', async () => {
  const korean = await touchstone.evaluate({ data, predictions: 'answer', modelType: 'letters', language: 'ko-KR' });
  expect(korean.metrics['words/mean']).toBe(5);
  expect(korean.signatures.words).toBe('words|by:syllables');
  expect(korean.skippedMetrics).toEqual([{ name: 'english', reason: "it is made for English, and language is 'ko'" }]);
  const any = await touchstone.evaluate({ data, predictions: 'answer', modelType: 'letters' });
  expect(any.metrics).toMatchObject({ 'words/mean': 2, 'english/mean': 1 });
});

test('a metric asked for by name suits the language too; one that was made stays as it is', async () => {
  const named = await touchstone.evaluate({ data, predictions: 'answer', extraMetrics: ['words'], language: 'ko' });
  expect(named.metrics['words/mean']).toBe(5);
  const made = await touchstone.evaluate({ data, predictions: 'answer', extraMetrics: [words()], language: 'ko' });
  expect(made.metrics['words/mean']).toBe(2);
});

test('a metric made for another language is skipped even when it is asked for, unless an option of it says otherwise', async () => {
  const options = { data, predictions: 'answer', language: 'ko' } as const;
  await expect(evaluate({ ...options, extraMetrics: [english()] })).rejects.toThrow(
    "Every metric was skipped, so there is nothing to compute:\n  english: it is made for English, and language is 'ko'",
  );
  const results = await evaluate({ ...options, extraMetrics: [english({ anyLanguage: true })] });
  expect(results.metrics['english/mean']).toBe(1);
});

test('what is no language tag is refused', async () => {
  await expect(evaluate({ data, predictions: 'answer', extraMetrics: [words()], language: 'Korean, please' })).rejects.toThrow(
    "evaluate: 'language' must be a language tag such as 'ko' or 'en', and it is 'Korean, please'.",
  );
});
