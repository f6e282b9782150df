import { evaluate } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import { type ContainsOptions, contains } from './index.ts';

const yes = { status: 'scored', value: true };
const no = (...missing: string[]) => ({ status: 'scored', value: false, details: { missing } });

describe('needles of the option', () => {
  test.each<[Partial<ContainsOptions> & { needles: string | string[] }, string, object]>([
    [{ needles: '서울' }, '수도는 서울입니다', yes],
    [{ needles: '서울' }, '수도는 부산입니다', no('서울')],
    [{ needles: 'cat' }, 'concatenate', yes],
    [{ needles: 'Cat' }, 'concatenate', no('Cat')],
    [{ needles: 'Cat', ignoreCase: true }, 'conCATenate', yes],
    [{ needles: ['a', 'b'] }, 'ba', yes],
    [{ needles: ['a', 'b', 'c'] }, 'xbx', no('a', 'c')],
    [{ needles: ['a', 'b'], mode: 'any' }, 'xbx', { status: 'scored', value: true, details: { missing: ['a'] } }],
    [{ needles: ['a', 'b'], mode: 'any' }, 'xyz', no('a', 'b')],
    [{ needles: 'a  b', ignoreWhitespace: true }, 'x a\nb y', yes],
    [{ needles: '한국'.normalize('NFD') }, '대한민국 한국', no('한국'.normalize('NFD'))],
    [{ needles: '한국'.normalize('NFD'), normalization: 'NFC' }, '대한민국 한국', yes],
    [{ needles: '$5.00' }, 'costs $5.00', yes],
    [{ needles: 'a' }, '', no('a')],
    [{ needles: '\ud83d' }, '😀', no('\ud83d')],
    [{ needles: '\ude00' }, '😀', no('\ude00')],
    [{ needles: '\ud83d' }, '😀\ud83d', yes],
    [{ needles: 'constructor' }, '{"__proto__": {}}', no('constructor')],
  ])('%j in %j', async (options, predictions, score) => {
    expect(await contains(options).score({ predictions })).toEqual(score);
  });

  test('of great length that repeat themselves', async () => {
    const [text, needle] = ['ab'.repeat(500_000), `${'ab'.repeat(100_000)}a${'ab'.repeat(100_000)}`];
    expect(await contains({ needles: needle }).score({ predictions: text })).toEqual(no(needle));
    expect(await contains({ needles: needle }).score({ predictions: `${text}a${text}` })).toEqual(yes);
    expect(await contains({ needles: 'ab'.repeat(300) }).score({ predictions: `x${'ab'.repeat(300)}` })).toEqual(yes);
    expect(
      await contains({ needles: `${'ab'.repeat(300)}\ud83d` }).score({ predictions: `${'ab'.repeat(300)}😀` }),
    ).toMatchObject({ value: false });
  });
});

describe('needles of each row', () => {
  test.each<[unknown, object]>([
    ['Paris', yes],
    [['Paris', 'France'], yes],
    [['Paris', 'Rome'], no('Rome')],
    ['', { status: 'skipped', code: 'not-applicable', reason: 'the target has an empty text, which every text contains' }],
    [
      [],
      {
        status: 'skipped',
        code: 'wrong-type',
        reason: "'targets' has the wrong type: it must be a text, or a list of at least one text",
      },
    ],
    [
      7,
      {
        status: 'skipped',
        code: 'wrong-type',
        reason: "'targets' has the wrong type: it must be a text, or a list of at least one text",
      },
    ],
  ])('%j', async (targets, score) => {
    const row = { predictions: 'Paris is in France', targets } as { predictions: string; targets: string };
    expect(await contains().score(row)).toEqual(score);
  });
});

test('the result is the share of rows with a Wilson interval', async () => {
  const data = ['yes, a refund', 'no', 'a Refund', 'refunds', 7].map((answer) => ({ answer }));
  const results = await evaluate({ data, predictions: 'answer', extraMetrics: [contains({ needles: 'refund' }) as never] });
  expect(results.metrics).toEqual({ 'contains/v1/mean': 0.5 });
  // Wilson, k = 2, n = 4: scipy.stats.binomtest(2, 4).proportion_ci(method='wilson')
  expect(results.intervals['contains/v1/mean']?.low).toBeCloseTo(0.15003899, 6);
  expect(results.intervals['contains/v1/mean']?.high).toBeCloseTo(0.84996101, 6);
  expect(results.coverage['contains/v1']).toEqual({ scored: 4, skipped: 1, failed: 0, reasons: { 'not-text': 1 } });
});

test('targets are needed only where no needle is given', async () => {
  const request = { data: [{ answer: 'yes' }], predictions: 'answer' } as const;
  expect((await evaluate({ ...request, extraMetrics: [contains({ needles: 'y' })] })).metrics).toEqual({ 'contains/v1/mean': 1 });
  // @ts-expect-error there is no column of targets
  await expect(evaluate({ ...request, extraMetrics: [contains({ mode: 'any' })] })).rejects.toThrow('contains needs targets');
});

test('the signature has the options that were changed, and the spec all that were given', () => {
  expect(contains().signature).toBe('contains|v1');
  const made = contains({ needles: ['a', 'b'], mode: 'any', name: 'either' });
  expect(made.signature).toBe('contains|v1|needles:["a","b"]|mode:any');
  expect(made.spec).toEqual({
    module: '@touchstone/metric-text',
    export: 'contains',
    options: { needles: ['a', 'b'], mode: 'any', name: 'either' },
  });
  expect(made).toMatchObject({ name: 'either', needs: [{ name: 'predictions' }] });
});

test.each<[object, string]>([
  [{ needles: '' }, 'contains: a needle is an empty text, which every text contains.'],
  [{ needles: ['a', ''] }, 'contains: a needle is an empty text, which every text contains.'],
  [
    { needles: '...', ignorePunctuation: true },
    'contains: the needle "..." is empty once its options ignore what they ignore, and every text contains that.',
  ],
  [{ needles: [] }, 'contains: needles is [], and it must be a text, or a list of at least one text.'],
  [{ needles: 7 }, 'contains: needles is 7, and it must be a text, or a list of at least one text.'],
  [{ needles: 'a', mode: 'some' }, `contains: mode is "some", and it must be 'all' or 'any'.`],
  [{ needle: 'a' }, "contains has no option 'needle'. Did you mean 'needles'?"],
])('%j is refused', (options, sentence) => {
  expect(() => contains(options)).toThrow(sentence);
});
