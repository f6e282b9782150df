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
    expect(stdout).toContain('\nKnown, but not installed:\n');
    expect(stdout).toMatch(/^ {2}npm i @touchstone\/metric-toxicity +toxicity$/mu);
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
        'package    @touchstone/metric-rouge',
        'signature  rouge2|v1|tokenizer:google|stem:no',
        '',
      ].join('\n'),
    );
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
    };
    expect(JSON.parse((await folder.touchstone('metrics', 'exact_match', '--json')).stdout)).toMatchObject(one);
    const { installed, known } = JSON.parse((await folder.touchstone('metrics', '--json')).stdout);
    expect(installed).toContainEqual(expect.objectContaining(one));
    expect(known).toContainEqual({ name: 'toxicity', install: 'npm i @touchstone/metric-toxicity' });
  });
});

describe('touchstone plugins', () => {
  it('lists what is in use and what is known', async () => {
    const { stdout } = await new TestFolder().touchstone('plugins');
    expect(stdout).toMatch(/^@touchstone\/metric-text +0\.0\.0 +1 +command line$/mu);
    expect(stdout).toMatch(/^ {2}npm i @touchstone\/model-openai$/mu);
  });
});
