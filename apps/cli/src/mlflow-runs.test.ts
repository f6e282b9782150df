import { TouchstoneError } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import { caseOf, cases, expectMetrics, expectTable, prefixOf, requestOf, touchstone } from './__fixtures__/mlflow-case.ts';

/** What the real MLflow did is what we do: keys, values, columns and cells of the table. */
const SAME = [
  'qa-static',
  'qa-static-korean',
  'qa-empty-strings',
  'qa-number-predictions',
  'qa-no-targets',
  'qa-one-row',
  'qa-function-list',
  'qa-function-no-targets',
  'qa-function-dataframe',
  'qa-function-dict-of-lists',
  'qa-list-data',
  'qa-dataset-object',
  'qa-column-named-outputs',
  'qa-predictions-like-numbers',
  'latency-function',
  'latency-static',
  'latency-string',
  'sum-static',
  'sum-no-targets',
  'sum-prefix',
  'text-static',
  'text-series',
  'extra-bleu-only',
  'extra-bleu-empty',
  'extra-exact-match-only',
  'col-mapping-arguments',
  'col-dependency',
  'bad-names',
  'ev-two',
  'ev-collision',
  'ev-none-flat',
  'arg-array-features',
  'arg-predictions-with-single-output',
  'arg-thresholds-ignored',
  'art-custom',
  'ret-default-k',
  'ret-k1',
  'ret-k10-extra',
  'ret-integers',
  'ret-function',
  'extra-classification-helpers',
  'cls-binary-strings',
  'cls-binary-pos-label',
  'cls-binary-weights',
  'cls-multi',
  'cls-multi-macro-prefix',
  'reg-static',
  'reg-weights',
  'reg-function',
];

/** MLflow refuses or dies, and we refuse at the same point or earlier: before there is a run, or at the first answer. */
const REFUSED: Readonly<Record<string, string>> = {
  'qa-zero-rows': 'data is an empty array; there is nothing to evaluate.',
  'qa-function-unnamed-multi': 'The model returned several outputs',
  'qa-function-wrong-name': "predictions is 'reply', and the model returned no such output.",
  'extra-none': 'There is neither modelType nor extraMetrics',
  'col-missing': "mentions needs column 'context', and there is none.",
  'col-missing-targets': 'word_ratio needs targets: say which column holds them',
  'col-unknown-targets': 'and the data has no such column.',
  'col-unknown-predictions': 'and the data has no such column.',
  'col-circle': "These metrics read each other's scores in a circle: a → b → a.",
  'ev-unknown-string': 'There is no evaluator',
  'ev-unknown-list': 'There is no evaluator',
  'ev-unknown-model-type': "There is no model type 'question_answering'. Did you mean 'question-answering'?",
  'arg-array-string-targets': "targets is 't', and the data has no such column.",
  'ev-cannot': "No evaluator brings a metric for the model type 'question-answering', and there are no extraMetrics.",
  'arg-no-data': 'There is no data: evaluate({ data }) takes rows, an iterable, a Dataset or the path of a file.',
  'arg-no-model-no-predictions': 'There is neither a model nor predictions',
  'arg-bad-model': 'model is a value of type number',
  'arg-list-data-predictions': 'and the data has no such column.',
  'arg-list-data-string-targets': 'and the data has no such column.',
  'arg-dataset-predictions-and-model': 'With a model, predictions names one of its outputs',
  'arg-list-unequal': 'Row 2 has 1 cell, but row 1 has 2',
  'arg-list-target-count': 'targets has 1 value, but data has 2 rows; there must be one target a row.',
  'arg-list-empty': 'data is an empty array; there is nothing to evaluate.',
  'arg-feature-names-duplicate': 'twice; every column needs a name of its own.',
  'cls-no-targets': 'needs targets: say which column holds them',
  'cls-float-labels':
    "because the column 'label' holds something else: a label is a text, a whole number, true or false, and it is 0.5",
  // MLflow ends such a run without metrics.
  'ret-k0': 'precision_at_k: k must be a whole number of at least 1, and it is 0.',
  // MLflow lets the later one win, in silence.
  'same-name-twice': "extraMetrics has two metrics named 'same'.",
};

describe.skipIf(cases.length === 0)('what MLflow computes', () => {
  test.each(SAME)('%s', async (id) => {
    const { input, expected } = caseOf(id);
    expect(expected.error).toBeNull();
    const results = await touchstone().evaluate(requestOf(input));
    expectMetrics(results, expected.metrics ?? {}, prefixOf(input));
    const table = Object.entries(expected.files_raw ?? {}).find(([name]) => name.endsWith('eval_results_table.json'));
    if (table !== undefined) await expectTable(results, JSON.parse(table[1]));
    const { eval_results_table: file } = expected.artifacts ?? {};
    if (file !== undefined) expect(results.toJSON().artifacts.eval_results_table).toBe(file.file);
  });

  test.each(['seq-append', 'seq-prefixes', 'seq-append-other-columns'])('%s, in tables of their own', async (id) => {
    const { input, expected } = caseOf(id);
    await touchstone().withRun({}, async (run) => {
      for (const [index, one] of (input.evaluations ?? []).entries()) {
        const results = await run.evaluate(requestOf(one));
        expectMetrics(results, expected.results?.[index]?.metrics ?? {}, prefixOf(one));
        expect(await results.tables.eval_results_table.toArray()).toHaveLength(one.data.rows?.length ?? 0);
      }
    });
  });
});

describe.skipIf(cases.length === 0)('what MLflow refuses', () => {
  test.each(Object.entries(REFUSED))('%s', async (id, sentence) => {
    const { input } = caseOf(id);
    const evaluating = touchstone();
    const error = await evaluating.evaluate(requestOf(input)).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(TouchstoneError.isInstance(error) && error.message).toContain(sentence);
    const atFirstAnswer = id.startsWith('qa-function-');
    expect((await evaluating.runs()).map(({ status }) => status)).toEqual(atFirstAnswer ? ['failed'] : []);
  });
});
