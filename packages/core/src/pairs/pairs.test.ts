import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTouchstone, defineMetric, EvaluationResult, metric, type PairedRun, type PairRow, skipped } from '../index.ts';
import { joinByKey } from './join-by-key.ts';

const length = metric('length_', ({ predictions }) => predictions.length);
const questions = [
  { inputs: '환불은 어떻게 받나요?', ground_truth: '영수증을 보낸다.' },
  { inputs: 'Where is my parcel?', ground_truth: 'On its way.' },
  { inputs: 'Do you open on Sunday?', ground_truth: 'No.' },
];

function touchstone() {
  const made = createTouchstone();
  const answered = (
    name: string,
    data: readonly object[],
    answer: (inputs: string) => string | { answer: string },
    more: object = {},
  ) =>
    made.evaluate({
      data,
      model: ({ inputs }: { inputs: string }) => answer(inputs),
      extraMetrics: [length],
      run: { name },
      ...more,
    } as never);
  const rows = async (...runs: readonly PairedRun[]): Promise<PairRow[]> => {
    const [first = '', second = '', ...more] = runs;
    const all: PairRow[] = [];
    for await (const row of made.pairs(first, second, ...more).rows()) all.push(row);
    return all;
  };
  return { made, answered, rows };
}

describe('pairs', () => {
  test('are the outputs of two runs, row by row, with what both were asked', async () => {
    const { answered, rows, made } = touchstone();
    await answered('mini', questions, (inputs) => `mini: ${inputs}`, { targets: 'ground_truth' });
    await answered('big', questions, (inputs) => `big: ${inputs}`, { targets: 'ground_truth' });
    expect(await rows('mini', 'big')).toEqual(
      questions.map(({ inputs, ground_truth }) => ({
        inputs,
        ground_truth,
        output_a: `mini: ${inputs}`,
        output_b: `big: ${inputs}`,
        system_a: 'mini',
        system_b: 'big',
        row_key: expect.stringMatching(/^[\w-]{22}$/u),
      })),
    );
    expect(made.pairs('mini', 'big')).toMatchObject({ name: 'mini vs big', rereadable: true, inputs: 'inputs' });
  });

  test('do not depend on the order of the rows', async () => {
    const { answered, rows } = touchstone();
    await answered('a', questions, (inputs) => `a ${inputs}`);
    await answered('b', questions.toReversed(), (inputs) => `b ${inputs}`);
    const paired = await rows('a', 'b');
    expect(paired.map(({ output_b }) => output_b)).toEqual(questions.map(({ inputs }) => `b ${inputs}`));
  });

  test('what has no partner is there, and says so', async () => {
    const { answered, rows } = touchstone();
    const [first, second, third] = questions;
    await answered('a', [first, second] as object[], (inputs) => {
      if (inputs.startsWith('Where')) throw new Error('down');
      return 'a';
    });
    await answered('b', [third, second, first] as object[], () => 'b');
    expect(
      (await rows('a', 'b')).map(({ inputs, output_a, output_b, unpaired }) => ({ inputs, output_a, output_b, unpaired })),
    ).toEqual([
      { inputs: first?.inputs, output_a: 'a', output_b: 'b', unpaired: undefined },
      { inputs: second?.inputs, output_a: null, output_b: 'b', unpaired: 'a has no output for it' },
      { inputs: third?.inputs, output_a: null, output_b: 'b', unpaired: 'a has no such row' },
    ]);
  });

  test('of runs that have no row in common are an error that says how rows are paired', async () => {
    const { answered, made } = touchstone();
    await answered('a', questions.slice(0, 1), () => 'a');
    await answered('b', questions.slice(1), () => 'b');
    await expect(made.plan({ data: made.pairs('a', 'b'), extraMetrics: [length] })).rejects.toMatchObject({
      code: 'no-pairs',
      message:
        'a and b have no row in common with two outputs: rows are paired by their keys, which are ids or hashes of the inputs (a: inputs; b: inputs).',
    });
  });

  test('three runs are three pairs; trials are paired by their number', async () => {
    const { answered, rows } = touchstone();
    for (const name of ['a', 'b', 'c']) await answered(name, questions.slice(0, 1), () => name, { trials: 2 });
    expect((await rows('a', 'b', 'c')).map(({ output_a, output_b, trial }) => [output_a, output_b, trial])).toEqual([
      ['a', 'b', 0],
      ['a', 'b', 1],
      ['a', 'c', 0],
      ['a', 'c', 1],
      ['b', 'c', 0],
      ['b', 'c', 1],
    ]);
  });

  test('named outputs of models, static predictions and several input columns', async () => {
    const { rows, made } = touchstone();
    const data = [{ question: '몇 시에?', place: 'Seoul', gold: '9' }];
    await made.evaluate({
      data,
      model: () => ({ answer: 'nine', source: 'x' }),
      predictions: 'answer',
      targets: 'gold',
      extraMetrics: [length],
      run: { name: 'model' },
    } as never);
    const given = data.map((row) => ({ ...row, said: '9시' }));
    await made.evaluate({
      data: given,
      predictions: 'said',
      targets: 'gold',
      inputs: ['place', 'question'],
      extraMetrics: [length],
      run: { name: 'static' },
    } as never);
    expect(await rows('model', 'static')).toEqual([
      {
        inputs: { place: 'Seoul', question: '몇 시에?' },
        question: '몇 시에?',
        place: 'Seoul',
        gold: '9',
        output_a: 'nine',
        output_b: '9시',
        system_a: 'model',
        system_b: 'static',
        row_key: expect.any(String),
      },
    ]);
  });

  test('names that come twice are told apart by ids; a run is not compared with itself', async () => {
    const { answered, rows } = touchstone();
    const one = await answered('mini', questions, () => 'one');
    const two = await answered('mini', questions, () => 'two');
    const [row] = await rows(one, two);
    expect([row?.system_a, row?.system_b]).toEqual([one, two].map(({ run }) => `mini (${run.id.slice(0, 8)})`));
    const [named] = await rows({ run: one, name: 'old' }, { run: two, name: 'new' });
    expect([named?.system_a, named?.system_b]).toEqual(['old', 'new']);
    await expect(rows(one, one)).rejects.toMatchObject({ code: 'bad-pairs' });
  });

  test('of two evaluations of one run, when they are named', async () => {
    const { made, rows } = touchstone();
    await made.withRun({ name: 'both' }, async (run) => {
      for (const answer of ['x', 'y'])
        await run.evaluate({ data: questions, model: () => answer, extraMetrics: [length] } as never);
    });
    await expect(rows('both', 'both')).rejects.toMatchObject({
      code: 'evaluation-not-chosen',
      message: "Run both holds 2 evaluations: say which one is compared, e.g. pairs({ run: 'both', evaluation: 1 }, …).",
    });
    const [row] = await rows({ run: 'both', evaluation: 1 }, { run: 'both', evaluation: 2 });
    expect(row).toMatchObject({ output_a: 'x', output_b: 'y' });
  });

  test('an unknown run is said before anything is asked', async () => {
    const { made } = touchstone();
    await expect(made.plan({ data: made.pairs('nobody', '@last'), extraMetrics: [length] })).rejects.toMatchObject({
      code: 'run-not-found',
    });
  });
});

