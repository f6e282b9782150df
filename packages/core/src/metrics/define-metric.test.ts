import { describe, expect, test } from 'vitest';
import {
  type Aggregation,
  aggregations,
  defineMetric,
  evaluate,
  type Item,
  latency,
  type Metric,
  metric,
  type ScoreResult,
  type StandardSchemaV1,
  signature,
  skipped,
} from '../index.ts';

const data = [{ answer: 'a' }, { answer: 'bb' }, { answer: 'ccc' }];
const request = { data, predictions: 'answer' } as const;
const json = JSON.parse;

async function failuresOf(made: Metric, rows: readonly object[] = data): Promise<unknown[]> {
  const results = await evaluate({ data: rows as typeof data, predictions: 'answer', extraMetrics: [made] });
  const scores: unknown[] = [];
  for await (const row of results.rows()) {
    const score = row.scores[made.name];
    scores.push(score?.status === 'failed' ? `${score.error.code}: ${score.error.message}` : score);
  }
  return scores;
}

describe('a metric of one line', () => {
  test('returns a boolean, a number, a label, or one of these with its reason', async () => {
    const answers: ScoreResult[] = [
      true,
      2,
      'label',
      { value: 1, justification: 'why', details: { n: 1 }, flags: ['odd'] },
      skipped('no'),
    ];
    for (const [index, answer] of answers.entries()) {
      const one = metric('one', () => answer, { needs: [] });
      const later = metric('one', async () => answer, { needs: [] });
      const expected = [
        { status: 'scored', value: true },
        { status: 'scored', value: 2 },
        { status: 'scored', value: 'label' },
        { status: 'scored', value: 1, justification: 'why', details: { n: 1 }, flags: ['odd'] },
        { status: 'skipped', code: 'not-applicable', reason: 'no' },
      ][index];
      expect(await one.score({})).toEqual(expected);
      expect(await later.score({})).toEqual(expected);
    }
  });

  test('is another metric when its function is', () => {
    const [one, same, other] = [metric('m', () => 1), metric('m', () => 1), metric('m', () => 2)];
    expect(one.signature).toMatch(/^m\|function:[0-9a-f]{12}$/);
    expect(same.signature).toBe(one.signature);
    expect(other.signature).not.toBe(one.signature);
  });
});

