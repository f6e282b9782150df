import { describe, expect, it } from 'vitest';
import { answers, static3, TestFolder } from './__fixtures__/test-folder.ts';

/** Two finished runs: `first` over all rows, `second` over one. */
async function folderWithRuns(): Promise<TestFolder> {
  const folder = new TestFolder();
  folder.writeRows('answers.jsonl', answers);
  const metrics = ['--metric', 'rougeL', '--metric', 'exact_match'];
  await folder.touchstone(...static3, ...metrics, '--run-name', 'first', '--experiment', 'a');
  await folder.touchstone(...static3, ...metrics, '--run-name', 'second', '--experiment', 'b', '--limit', '1', '--key', 'k');
  return folder;
}

describe('touchstone runs', () => {
  it('lists the newest first', async () => {
    const folder = await folderWithRuns();
    const { exitCode, stdout, stderr } = await folder.touchstone('runs');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(folder.tidy(stdout).replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/gu, 'LOCAL TIME')).toBe(
      [
        'id        name    experiment  status    started',
        'ID  second  b           finished  LOCAL TIME',
        'ID  first   a           finished  LOCAL TIME',
        '',
      ].join('\n'),
    );
  });

  it('as JSON has what is known of each, without what is internal', async () => {
    const folder = await folderWithRuns();
    const { runs } = JSON.parse((await folder.touchstone('runs', '--json', '--limit', '1')).stdout);
    expect(runs).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{32}$/u),
        ...{ name: 'second', experiment: 'b', key: 'k', status: 'finished', tags: {} },
        startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/u),
        endedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/u),
        params: { data: 'answers.jsonl', limit: '1' },
        metrics: { 'exact_match/v1': 1, 'rougeL/v1/mean': 1, 'rougeL/v1/variance': 0, 'rougeL/v1/p90': 1 },
        provenance: expect.objectContaining({ '@touchstone/core': expect.any(String), node: expect.any(String) }),
      },
    ]);
    const filtered = JSON.parse((await folder.touchstone('runs', '--json', '--experiment', 'a')).stdout);
    expect(filtered.runs.map(({ name }: { name: string }) => name)).toEqual(['first']);
  });

  it('tells an empty store what to do, on stderr', async () => {
    const ended = await new TestFolder().touchstone('runs');
    expect(ended).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'There are no runs in .touchstone/touchstone.db: start one with touchstone run, or with touchstone init.\n',
    });
  });
});

describe('touchstone show', () => {
  it('finds a run by id, beginning of it, name and place, and prints what run printed', async () => {
    const folder = await folderWithRuns();
    const printed = (await folder.touchstone(...static3, '--metric', 'rougeL', '--run-name', 'third', '--json')).stdout;
    const { id } = JSON.parse(printed).run;
    for (const ref of [id, id.slice(0, 8), 'third', '@last', '@last~0']) {
      expect((await folder.touchstone('show', ref, '--json')).stdout).toBe(printed);
    }
    expect(JSON.parse((await folder.touchstone('show', '@last~2', '--json')).stdout).run.name).toBe('first');
  });

  it('tells of a name that is not there', async () => {
    const { exitCode, stderr } = await (await folderWithRuns()).touchstone('show', 'secnd');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: "There is no run 'secnd'. Did you mean 'second'? Name a run by its id, its name or @last.\n",
    });
  });
});

