import { describe, expect, test } from 'vitest';
import { createTouchstone, defineMetric, type Model } from '../index.ts';

const turns = async (count: number) => {
  for (let left = count; left > 0; left--) await new Promise<void>((resolve) => setImmediate(resolve));
};
const numbered = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

describe('work.random', () => {
  const draws = async (request: object) => {
    const drawn: Record<string, readonly number[]> = {};
    const metricOf = (name: string) =>
      defineMetric({
        name,
        greaterIsBetter: true,
        needs: ['predictions'],
        scoreRow: async ({ predictions }, { work }) => {
          const first = work.random();
          await turns(predictions.length % 3);
          drawn[`${name} ${predictions}`] = [first, work.random()];
          return 1;
        },
      })();
    const model: Model = {
      id: 'm',
      identity: 1,
      predict: async ([row], [work]) => {
        const name = `${String(row?.n)}/${work?.trial}`;
        await turns(Number(row?.n) % 4);
        drawn[`model ${name}`] = [work?.random() ?? -1, work?.random() ?? -1];
        return [{ value: name }];
      },
    };
    await createTouchstone().evaluate({
      data: numbered(20),
      model,
      trials: 2,
      extraMetrics: [metricOf('a'), metricOf('b')],
      ...request,
    } as never);
    return drawn;
  };

  test('gives each row, trial, metric and the model numbers of their own, in [0, 1)', async () => {
    const all = Object.values(await draws({})).flat();
    expect(all).toHaveLength(20 * 2 * 3 * 2);
    expect(new Set(all).size).toBe(all.length);
    expect(all.every((number) => number >= 0 && number < 1)).toBe(true);
  });

  test('gives the same numbers for the same seed, whatever else is computed and in what order', async () => {
    const first = await draws({ seed: 3 });
    expect(await draws({ seed: 3, limits: { concurrency: 1 } })).toEqual(first);
    const fewer = await draws({ seed: 3, trials: 1 });
    expect(fewer).toEqual(Object.fromEntries(Object.entries(first).filter(([name]) => name.endsWith('/0'))));
    expect(await draws({ seed: 4 })).not.toEqual(first);
  });
});