describe('a factory', () => {
  const cites = defineMetric({
    name: 'cites',
    version: 'v1',
    description: 'Whether the context is quoted',
    greaterIsBetter: true,
    range: [0, 1],
    options: { caseSensitive: false, words: ['a'] },
    needs: ['predictions', 'context'],
    from: { module: './cites.ts', export: 'cites' },
    scoreRow: ({ predictions, context }, { options }) =>
      context === ''
        ? skipped('no context')
        : Number(
            options.caseSensitive ? context.includes(predictions) : context.toLowerCase().includes(predictions.toLowerCase()),
          ),
  });

  test('takes its own options and those that every metric has', async () => {
    expect(cites.metricName).toBe('cites');
    expect(await cites().score({ predictions: 'A', context: 'ba' })).toEqual({ status: 'scored', value: 1 });
    expect(await cites({ caseSensitive: true }).score({ predictions: 'A', context: 'ba' })).toEqual({
      status: 'scored',
      value: 0,
    });
    expect(await cites().score({ predictions: 'A', context: '' })).toEqual({
      status: 'skipped',
      code: 'not-applicable',
      reason: 'no context',
    });
    const when = () => true;
    expect(cites({ name: 'quoted', columns: { context: 'passage' }, when, aggregations: ['max'] })).toMatchObject({
      name: 'quoted',
      version: 'v1',
      columns: { context: 'passage' },
      when,
      aggregations: [aggregations.max],
      range: [0, 1],
      description: 'Whether the context is quoted',
    });
  });

  test('has a signature of name, version and options; a name of its own does not change it', () => {
    expect(cites().signature).toBe('cites|v1|caseSensitive:no|words:["a"]');
    expect(cites({ caseSensitive: true, words: [] }).signature).toBe('cites|v1|caseSensitive:yes|words:[]');
    expect(cites({ name: 'other' }).signature).toBe(cites().signature);
    expect(signature('m', undefined, { n: 1, left: undefined, text: 'x', none: null })).toBe('m|n:1|text:x|none:null');
  });

  test('gives what bears its own name the name that the user chose', async () => {
    const share = {
      name: 'same',
      kind: 'proportion',
      compute: (values: Float64Array) => values.reduce((a, b) => a + b, 0),
    } as const;
    const same = defineMetric({
      name: 'same',
      version: 'v1',
      greaterIsBetter: true,
      needs: ['predictions'],
      aggregations: [share, 'max'],
      scoreColumn: 'same',
      scoreRow: () => 1,
    });
    const results = await evaluate({ ...request, extraMetrics: [same(), same({ name: 'alike' })] });
    expect(results.metrics).toEqual({ 'same/v1': 3, 'same/v1/max': 1, 'alike/v1': 3, 'alike/v1/max': 1 });
    expect((await results.tables.eval_results_table.toJSON()).columns).toEqual(['outputs', 'same', 'alike']);
  });

  test('says how it is made again, unless a function is among the options', () => {
    expect(cites().spec).toEqual({ module: './cites.ts', export: 'cites', options: null });
    expect(cites({ caseSensitive: true, name: 'x' }).spec).toEqual({
      module: './cites.ts',
      export: 'cites',
      options: { caseSensitive: true, name: 'x' },
    });
    expect(cites({ when: () => true }).spec).toBeUndefined();
  });

  test('refuses options and aggregations that it does not have', () => {
    expect(() => cites({ caseSensitiv: true } as object)).toThrow(
      "cites has no option 'caseSensitiv'. Did you mean 'caseSensitive'?",
    );
    expect(() => cites({ xyz: true } as object)).toThrow(
      "cites has no option 'xyz'. It has: caseSensitive, words, name, columns, when, aggregations.",
    );
    expect(() => cites({ aggregations: ['avg'] })).toThrow(
      "There is no aggregation 'avg'. There are: mean, variance, p90, median, min, max.",
    );
    expect(() => cites({ aggregations: ['p9'] })).toThrow("There is no aggregation 'p9'. Did you mean 'p90'?");
    expect(() => latency({ nam: 'x' } as object)).toThrow("latency has no option 'nam'. Did you mean 'name'?");
  });

  test('asked directly checks cells and scores as a run does', async () => {
    expect(await cites().score(json('{"predictions":"a","context":null}'))).toEqual({
      status: 'skipped',
      code: 'missing-cell',
      reason: "'context' is null",
    });
    expect(await cites().score(json('{"predictions":"a","context":1}'))).toEqual({
      status: 'skipped',
      code: 'not-text',
      reason: "'context' is a number, and cites reads text",
    });
    const wild = defineMetric({ name: 'wild', greaterIsBetter: true, range: [0, 1], needs: [], scoreRow: () => 7 });
    expect(await wild().score({})).toMatchObject({ status: 'failed', error: { code: 'out-of-range' } });
  });

  test('that needs other metrics, or all rows, cannot be asked about one', async () => {
    const reader = defineMetric({ name: 'reader', greaterIsBetter: true, needs: [], dependsOn: ['cites'], scoreRow: () => 1 });
    const corpus = defineMetric({ name: 'corpus', greaterIsBetter: true, needs: [], statistics: () => [1], combine: () => ({}) });
    await expect(reader().score({})).rejects.toThrow(
      'reader reads the scores of cites, which are computed in an evaluation only: use evaluate.',
    );
    await expect(corpus().score({})).rejects.toThrow(
      'corpus is computed over all rows together, and has no score of a single one: use evaluate.',
    );
  });

  test('asked directly reaches its models', async () => {
    let sent = 0;
    const service = {
      id: 's',
      identity: 's',
      scopes: async () => [],
      send: async (text: string) => ({ value: `${text} ${++sent}` }),
    };
    const judged = defineMetric({
      name: 'judged',
      greaterIsBetter: true,
      needs: ['predictions'],
      models: { judge: service as never },
      scoreRow: async ({ predictions }, { model, work }) => String((await work.ask(model('judge'), predictions)).value),
    });
    expect(await judged().score({ predictions: 'a' })).toEqual({ status: 'scored', value: 'a 1' });
    expect(await judged().score({ predictions: 'a' })).toEqual({ status: 'scored', value: 'a 2' });
    const wrong = defineMetric({
      name: 'wrong',
      greaterIsBetter: true,
      needs: [],
      models: { judge: service as never },
      scoreRow: (_, { model }) => model('jugde').id,
    });
    await expect(wrong().score({})).rejects.toThrow("wrong asks for the model in the role 'jugde'. It declares: judge.");
    const none = defineMetric({ name: 'none', greaterIsBetter: true, needs: [], scoreRow: (_, { model }) => model('judge').id });
    await expect(none().score({})).rejects.toThrow(
      "none asks for the model in the role 'judge'. It declares none: add models: { … } to the metric.",
    );
  });
});