describe('touchstone rows', () => {
  it('shows rows with their scores, the worst first', async () => {
    const folder = await folderWithRuns();
    const { stdout } = await folder.touchstone('rows', 'first', '--worst', 'rougeL', '--limit', '1');
    expect(stdout.replace(/(?<=row 2 · ).*/u, 'KEY')).toBe(
      [
        'row 2 · KEY',
        '  question     What is a tree?',
        '  expected     An acyclic connected graph.',
        '  output       A graph without cycles.',
        '  rougeL       0.2500',
        '  exact_match  false',
        '',
      ].join('\n'),
    );
  });

  it('prints all of them as one JSON document', async () => {
    const folder = await folderWithRuns();
    const { rows } = JSON.parse((await folder.touchstone('rows', 'first', '--json')).stdout);
    expect(rows).toHaveLength(3);
    expect(rows[1]).toMatchObject({
      ordinal: 1,
      trial: 0,
      columns: answers[1],
      scores: { rougeL: { status: 'scored', value: 0.25 } },
    });
    expect(JSON.parse((await folder.touchstone('rows', 'first', '--failed', '--json')).stdout)).toEqual({ rows: [] });
  });

  it('orders by the scores of rows that a metric of sums gives too', async () => {
    const folder = await folderWithRuns();
    await folder.touchstone(...static3, '--metric', 'ter', '--run-name', 'edits');
    const { rows } = JSON.parse((await folder.touchstone('rows', 'edits', '--worst', 'ter', '--json')).stdout);
    // Four words of four are others, one of four has a full stop, and none of five is another.
    expect(rows.map(({ scores }: { scores: { ter: { value: number } } }) => scores.ter.value)).toEqual([100, 25, 0]);
    const { metrics } = JSON.parse((await folder.touchstone('show', 'edits', '--json')).stdout);
    expect(metrics).toMatchObject({ 'ter/v1/mean': expect.closeTo(125 / 3, 9), 'ter/v1/corpus': expect.closeTo(500 / 13, 9) });
  });

  it('writes them as JSON Lines that can be evaluated again', async () => {
    const folder = await folderWithRuns();
    const { stdout, stderr } = await folder.touchstone(
      'rows',
      'first',
      '--worst',
      'exact_match',
      '--limit',
      '2',
      '--to',
      'worst.jsonl',
    );
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '2 rows written to worst.jsonl.\n' });
    const again = await folder.touchstone(...static3.with(2, 'worst.jsonl'), '--metric', 'exact_match', '--json', '--no-store');
    expect(JSON.parse(again.stdout).metrics).toEqual({ 'exact_match/v1': 0 });
  });

  it('writes them in the format that the name says, and the same columns whichever rows they are', async () => {
    const folder = await folderWithRuns();
    const header = 'question,expected,output,rougeL/v1/score,exact_match/v1/score';
    expect(await folder.touchstone('rows', 'first', '--failed', '--to', 'failed.csv')).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '0 rows written to failed.csv.\n',
    });
    expect(folder.read('failed.csv')).toBe('question,expected,output\r\n');
    const { stderr } = await folder.touchstone('rows', 'first', '--limit', '1', '--to', 'first.parquet');
    expect(stderr).toBe('1 row written to first.parquet.\n');
    expect(folder.read('first.parquet')).toMatch(/^PAR1.*PAR1$/su);
    await folder.touchstone('rows', 'first', '--worst', 'rougeL', '--limit', '1', '--to', 'worst.json');
    expect(JSON.parse(folder.read('worst.json'))).toEqual({
      columns: header.split(','),
      data: [[...Object.values(answers[1] ?? {}), 0.25, false]],
    });
  });

  it('says so when there is nothing to show', async () => {
    const folder = await folderWithRuns();
    expect(await folder.touchstone('rows', 'first', '--failed')).toEqual({ exitCode: 0, stdout: '', stderr: 'No row failed.\n' });
  });

  it('refuses a metric that the run does not have', async () => {
    const { exitCode, stderr } = await (await folderWithRuns()).touchstone('rows', 'first', '--worst', 'rougL');
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: "This run has no metric 'rougL'. Did you mean 'rougeL'?\n" });
  });
});

describe('touchstone delete', () => {
  it('deletes with --yes, and asks for it where nobody can be asked', async () => {
    const folder = await folderWithRuns();
    const refused = await folder.touchstone('delete', 'first');
    expect({ ...refused, stderr: folder.tidy(refused.stderr) }).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'Deleting first (ID, finished) needs --yes where nobody can be asked.\n',
    });
    const deleted = await folder.touchstone('delete', 'first', '--yes');
    expect({ ...deleted, stderr: folder.tidy(deleted.stderr) }).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'Deleted first (ID, finished).\n',
    });
    expect((await folder.touchstone('show', 'first')).exitCode).toBe(2);
  });
});

