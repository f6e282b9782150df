import { describe, expect, it } from 'vitest';
import { TestFolder } from './__fixtures__/test-folder.ts';

describe('touchstone metrics', () => {
  it('lists what is here, and what could be with the command that installs it', async () => {
    const { exitCode, stdout } = await new TestFolder().touchstone('metrics');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^exact_match +predictions, targets +@touchstone\/metric-text +Share of rows whose prediction equals the target$/mu,
    );
    expect(stdout).toMatch(/^token_count +predictions +@touchstone\/metric-tokens +Tokens of the prediction$/mu);
    expect(stdout).toMatch(/^ari_grade_level +predictions +@touchstone\/metric-readability /mu);
    expect(stdout).toMatch(/^faithfulness +predictions, context +@touchstone\/metric-genai /mu);
    expect(stdout).toMatch(/^guidelines +options +@touchstone\/metric-genai +guidelines: name at least one rule/mu);
    expect(stdout).toContain('\nKnown, but not installed:\n');
    expect(stdout).toMatch(/^ {2}npm i @touchstone\/metric-toxicity +toxicity, profanity$/mu);
  });

  it('explains one', async () => {
    const { stdout } = await new TestFolder().touchstone('metrics', 'rouge2');
    expect(stdout).toBe(
      [
        'metric     rouge2/v1',
        'measures   Word pairs in common with the reference (F-measure)',
        'needs      predictions, targets',
        'better     higher',
        'range      0 to 1',
        'formula    F = 2·P·R / (P + R); P = pairs in common / pairs of the prediction, R',
        '           = pairs in common / pairs of the reference',
        "source     C.-Y. Lin, 'ROUGE', ACL workshop 2004; values of rouge_score 0.1.2",
        'caution    counts words and not meaning: a right answer in other words scores',
        '           low. The default tokenizer sees a–z and 0–9 only; a text of one word',
        '           scores 0 even when it is equal',
        'costs      nothing: it is computed here',
        'package    @touchstone/metric-rouge',
        'signature  rouge2|v1|tokenizer:google|stem:no',
        '',
      ].join('\n'),
    );
  });

  it('says whose services one asks, and nothing of what its author did not say', async () => {
    const folder = new TestFolder();
    folder.write(
      'touchstone.config.ts',
      `import { defineConfig } from '@touchstone/cli';
       import { defineMetric, definePlugin, metric } from '@touchstone/core';
       const judged = defineMetric({
         name: 'judged', greaterIsBetter: true, needs: ['predictions'], models: { judge: 'openai:/gpt-5' }, cost: 'io', scoreRow: () => 1,
       });
       const fetched = defineMetric({ name: 'fetched', greaterIsBetter: false, needs: [], cost: 'io', scoreRow: () => 1 });
       export default defineConfig({ plugins: [definePlugin({ name: 'ours', metrics: [judged, fetched] })] });`,
    );
    expect((await folder.touchstone('metrics', 'judged')).stdout).toBe(
      [
        'metric     judged',
        'measures   judged',
        'needs      predictions',
        'better     higher',
        'costs      calls of judge openai:/gpt-5',
        'package    ours',
        'signature  judged',
        '',
      ].join('\n'),
    );
    expect((await folder.touchstone('metrics', 'fetched')).stdout).toContain('\ncosts      calls of a service\n');
    const { models, about } = JSON.parse((await folder.touchstone('metrics', 'judged', '--json')).stdout);
    expect([models, about]).toEqual([['judge'], undefined]);
  });

  it('calls one by the name to ask by, and its result by its own', async () => {
    const folder = new TestFolder();
    folder.write(
      'touchstone.config.ts',
      `import { defineConfig } from '@touchstone/cli';
       import { defineMetric, definePlugin } from '@touchstone/core';
       const first = defineMetric({
         name: 'first_letters', resultName: ({ n }) => 'first_' + n, greaterIsBetter: true, options: { n: 3 }, needs: [], scoreRow: () => 1,
       });
       export default defineConfig({ plugins: [definePlugin({ name: 'ours', metrics: [first] })] });`,
    );
    expect((await folder.touchstone('metrics')).stdout).toMatch(/^first_letters +nothing +ours/mu);
    expect((await folder.touchstone('metrics', 'first_letters')).stdout).toMatch(
      /^metric {5}first_letters\nresult {5}first_3\nmeasures/u,
    );
    expect(JSON.parse((await folder.touchstone('metrics', 'first_letters', '--json')).stdout)).toMatchObject({
      name: 'first_letters',
      result: 'first_3',
    });
  });

  it('as JSON', async () => {
    const folder = new TestFolder();
    const one = {
      ...{
        name: 'exact_match',
        version: 'v1',
        package: '@touchstone/metric-text',
        greaterIsBetter: true,
        signature: 'exact_match|v1',
      },
      needs: ['predictions', 'targets'],
      about: {
        formula: expect.stringContaining('rows that have both'),
        source: expect.stringContaining('accuracy_score'),
        caution: expect.stringContaining('counts as wrong'),
      },
      cost: 'cpu',
      models: [],
    };
    expect(JSON.parse((await folder.touchstone('metrics', 'exact_match', '--json')).stdout)).toMatchObject(one);
    const { installed, known } = JSON.parse((await folder.touchstone('metrics', '--json')).stdout);
    expect(installed).toContainEqual(expect.objectContaining(one));
    expect(installed).toContainEqual({
      name: 'guidelines',
      package: '@touchstone/metric-genai',
      needsOptions: expect.stringContaining('name at least one rule'),
    });
    expect(known).toContainEqual({ name: 'toxicity', install: 'npm i @touchstone/metric-toxicity' });
  });
});