describe('a batch', () => {
  const batched = (
    scoreBatch: (rows: readonly { readonly predictions: string }[], scope: { readonly items: readonly Item[] }) => unknown,
    batch = 2,
  ) =>
    defineMetric({
      name: 'batched',
      greaterIsBetter: true,
      needs: ['predictions'],
      batch,
      scoreBatch: scoreBatch as () => readonly number[],
    })();

  test('holds at most as many rows as the metric says', async () => {
    const sizes: number[] = [];
    const seven = Array.from({ length: 7 }, (_, n) => ({ answer: 'x'.repeat(n) }));
    const made = batched((rows) => {
      sizes.push(rows.length);
      return rows.map(({ predictions }) => predictions.length);
    }, 3);
    expect(await failuresOf(made, seven)).toEqual(seven.map(({ answer }) => ({ status: 'scored', value: answer.length })));
    expect(sizes).toEqual([3, 3, 1]);
  });

  test('has the items beside the rows', async () => {
    const keys: string[] = [];
    await failuresOf(batched((rows, { items }) => rows.map((_, index) => keys.push(items[index]?.work.rowKey ?? ''))));
    // Without inputs, all rows repeat the key of the empty list.
    expect(keys).toEqual([keys[0], `${keys[0]}#2`, `${keys[0]}#3`]);
  });

  test.each([false, true])(
    'that throws is tried again row by row, so that one bad row fails alone (asynchronous: %s)',
    async (later) => {
      const sizes: number[] = [];
      const made = batched((rows) => {
        sizes.push(rows.length);
        const scores = (): number[] => {
          if (rows.some(({ predictions }) => predictions === 'bb')) throw new Error('bb is too much');
          return rows.map(({ predictions }) => predictions.length);
        };
        return later ? Promise.resolve().then(scores) : scores();
      }, 3);
      expect(await failuresOf(made)).toEqual([
        { status: 'scored', value: 1 },
        'exception: batched: bb is too much',
        { status: 'scored', value: 3 },
      ]);
      expect(sizes).toEqual([3, 1, 1, 1]);
    },
  );

  test.each<[string, unknown, string]>([
    ['too short', [1], 'wrong-length: batched returned 1 score for 2 rows'],
    ['too long', [1, 2, 3], 'wrong-length: batched returned 3 scores for 2 rows'],
    ['no list', undefined, 'wrong-length: batched returned no list of scores for 2 rows'],
    ['a text', 'ab', 'wrong-length: batched returned no list of scores for 2 rows'],
  ])('of the wrong length fails all its rows: %s', async (_, answer, message) => {
    expect((await failuresOf(batched(() => answer))).slice(0, 2)).toEqual([message, message]);
    expect((await failuresOf(batched(async () => answer))).slice(0, 2)).toEqual([message, message]);
  });

  test('with a hole fails that row', async () => {
    const made = batched((rows) => rows.map(({ predictions }) => (predictions === 'bb' ? undefined : 1)), 3);
    expect((await failuresOf(made))[1]).toBe('bad-score: batched returned nothing; a score is a number, a boolean or a label');
  });
});