describe('touchstone resume', () => {
  it('refuses a finished run, and one that was started from code', async () => {
    const folder = await folderWithRuns();
    const finished = await folder.touchstone('resume', 'first');
    expect({ exitCode: finished.exitCode, stderr: folder.tidy(finished.stderr) }).toEqual({
      exitCode: 2,
      stderr: 'Run first (ID) is finished: there is nothing to continue. See it with touchstone show ID.\n',
    });
    folder.write(
      'program.ts',
      `import { evaluate, metric } from '@touchstone/core';
import { sqlite } from '@touchstone/store-sqlite';
export const model = async () => {
  const store = sqlite('.touchstone/touchstone.db');
  await evaluate({ data: [{ o: 'x' }], predictions: 'o', extraMetrics: [metric('bad', () => Number.NaN)], store, run: { name: 'by hand' } });
  await store[Symbol.asyncDispose]();
  return 'x';
};`,
    );
    await folder.touchstone(
      'run',
      '--data',
      'answers.jsonl',
      '--model',
      './program.ts#model',
      '--metric',
      'latency',
      '--limit',
      '1',
      '--no-store',
    );
    const byHand = await folder.touchstone('resume', 'by hand');
    expect(byHand).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        "Run by hand was started from code, which the store does not hold: run that code again with the same key, run: { key: '…' }, resume: 'auto'.\n",
    });
  });
});

describe('touchstone doctor', () => {
  it('says what is here, and that the store is well', async () => {
    const folder = await folderWithRuns();
    const { exitCode, stdout } = await folder.touchstone('doctor');
    expect(exitCode).toBe(0);
    expect(stdout.replace(/\d+\.\d+\.\d+/u, 'VERSION').replace(/\d+\.\d MB/u, 'SIZE')).toBe(
      [
        'node      VERSION',
        'core      0.0.0',
        'config    none',
        'plug-ins  @touchstone/dataset-files, @touchstone/metric-text,',
        '          @touchstone/metric-tokens, @touchstone/metric-rouge,',
        '          @touchstone/metric-readability, @touchstone/metric-genai,',
        '          @touchstone/price-genai',
        'store     .touchstone/touchstone.db: well, 2 runs, SIZE',
        '',
      ].join('\n'),
    );
    expect(JSON.parse((await folder.touchstone('doctor', '--json')).stdout)).toMatchObject({
      store: { ok: true, exists: true, runs: 2 },
      problems: [],
    });
  });

  it('tells of a broken store and a broken config, and exits with 3', async () => {
    const folder = new TestFolder();
    folder.write(
      '.touchstone/touchstone.db',
      'this is no database, and it is long enough to have a header of its own: '.repeat(20),
    );
    folder.write('touchstone.config.ts', 'export default 5;');
    const { exitCode, stdout } = await folder.touchstone('doctor', '--json');
    expect(exitCode).toBe(3);
    expect(folder.tidy(JSON.parse(stdout).problems.join('\n'))).toBe(
      [
        "'FOLDER/touchstone.config.ts' has no default export that is a config: write export default defineConfig({ … }).",
        'FOLDER/.touchstone/touchstone.db is not a Touchstone store, or its beginning is damaged; nothing was changed in it. Name another file.',
      ].join('\n'),
    );
  });
});

describe('a store that cannot be used', () => {
  it('stops a run before anything is asked, with exit 3', async () => {
    const folder = new TestFolder();
    folder.writeRows('answers.jsonl', answers);
    const { exitCode, stdout, stderr } = await folder.touchstone(...static3, '--metric', 'rougeL', '--store', '.');
    expect({ exitCode, stdout, stderr: folder.tidy(stderr) }).toEqual({
      exitCode: 3,
      stdout: '',
      stderr: 'FOLDER is a folder; a store is a file. Name a file in it.\n',
    });
  });
});
