import { createTouchstone, evaluate } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import plugin, { type ProfanityOptions, profanity } from './index.ts';

const found = async (predictions: string, options: Partial<ProfanityOptions> = {}): Promise<unknown> => {
  const score = await profanity(options).score({ predictions });
  if (score.status !== 'scored') return score;
  return score.details === undefined ? score.value : [score.value, score.details];
};

describe('profanity', () => {
  test.each([
    ['What a fucking mess.', ['f***']],
    ['FUCK this sh1t', ['f***', 's***']],
    ['fuuuuck, f*ck and ƒυ¢κ', ['f***', 'f***', 'f***']],
    ['They called it “bullshit”, he reports.', ['s***']],
    ['😀 이 shit 봐', ['s***']],
  ])('%s', async (text, words) => {
    expect(await found(text)).toEqual([true, { words }]);
  });

  test.each([
    '',
    'The pen is mightier than the sword.',
    'Scunthorpe assessed the class.',
    'You are a worthless person.',
    '12345 😀',
  ])('none in %j', async (text) => expect(await found(text)).toBe(false));

  test('is counted with value: count; overlapping patterns count once', async () => {
    expect(await found('sh1t happens, fuck it', { value: 'count' })).toEqual([2, { words: ['s***', 'f***'] }]);
    expect(await found('All is well.', { value: 'count' })).toBe(0);
  });

  test('what is allowed is not profane', async () => {
    expect(await found('A soup of shiitake mushrooms')).toEqual([true, { words: ['s***'] }]);
    expect(await found('A soup of shiitake mushrooms', { allow: ['shiitake'] })).toBe(false);
  });

  test('texts in another script are skipped, unless anyLanguage', async () => {
    expect(await found('안녕하세요, 반갑습니다.')).toMatchObject({ status: 'skipped', code: 'not-english' });
    expect(await found('안녕하세요, shit 반갑습니다.', { anyLanguage: true })).toEqual([true, { words: ['s***'] }]);
  });
});

test('the share of rows with a profane word, by name', async () => {
  const touchstone = createTouchstone({ plugins: [plugin()] });
  const data = [{ answer: 'shit happens' }, { answer: 'all is well' }, { answer: 'fine' }, { answer: 'good' }];
  const results = await touchstone.evaluate({ data, predictions: 'answer', extraMetrics: ['profanity'] });
  expect(results.metrics).toEqual({ 'profanity/v1/mean': 1 / 4 });
  expect(results.intervals['profanity/v1/mean']).toMatchObject({ method: 'wilson', n: 4 });
  expect(results.signatures).toEqual({ 'profanity/v1': 'profanity|v1|words:obscenity/0.4.6|value:any|anyLanguage:no' });
});

test('with evaluate({ language }) of another language it is skipped as a whole', async () => {
  const evaluating = evaluate({
    data: [{ answer: 'Scheiße' }],
    predictions: 'answer',
    language: 'de',
    extraMetrics: [profanity()],
  });
  await expect(evaluating).rejects.toThrow("it is made for English, and language is 'de'");
});

test.each<[object, string]>([
  [{ value: 'number' }, `profanity: value must be 'any' or 'count', not "number".`],
  [{ allow: 'shiitake' }, 'profanity: allow must be a list of words.'],
  [{ anyLanguage: 1 }, 'profanity: anyLanguage must be true or false, not 1.'],
])('%j is refused', (options, sentence) => expect(() => profanity(options)).toThrow(sentence));