describe('a score that cannot be stored is a failure, with its reason', () => {
  test.each<[unknown, string]>([
    [Number.NaN, 'not-finite: m returned NaN'],
    [Number.POSITIVE_INFINITY, 'not-finite: m returned Infinity'],
    [1.5, 'out-of-range: m returned 1.5, outside its range 0 to 1'],
    [undefined, 'bad-score: m returned nothing; a score is a number, a boolean or a label'],
    [null, 'bad-score: m returned null; a score is a number, a boolean or a label'],
    [{ score: 1 }, 'bad-score: m returned something that is no score'],
    [{ value: [1] }, 'bad-score: m returned a value of type object; a score is a number, a boolean or a label'],
    [5n, 'bad-score: m returned a value of type bigint; a score is a number, a boolean or a label'],
    [{ status: 'done' }, 'bad-score: m returned something that is no score'],
    [{ status: 'failed' }, 'bad-score: m returned something that is no score'],
    [{ status: 'skipped' }, 'bad-score: m returned something that is no score'],
    [{ value: 1, justification: 7 }, 'bad-score: m: the justification of its score is no text'],
    [{ value: 1, flags: 'odd' }, 'bad-score: m: the flags of its score are no list of texts'],
    [
      { value: 1, details: { f: () => 1 } },
      "bad-score: m: the details of its score cannot be stored: 'f' is a function, and it may be text, a number, true, false, null, a list or an object of these, a bigint, a Date or a decimal",
    ],
  ])('%#', async (answer, message) => {
    const made = defineMetric({
      name: 'm',
      greaterIsBetter: true,
      range: [0, 1],
      needs: ['predictions'],
      scoreRow: () => answer as ScoreResult,
    });
    expect((await failuresOf(made()))[0]).toBe(message);
  });

  test('details of databases and numbers are stored as JSON', async () => {
    const made = metric('m', () => ({ value: 1, details: { n: 10n, at: new Date(0) } as never }));
    expect((await failuresOf(made))[0]).toEqual({
      status: 'scored',
      value: 1,
      details: { n: '10', at: '1970-01-01T00:00:00.000Z' },
    });
  });

  test.each<[unknown, string]>([
    [new Error('thrown'), 'exception: m: thrown'],
    [new TypeError(), 'exception: m: TypeError'],
    ['a text', 'exception: m: a text'],
    [{ a: 1 }, 'exception: m: it threw {"a":1}, which is no Error'],
    [undefined, 'exception: m: it threw undefined, which is no Error'],
  ])('thrown: %s', async (thrown, message) => {
    const throwing = () => {
      throw thrown;
    };
    expect((await failuresOf(metric('m', throwing)))[0]).toBe(message);
    expect((await failuresOf(metric('m', async () => throwing())))[0]).toBe(message);
  });

  test('a very long message is cut', async () => {
    const made = metric('m', () => {
      throw new Error('x'.repeat(5000));
    });
    expect((await failuresOf(made))[0]).toBe(`exception: m: ${'x'.repeat(1997)}…`);
  });

  test('a `when` or a schema that throws fails the row', async () => {
    const schema: StandardSchemaV1<string, string> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: () => {
          throw new Error('broken schema');
        },
      },
    };
    const strict = defineMetric({ name: 'strict', greaterIsBetter: true, needs: { predictions: schema }, scoreRow: () => 1 });
    expect((await failuresOf(strict()))[0]).toBe('exception: strict: broken schema');
    const picky = strict({
      when: () => {
        throw new Error('broken when');
      },
    });
    expect((await failuresOf(picky))[0]).toBe('exception: strict: broken when');
  });
});

describe('statistics', () => {
  // Precision of yes-predictions: hits over yeses.
  const precision = defineMetric({
    name: 'precision',
    greaterIsBetter: true,
    needs: ['predictions', 'targets'],
    statistics: ({ predictions, targets }) => {
      if (predictions === 'throw') throw new Error('thrown');
      if (predictions === 'nan') return [Number.NaN, 1];
      return predictions === 'skip'
        ? skipped('asked to')
        : [Number(predictions === 'yes' && targets === 'yes'), Number(predictions === 'yes')];
    },
    combine: ([hits = 0, yeses = 0], rows) => ({ precision: hits / yeses, rows }),
  });
  const rows = (answers: readonly string[]) => answers.map((answer) => ({ answer, truth: 'yes' }));

  test('are summed over rows; a row that throws or is not finite fails, and one may be left out', async () => {
    const results = await evaluate({
      data: [...rows(['yes', 'yes', 'no', 'throw', 'nan', 'skip']), { answer: 'yes', truth: 'no' }],
      predictions: 'answer',
      targets: 'truth',
      extraMetrics: [precision()],
    });
    expect(results.metrics).toEqual({ precision: 2 / 3, 'precision/rows': 4 });
    expect(results.coverage.precision).toEqual({
      scored: 4,
      skipped: 1,
      failed: 2,
      reasons: { exception: 1, 'not-applicable': 1, 'not-finite': 1 },
    });
  });

  test('that come to nothing finite are left out, with a warning', async () => {
    const results = await evaluate({ data: rows(['no']), predictions: 'answer', targets: 'truth', extraMetrics: [precision()] });
    expect(results.metrics).toEqual({});
    expect(results.warnings).toEqual([
      'precision: its scores could not be aggregated: precision is NaN, which is no finite number',
    ]);
  });

  test('of uneven length have no sum, and that costs only this metric', async () => {
    const uneven = defineMetric({
      name: 'uneven',
      greaterIsBetter: true,
      needs: ['predictions'],
      statistics: ({ predictions }) => Array(predictions.length).fill(1),
      combine: () => ({ n: 1 }),
    });
    const results = await evaluate({
      ...request,
      extraMetrics: [uneven(), metric('length', ({ predictions }) => predictions.length)],
    });
    expect(results.metrics).toMatchObject({ 'length/mean': 2 });
    expect(results.metrics['uneven/n']).toBeUndefined();
    expect(results.warnings).toEqual([
      'uneven: its scores could not be aggregated: a row has 2 statistics where the rows before had 1',
    ]);
  });
});