describe('pairs of saved results', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pairs-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('are those of the runs', async () => {
    const { made, rows } = touchstone();
    for (const name of ['a', 'b']) {
      const result = await made.evaluate({
        data: questions,
        model: () => ({ answer: name }),
        targets: 'ground_truth',
        extraMetrics: [length],
        run: { name },
      } as never);
      await result.save(join(folder, name));
    }
    const saved = [await EvaluationResult.load(join(folder, 'a')), await EvaluationResult.load(join(folder, 'b'))];
    expect(await rows(...saved)).toEqual(await rows('a', 'b'));
    expect((await rows(...saved))[0]).toMatchObject({ output_a: 'a', output_b: 'b' });
  });
});

test('a join has every item once, in the order of the first, whatever the orders are', async () => {
  const keys = fc.uniqueArray(fc.integer({ min: 0, max: 12 }));
  async function* from(items: readonly number[]): AsyncGenerator<number> {
    yield* items;
  }
  await fc.assert(
    fc.asyncProperty(keys, keys, async (first, second) => {
      const joined: (readonly [number | undefined, number | undefined])[] = [];
      for await (const { a, b } of joinByKey(from(first), from(second), String)) joined.push([a, b]);
      const rest = second.filter((key) => !first.includes(key));
      expect(joined.slice(0, first.length)).toEqual(first.map((key) => [key, second.includes(key) ? key : undefined]));
      expect(
        joined
          .slice(first.length)
          .map(([, b]) => b)
          .toSorted(),
      ).toEqual(rest.toSorted());
    }),
  );
});

test('what the scores of a metric say together stands beside its aggregates, also where the run is read back', async () => {
  const made = createTouchstone();
  const spread = defineMetric({
    name: 'spread',
    version: 'v1',
    greaterIsBetter: true,
    needs: ['predictions'],
    scoreRow: ({ predictions }) =>
      predictions === '' ? skipped('empty') : { value: predictions.length, details: { half: predictions.length / 2 } },
    summary: () => {
      const seen: [number, string][] = [];
      return {
        add: ({ details }, { cluster }) => {
          seen.push([(details as { half: number }).half, cluster]);
        },
        conclude: () => ({
          metrics: { halves: seen.reduce((sum, [half]) => sum + half, 0) },
          intervals: { halves: { estimate: 3, low: 2, high: 4, level: 0.95, method: 't', n: seen.length } },
          warnings: [`clusters ${seen.map(([, cluster]) => cluster).join(', ')}`],
        }),
      };
    },
  });
  const result = await made.evaluate({
    data: [
      { q: 'a', answer: 'four' },
      { q: 'b', answer: '' },
      { q: 'c', answer: '한글' },
    ],
    predictions: 'answer',
    cluster: 'q',
    extraMetrics: [spread()],
  } as never);
  for (const one of [result, await made.result('@last')]) {
    expect(one.metrics['spread/v1/halves']).toBe(3);
    expect(one.intervals['spread/v1/halves']).toMatchObject({ low: 2, high: 4, n: 2 });
    expect(one.warnings).toContain('spread: clusters a, c');
  }
});
