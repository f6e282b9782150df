import { describe, expect, test } from 'vitest';
import { createTouchstone, defineEvaluator, definePlugin, type Evaluator, JUDGE, metric, PRICES } from '../index.ts';

const length = metric('length', ({ predictions }) => predictions.length);
const request = { data: [{ answer: '네' }, { answer: '아니요' }], predictions: 'answer', extraMetrics: [length] } as const;

/** An evaluator that writes down when it finishes. */
function noting(name: string, after: readonly string[], finished: string[], supports?: (modelType?: string) => boolean) {
  return defineEvaluator({
    name,
    after,
    ...(supports === undefined ? {} : { supports }),
    finish: () => {
      finished.push(name);
      return {};
    },
  });
}

function touchstone(...evaluators: readonly ReturnType<typeof defineEvaluator>[]) {
  return createTouchstone({ plugins: [definePlugin({ name: 'ours', evaluators })] });
}

describe('evaluators that read each other’s conclusions', () => {
  test('finish after those they name, and otherwise in the order given', async () => {
    const finished: string[] = [];
    const evaluators = [
      noting('report', ['costs', 'counts'], finished),
      noting('costs', ['counts'], finished),
      noting('alone', [], finished),
      noting('counts', [], finished),
    ];
    const results = await createTouchstone().evaluate({ ...request, evaluators });
    expect(finished).toEqual(['counts', 'costs', 'report', 'alone']);
    expect(results.plans[0]?.evaluators).toEqual(finished);
  });

  test('apply by themselves only where those do that they wait for, whatever else they lack', async () => {
    const finished: string[] = [];
    const korean = (modelType?: string) => modelType === '한국어';
    const judged = defineEvaluator({ name: 'judged', after: ['counts'], inject: { judge: JUDGE } });
    const late: Evaluator = { name: 'late', after: ['costs'], supports: () => true, metrics: () => [], finish: () => ({}) };
    const ours = touchstone(
      noting('costs', ['counts'], finished),
      noting('counts', [], finished, korean),
      noting('alone', [], finished),
      judged,
    );
    const results = await ours.evaluate({ ...request });
    expect(finished).toEqual(['alone']);
    expect(results.plans[0]?.evaluators).toEqual(['default', 'alone']);

    const plugins = [
      definePlugin({ name: 'ours', evaluators: [late, noting('costs', ['counts'], finished), noting('counts', [], finished)] }),
    ];
    finished.length = 0;
    const all = await createTouchstone({ plugins }).evaluate({ ...request });
    expect(all.plans[0]?.evaluators).toEqual(['default', 'counts', 'costs', 'late']);
  });

  test('lack services: all are named at once', async () => {
    const needy = defineEvaluator({ name: 'needy', inject: { judge: JUDGE, prices: PRICES } });
    await expect(createTouchstone().evaluate({ ...request, evaluators: needy })).rejects.toMatchObject({
      problems: [
        {
          code: 'not-provided',
          message:
            "Evaluator 'needy' needs JUDGE, and no judge is set: name one for the evaluation with judge: 'openai:/gpt-5', or add a plug-in that calls registry.provide(JUDGE, …).",
        },
        {
          code: 'not-provided',
          message:
            "Evaluator 'needy' needs PRICES, and no plug-in provides it. Add a plug-in that calls registry.provide(PRICES, …).",
        },
      ],
    });
  });

  test.each<[string, readonly ReturnType<typeof defineEvaluator>[] | string, string, string]>([
    [
      'a name that is nobody’s',
      'typing',
      'unknown-evaluator',
      "Evaluator 'typing' finishes after another one: there is no evaluator 'count'. Did you mean 'counts'?",
    ],
    [
      'a name that nobody could have meant',
      [noting('far', ['shap'], [])],
      'unknown-evaluator',
      "Evaluator 'far' finishes after another one: there is no evaluator 'shap'. There are: counts, typing, costs.",
    ],
    [
      'the evaluator of a pack that is missing',
      [noting('late', ['classifier'], [])],
      'unknown-evaluator',
      "Evaluator 'late' finishes after another one: the evaluator 'classifier' comes with @touchstone/evaluator-classic, which is not among the plug-ins: npm i @touchstone/evaluator-classic, and add it to plugins.",
    ],
    [
      'one that nobody asked for',
      'costs',
      'missing-evaluator',
      "Evaluator 'costs' finishes after 'counts', which is not part of this evaluation: ask for both, evaluators: ['counts', 'costs'].",
    ],
    [
      'a circle',
      [noting('a', ['c'], []), noting('b', ['a'], []), noting('c', ['b'], [])],
      'circular-evaluators',
      'These evaluators finish after each other in a circle: a → c → b → a. Take one name out of after.',
    ],
    [
      'itself',
      [noting('self', ['self'], [])],
      'circular-evaluators',
      'These evaluators finish after each other in a circle: self → self. Take one name out of after.',
    ],
  ])('%s is refused before the first row', async (_, evaluators, code, message) => {
    const ours = touchstone(
      noting('counts', [], []),
      noting('typing', ['count'], [], (modelType) => modelType === 'typed'),
      noting('costs', ['counts'], []),
    );
    let asked = 0;
    const model = () => `${asked++}`;
    const { predictions: _predictions, ...rest } = request;
    await expect(ours.evaluate({ ...rest, model, evaluators: evaluators as string })).rejects.toMatchObject({
      problems: [{ code, message }],
    });
    expect(asked).toBe(0);
  });

  test('and name them in no list are refused', async () => {
    const evaluators: Evaluator = { name: 'odd', supports: () => true, metrics: () => [], after: 'counts' as never };
    await expect(createTouchstone().evaluate({ ...request, evaluators })).rejects.toMatchObject({
      code: 'not-an-evaluator',
      message: "Evaluator 'odd': after must be a list of names of evaluators, such as ['classifier'].",
    });
  });
});