describe('a metric over the whole data set', () => {
  test('sees the rows in data order, with the scores that it reads', async () => {
    const seen: string[] = [];
    const length = metric('length', ({ predictions }) => predictions.length);
    const raw: Metric = {
      form: 'dataset',
      name: 'ordered',
      description: '',
      greaterIsBetter: true,
      needs: [{ name: 'predictions', type: 'text', optional: false }],
      columns: {},
      dependsOn: ['length'],
      models: {},
      signature: 'ordered',
      cost: 'cpu',
      scoreAll: async (items) => {
        let sum = 0;
        for await (const { columns, scores, work } of items) {
          seen.push(`${String(columns.predictions)} ${work.trial}`);
          sum += Number(scores.length?.value);
        }
        return { ordered: sum };
      },
    };
    const results = await evaluate({
      data: ['ccc', 'a', 'bb', 'throw'],
      model: async ({ inputs }) => {
        if (inputs === 'throw') throw new Error('no');
        for (let turns = inputs.length; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
        return inputs;
      },
      extraMetrics: [raw, length],
    });
    expect(seen).toEqual(['ccc 0', 'a 0', 'bb 0']);
    expect(results.metrics.ordered).toBe(6);
    expect(results.coverage.ordered).toEqual({ scored: 3, skipped: 0, failed: 1, reasons: { 'prediction-failed': 1 } });
  });

  test('that throws costs a warning, and its rows count as failed', async () => {
    const broken = defineMetric({
      name: 'broken',
      greaterIsBetter: true,
      needs: ['predictions'],
      scoreDataset: async (rows) => {
        for await (const _ of rows);
        throw new Error('singular matrix');
      },
    });
    const results = await evaluate({ ...request, extraMetrics: [broken(), metric('one', () => 1)] });
    expect(results.run.status).toBe('finished');
    expect(results.warnings).toEqual(['broken failed: singular matrix']);
    expect(results.coverage.broken).toEqual({ scored: 0, skipped: 0, failed: 3, reasons: { exception: 3 } });
  });

  test('that never answers has the time of one call', async () => {
    const endless = defineMetric({
      name: 'endless',
      greaterIsBetter: true,
      needs: ['predictions'],
      scoreDataset: async (rows) => {
        for await (const _ of rows) break;
        return new Promise<never>(() => undefined);
      },
    });
    const results = await evaluate({ ...request, limits: { timeout: 0.05 }, extraMetrics: [endless(), metric('one', () => 1)] });
    expect(results.warnings).toEqual(['endless failed: no answer within 0.05 s']);
    expect(results.coverage.endless).toEqual({ scored: 0, skipped: 0, failed: 1, reasons: { timeout: 1 } });
  });

  test('is left out when the run is stopped at once meanwhile', async () => {
    const controller = new AbortController();
    const endless = defineMetric({
      name: 'endless',
      greaterIsBetter: true,
      needs: [],
      scoreDataset: () => {
        setImmediate(() => controller.abort());
        return new Promise<never>(() => undefined);
      },
    });
    const results = await evaluate({ ...request, signal: controller.signal, extraMetrics: [endless(), metric('one', () => 1)] });
    expect(results.run).toMatchObject({ status: 'interrupted', reason: 'it was stopped' });
    expect(results.metrics).toMatchObject({ 'one/mean': 1 });
    expect(results.coverage.endless).toBeUndefined();
  });
});

describe('metrics of one tally', () => {
  class Lengths {
    readonly lengths: number[] = [];
    readonly ordinals: (number | undefined)[] = [];

    add({ predictions }: { readonly predictions: string }, { work }: { readonly work: { readonly ordinal?: number } }) {
      if (predictions === 'throw') throw new Error('thrown');
      if (predictions === 'skip') return skipped('asked to', 'asked');
      this.lengths.push(predictions.length);
      this.ordinals.push(work.ordinal);
      return undefined;
    }
  }
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
  const tallied = <const Name extends string>(
    name: Name,
    tally: () => Lengths,
    conclude: (lengths: Lengths, times: number) => Readonly<Record<string, number>> | ReturnType<typeof skipped>,
  ) =>
    defineMetric({
      name,
      greaterIsBetter: true,
      options: { times: 1 },
      needs: ['predictions'],
      tally,
      conclude: (lengths, { options }) => conclude(lengths, options.times),
    });

  test('are given the rows once, in data order; a row may be left out, and one that throws has failed', async () => {
    const tallies: Lengths[] = [];
    const tally = (): Lengths => {
      const made = new Lengths();
      tallies.push(made);
      return made;
    };
    const total = tallied('total', tally, ({ lengths }, times) => ({ total: sum(lengths) * times }));
    const count = tallied('count', tally, ({ lengths }) => ({ rows: lengths.length }));
    const results = await evaluate({
      data: ['ccc', 'skip', 'a', 'throw', 'bb'].map((answer, n) => ({ answer, other: 'x'.repeat(n) })),
      predictions: 'answer',
      extraMetrics: [total({ times: 2 }), count(), count({ name: 'others', columns: { predictions: 'other' } })],
    });
    expect(results.metrics).toEqual({ total: 12, 'count/rows': 3, 'others/rows': 5 });
    expect(tallies.map(({ ordinals }) => ordinals)).toEqual([
      [0, 2, 4],
      [0, 1, 2, 3, 4],
    ]);
    const coverage = { scored: 3, skipped: 1, failed: 1, reasons: { asked: 1, exception: 1 } };
    expect(results.coverage).toEqual({
      total: coverage,
      count: coverage,
      others: { scored: 5, skipped: 0, failed: 0, reasons: {} },
    });
  });

  test('have a tally for each trial, and the mean of what they conclude', async () => {
    const longest = tallied(
      'longest',
      () => new Lengths(),
      ({ lengths }) => ({ longest: Math.max(...lengths) }),
    );
    const model = ({ inputs }: { readonly inputs: string }, { trial }: { readonly trial: number }) => inputs.repeat(trial + 1);
    const results = await evaluate({ data: ['a', 'bbb'], model, trials: 2, extraMetrics: [longest()] });
    expect(results.metrics).toEqual({ longest: 4.5 });
    expect(results.coverage.longest?.scored).toBe(4);
  });

  test('one that does not apply is listed with its reason; one with nothing to say is not mentioned; one that throws costs a warning', async () => {
    const tally = (): Lengths => new Lengths();
    const throws = (): never => {
      throw new Error('no such thing');
    };
    const results = await evaluate({
      ...request,
      extraMetrics: [
        tallied('fine', tally, ({ lengths }) => ({ fine: sum(lengths) }))(),
        tallied('odd', tally, () => skipped('there are only three rows'))(),
        tallied('silent', tally, () => ({}))(),
        tallied('broken', tally, throws)(),
        tallied('worse', tally, throws)(),
        tallied('vague', tally, () => ({ vague: Number.NaN }))(),
      ],
    });
    expect(results.metrics).toEqual({ fine: 6 });
    expect(results.skippedMetrics).toEqual([{ name: 'odd', reason: 'there are only three rows' }]);
    expect(Object.keys(results.coverage)).toEqual(['fine', 'broken', 'worse', 'vague']);
    expect(results.warnings).toEqual([
      'broken, worse failed: no such thing',
      'vague failed: vague is NaN, which is no finite number',
    ]);
    expect(results.run.status).toBe('finished');
  });

  test('without a row to speak of say so, and a run of nothing else has failed', async () => {
    const tally = (): Lengths => new Lengths();
    const one = tallied('one', tally, throwsIfAsked);
    const two = tallied('two', tally, throwsIfAsked);
    const results = await evaluate({ data: [{ answer: 'skip' }], predictions: 'answer', extraMetrics: [one(), two()] });
    expect(results.warnings).toEqual(['one, two: no row could be used (asked 1).']);
    expect(results.run).toMatchObject({ status: 'failed', reason: 'nothing was scored: asked (1 of 1 rows)' });

    function throwsIfAsked({ lengths }: Lengths): Readonly<Record<string, number>> {
      return { mean: sum(lengths) / lengths.length };
    }
  });
});

test('sums may say that a metric does not apply', async () => {
  const share = defineMetric({
    name: 'share',
    greaterIsBetter: true,
    options: { least: 5 },
    needs: ['predictions'],
    statistics: () => [1],
    combine: ([count = 0], rows, { options }) =>
      rows < options.least ? skipped('there are too few rows') : { share: count / rows },
  });
  const few = await evaluate({ ...request, extraMetrics: [share(), metric('one', () => 1)] });
  expect(few.skippedMetrics).toEqual([{ name: 'share', reason: 'there are too few rows' }]);
  expect(Object.keys(few.coverage)).toEqual(['one']);
  expect((await evaluate({ ...request, extraMetrics: [share({ least: 3 })] })).metrics).toEqual({ share: 1 });
  expect((await evaluate({ ...request, extraMetrics: [share()] })).run).toMatchObject({ status: 'failed' });
});

test('an aggregate of the metric’s name has the metric’s own key, also when the metric is called otherwise', async () => {
  const needs = ['predictions'] as const;
  const head = { greaterIsBetter: true, version: 'v1', needs } as const;
  const count: Aggregation = { name: 'by_row', kind: 'custom', compute: (values) => values.length };
  const byRow = defineMetric({ ...head, name: 'by_row', aggregations: [count, 'mean'], scoreRow: () => 1 });
  const bySum = defineMetric({
    ...head,
    name: 'by_sum',
    statistics: () => [1],
    combine: ([sum = 0]) => ({ by_sum: sum, half: sum / 2 }),
  });
  const byAll = defineMetric({
    ...head,
    name: 'by_all',
    scoreDataset: async (rows) => ({ by_all: (await Array.fromAsync(rows)).length }),
  });
  const results = await evaluate({
    ...request,
    extraMetrics: [byRow(), byRow({ name: 'row2' }), bySum(), bySum({ name: 'sum2' }), byAll({ name: 'all2' })],
  });
  expect(results.metrics).toEqual({
    ...{ 'by_row/v1': 3, 'by_row/v1/mean': 1, 'row2/v1': 3, 'row2/v1/mean': 1 },
    ...{ 'by_sum/v1': 3, 'by_sum/v1/half': 1.5, 'sum2/v1': 3, 'sum2/v1/half': 1.5, 'all2/v1': 3 },
  });
});

test('a name may hold an option, so that the metric can be computed for several values of it', async () => {
  const first = defineMetric({
    name: 'first_letters',
    resultName: ({ n }) => `first_${n}`,
    greaterIsBetter: true,
    options: { n: 1 },
    needs: ['predictions'],
    scoreRow: ({ predictions }, { options }) => predictions.slice(0, options.n).length,
  });
  const results = await evaluate({ ...request, extraMetrics: [first(), first({ n: 2 }), first({ n: 3, name: 'mine' })] });
  expect(results.metrics).toMatchObject({ 'first_1/mean': 1, 'first_2/mean': 5 / 3, 'mine/mean': 2 });
  expect(first.metricName).toBe('first_letters');
  expect(results.signatures.first_2).toBe('first_letters|n:2');
});

test('flags of scores become warnings that count the rows', async () => {
  const flagged = defineMetric({
    name: 'flagged',
    greaterIsBetter: true,
    needs: ['predictions'],
    flagWarnings: { odd: 'are odd.', even: 'are even.' },
    scoreRow: ({ predictions }) => ({ value: 1, flags: [predictions.length % 2 === 1 ? 'odd' : 'other'] }),
  });
  const results = await evaluate({ ...request, extraMetrics: [flagged()] });
  expect(results.warnings).toContain('flagged: 2 of 3 rows are odd.');
  expect(results.warnings.join()).not.toContain('even');
});
