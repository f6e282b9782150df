import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { answers, static3, TestFolder } from './__fixtures__/test-folder.ts';

function folderWithAnswers(): TestFolder {
  const folder = new TestFolder();
  folder.writeRows('answers.jsonl', answers);
  return folder;
}

describe('touchstone run with flags', () => {
  it('prints the result on stdout and how it ended on stderr', async () => {
    const folder = folderWithAnswers();
    const { exitCode, stdout, stderr } = await folder.touchstone(...static3, '--metric', 'exact_match');
    expect(exitCode).toBe(0);
    expect(folder.tidy(stdout)).toBe(
      [
        'answers.jsonl ID · Default · finished · 3 rows · TIME',
        '',
        'metric           value      95 % interval  scored',
        'exact_match/v1  0.3333  [0.06149, 0.7923]     3/3',
        '',
      ].join('\n'),
    );
    expect(folder.tidy(stderr)).toBe('finished: 3 rows · touchstone show ID\n');
  });

  it('prints one JSON document of the promised shape, without null', async () => {
    const folder = folderWithAnswers();
    const { stdout } = await folder.touchstone(...static3, '--metric', 'exact_match', '--metric', 'rougeL', '--json');
    const document = JSON.parse(stdout);
    expect(Object.keys(document)).toEqual([
      ...['run', 'metrics', 'intervals', 'coverage', 'signatures', 'skippedMetrics', 'usage', 'artifacts', 'warnings'],
    ]);
    expect(Object.keys(document.run)).toEqual(['id', 'name', 'experiment', 'status', 'startedAt', 'endedAt', 'rows']);
    expect(document.metrics['rougeL/v1/mean']).toBeCloseTo((1 + 1 / 4 + 1) / 3, 12);
    // The population variance, as MLflow computes it.
    expect(document.metrics['rougeL/v1/variance']).toBeCloseTo(1 / 8, 12);
    expect(document.metrics['exact_match/v1']).toBeCloseTo(1 / 3, 12);
    // Wilson's interval of 1 of 3, as statsmodels gives it.
    expect(document.intervals['exact_match/v1']).toMatchObject({ level: 0.95, method: 'wilson', n: 3 });
    expect(document.intervals['exact_match/v1'].low).toBeCloseTo(0.0614919, 6);
    expect(document.intervals['exact_match/v1'].high).toBeCloseTo(0.7923404, 6);
    expect(document.coverage).toEqual({
      'exact_match/v1': { scored: 3, skipped: 0, failed: 0, reasons: {} },
      'rougeL/v1': { scored: 3, skipped: 0, failed: 0, reasons: {} },
    });
    expect(document.signatures['rougeL/v1']).toBe('rougeL|v1|tokenizer:google|stem:no');
    expect(document.usage).toEqual({ calls: 0, cachedCalls: 0, retries: 0, inputTokens: 0, outputTokens: 0, cost: { usd: 0 } });
    expect(stdout).not.toMatch(/null|NaN/u);
  });

  it('computes a preset, and says what it lacks and how to get it', async () => {
    const folder = folderWithAnswers();
    const { stdout } = await folder.touchstone(...static3, '--model-type', 'question-answering', '--json');
    const { metrics, skippedMetrics } = JSON.parse(stdout);
    const summarized = ['token_count', 'flesch_kincaid_grade_level/v1', 'ari_grade_level/v1'];
    expect(Object.keys(metrics)).toEqual([
      ...summarized.flatMap((name) => ['mean', 'variance', 'p90'].map((aggregate) => `${name}/${aggregate}`)),
      'exact_match/v1',
    ]);
    expect(skippedMetrics[0]).toEqual({
      name: 'toxicity',
      reason: '@touchstone/metric-toxicity is not installed or not among the plug-ins',
      hint: 'npm i @touchstone/metric-toxicity',
    });
  });

  it('computes the rest of the preset with the pack that it said to install', async () => {
    const folder = folderWithAnswers();
    folder.install('@touchstone/metric-toxicity', 'packages/metrics/toxicity');
    const { stdout } = await folder.touchstone(...static3, '--model-type', 'question-answering', '--json');
    const { metrics, skippedMetrics } = JSON.parse(stdout);
    expect(skippedMetrics).toEqual([]);
    expect(metrics).toMatchObject({ 'toxicity/v1/mean': expect.any(Number), 'toxicity/v1/p90': expect.any(Number) });
    expect(metrics['toxicity/v1/ratio']).toBe(0);
  });

  it('gives options to a metric by name', async () => {
    const folder = folderWithAnswers();
    const stemmed = 'rougeL {"useStemmer": true, "name": "rougeL_stemmed"}';
    const { stdout } = await folder.touchstone(...static3, '--metric', 'rougeL', '--metric', stemmed, '--json');
    expect(JSON.parse(stdout).signatures).toEqual({
      'rougeL/v1': 'rougeL|v1|tokenizer:google|stem:no',
      'rougeL_stemmed/v1': 'rougeL|v1|tokenizer:google|stem:yes',
    });
  });

  it('maps columns, prefixes keys, and files the run', async () => {
    const folder = new TestFolder();
    folder.writeRows(
      'answers.jsonl',
      answers.map(({ question, expected, output }) => ({ question, truth: expected, output })),
    );
    const flags = ['--data', 'answers.jsonl', '--predictions', 'output', '--metric', 'rougeL', '--map', 'targets=truth'];
    const filed = ['--metric-prefix', 'a_', '--experiment', 'support bot', '--run-name', 'prompt 7', '--tag', 'git=abc=1'];
    const { stdout } = await folder.touchstone('run', ...flags, ...filed, '--json');
    const { run, metrics } = JSON.parse(stdout);
    expect(run).toMatchObject({ name: 'prompt 7', experiment: 'support bot' });
    expect(Object.keys(metrics)).toEqual(['a_rougeL/v1/mean', 'a_rougeL/v1/variance', 'a_rougeL/v1/p90']);
    const { runs } = JSON.parse((await folder.touchstone('runs', '--json')).stdout);
    expect(runs[0].tags).toEqual({ git: 'abc=1' });
  });

  it('writes the result and the table in every format, as a whole', async () => {
    const folder = folderWithAnswers();
    const flags = [...static3, '--metric', 'rougeL', '--no-store'];
    const files = ['table.json', 'table.jsonl', 'table.csv'];
    for (const file of files) await folder.touchstone(...flags, '--table', file, '--output', 'result.json');
    expect(JSON.parse(folder.read('table.json'))).toEqual({
      columns: ['question', 'expected', 'output', 'rougeL/v1/score'],
      data: answers.map(({ question, expected, output }, index) => [question, expected, output, [1, 0.25, 1][index]]),
    });
    expect(JSON.parse(folder.read('table.jsonl').split('\n')[1] ?? '')).toEqual({ ...answers[1], 'rougeL/v1/score': 0.25 });
    expect(folder.read('table.csv').split('\r\n').slice(0, 3)).toEqual([
      'question,expected,output,rougeL/v1/score',
      'What is a hash?,A fixed-size digest of data.,A fixed-size digest of data.,1',
      'What is a tree?,An acyclic connected graph.,A graph without cycles.,0.25',
    ]);
    const csv = folder.read('table.csv');
    await folder.touchstone(...flags, '--table', 'table.csv.gz');
    expect(gunzipSync(readFileSync(join(folder.path, 'table.csv.gz'))).toString()).toBe(csv);
    await folder.touchstone(...flags, '--table', 'sheet.csv', '--for-spreadsheets');
    expect(folder.read('sheet.csv')).toBe(`\ufeff${csv}`);
    await folder.touchstone(...flags, '--table', 'table.parquet');
    expect(folder.read('table.parquet')).toMatch(/^PAR1.*PAR1$/su);
    expect(JSON.parse(folder.read('result.json')).metrics['rougeL/v1/mean']).toBe(0.75);
    expect(folder.has('result.json.part')).toBe(false);
    expect(folder.has('.touchstone')).toBe(false);
  });

  it('reads Korean data from files with blanks in their names, and keeps runs in such a store', async () => {
    const folder = new TestFolder();
    folder.writeRows('한국어 질문.jsonl', [
      { 질문: '서울은 어느 나라의 수도인가요?', 정답: '대한민국의 수도입니다', 답변: '한국의 수도입니다' },
      { 질문: '물의 화학식은?', 정답: 'H2O', 답변: 'H2O' },
    ]);
    const columns = ['--inputs', '질문', '--targets', '정답', '--predictions', '답변'];
    const metric = ['--metric', 'rougeL {"tokenizer": "unicode"}'];
    const store = ['--store', '내 실행 기록.db'];
    const { stdout, stderr, exitCode } = await folder.touchstone(
      'run',
      '--data',
      '한국어 질문.jsonl',
      ...columns,
      ...metric,
      ...store,
    );
    expect(exitCode).toBe(0);
    // One of two words in common, and both: (1/2 + 1) / 2.
    expect(stdout).toContain('rougeL/v1/mean  0.7500');
    expect(folder.tidy(stderr)).toBe("finished: 2 rows · touchstone show ID --store '내 실행 기록.db'\n");
    const rows = await folder.touchstone('rows', '@last', '--worst', 'rougeL', '--limit', '1', ...store);
    expect(rows.stdout).toContain(
      '  질문    서울은 어느 나라의 수도인가요?\n  정답    대한민국의 수도입니다\n  답변    한국의 수도입니다\n  rougeL  0.5000',
    );
  });

  it('reads JSON Lines from stdin', async () => {
    const folder = new TestFolder();
    const stdin = answers.map((row) => JSON.stringify(row)).join('\n');
    const flags = ['run', '--data', '-', '--targets', 'expected', '--predictions', 'output', '--metric', 'exact_match', '--json'];
    const { stdout } = await folder.start(flags, { stdin }).ended;
    expect(JSON.parse(stdout)).toMatchObject({ run: { rows: 3 }, metrics: { 'exact_match/v1': 1 / 3 } });
  });

  it('takes the first rows, or the same random ones for the same seed', async () => {
    const folder = new TestFolder();
    folder.writeRows(
      'many.jsonl',
      Array.from({ length: 200 }, (_, n) => ({ id: `q${n}`, output: String(n) })),
    );
    const run = async (...flags: readonly string[]): Promise<readonly string[]> => {
      const common = [
        '--data',
        'many.jsonl',
        '--id',
        'id',
        '--predictions',
        'output',
        '--metric',
        './size.ts#size',
        '--no-store',
      ];
      await folder.touchstone('run', ...common, '--table', 'table.jsonl', ...flags);
      return folder
        .read('table.jsonl')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).id);
    };
    folder.write(
      'size.ts',
      "import { metric } from '@touchstone/core';\nexport const size = metric('size', ({ predictions }) => predictions.length);\n",
    );
    expect(await run('--limit', '3')).toEqual(['q0', 'q1', 'q2']);
    const sample = await run('--sample', '5', '--seed', '7');
    expect(sample).toHaveLength(5);
    expect(await run('--sample', '5', '--seed', '7')).toEqual(sample);
    expect(await run('--sample', '5', '--seed', '8')).not.toEqual(sample);
  });
});

describe('touchstone run --dry-run', () => {
  it('prints the plan and writes nothing', async () => {
    const folder = folderWithAnswers();
    folder.write('answer.js', "throw new Error('loaded, and that is all');");
    const { exitCode, stdout, stderr } = await folder.touchstone(
      ...static3,
      '--metric',
      'rougeL',
      '--limit',
      '2',
      '--dry-run',
      '--verbose',
    );
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: 'This was a dry run: nothing was asked, nothing was written.\n',
    });
    expect(folder.tidy(stdout).replace(/fingerprint: \w+/u, 'fingerprint: HASH')).toBe(
      [
        'data: FOLDER/answers.jsonl',
        'rows: 2 (the first 2)',
        'predictions: column output',
        'targets: column expected',
        'inputs: question',
        'metrics: 1',
        '  rougeL/v1  rougeL|v1|tokenizer:google|stem:no',
        '    predictions ← prediction output, targets ← target expected',
        'limits: 16 rows in flight, 120 s a call',
        'model calls: 0',
        'fingerprint: HASH',
        '',
      ].join('\n'),
    );
    expect(folder.has('.touchstone')).toBe(false);
  });

  it('prints the plan as one JSON document, and asks no model', async () => {
    const folder = folderWithAnswers();
    folder.write('answer.ts', "export function answer(): string { throw new Error('it was asked'); }");
    const flags = ['run', '--data', 'answers.jsonl', '--inputs', 'question', '--targets', 'expected', '--trials', '2'];
    const { stdout } = await folder.touchstone(
      ...flags,
      '--model',
      './answer.ts#answer',
      '--metric',
      'rougeL',
      '--dry-run',
      '--json',
    );
    expect(JSON.parse(stdout)).toMatchObject({ model: { id: './answer.ts#answer' }, trials: 2, metrics: [{ name: 'rougeL' }] });
    expect(folder.has('.touchstone')).toBe(false);
  });
});

describe('touchstone run with models', () => {
  it('asks a language model that a file exports', async () => {
    const folder = folderWithAnswers();
    const file = `
      import { chat } from '@touchstone/core';
      const echo = {
        kind: 'language',
        id: 'echo:/one',
        identity: 'echo',
        scopes: async () => ['echo'],
        send: async ({ messages }) => ({ value: { text: messages[0].content } }),
      };
      export const bare = echo;
      export const asked = chat(echo, { messages: [{ role: 'user', content: '{expected}' }] });
      export const said = chat(echo, { messages: [{ role: 'user', content: 'Q: {question}' }] });
    `;
    folder.write('models.ts', file);
    const flags = ['run', '--data', 'answers.jsonl', '--inputs', 'question', '--targets', 'expected', '--metric', 'exact_match'];
    const { stdout } = await folder.touchstone(...flags, '--model', './models.ts#bare', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      metrics: { 'exact_match/v1': 0 },
      usage: { models: { 'echo:/one': { calls: 3 } } },
    });
    const said = await folder.touchstone(...flags, '--model', './models.ts#said', '--table', 'table.jsonl');
    expect(said.exitCode).toBe(0);
    expect(readFileSync(join(folder.path, 'table.jsonl'), 'utf8')).toContain('"Q: ');
    const asked = await folder.touchstone(...flags, '--model', './models.ts#asked');
    expect(asked.stderr).toContain('the target, the id or the cluster');
  });

  const flags = ['run', '--data', 'answers.jsonl', '--inputs', 'question', '--targets', 'expected', '--metric', 'exact_match'];

  it('asks a function of a TypeScript file, which never sees the target', async () => {
    const folder = folderWithAnswers();
    folder.write('answer.ts', 'export default async (row: Record<string, string>) => Object.keys(row).sort().join(" ");');
    const { exitCode } = await folder.touchstone(...flags, '--model', './answer.ts', '--table', 'table.jsonl');
    expect(exitCode).toBe(0);
    expect(JSON.parse(folder.read('table.jsonl').split('\n')[0] ?? '').outputs).toBe('output question');
  });

  it('takes one of several outputs, and the others reach metrics by name', async () => {
    const folder = folderWithAnswers();
    folder.write('answer.ts', "export const answer = () => ({ text: 'First in, first out.', context: 'a book' });");
    folder.write(
      'grounded.ts',
      "import { metric } from '@touchstone/core';\nexport const grounded = metric('grounded', ({ context }) => context === 'a book', { needs: ['context'] });",
    );
    const { stdout } = await folder.touchstone(
      ...flags,
      '--model',
      './answer.ts#answer',
      '--predictions',
      'text',
      '--metric',
      './grounded.ts#grounded',
      '--json',
    );
    expect(JSON.parse(stdout).metrics).toEqual({ 'exact_match/v1': 1 / 3, 'grounded/mean': 1 });
  });

  it('evaluates several models, a run each, as one document', async () => {
    const folder = folderWithAnswers();
    folder.write('models.ts', "export const queue = () => 'First in, first out.';\nexport const silence = () => 'no';");
    const { stdout, stderr } = await folder.touchstone(
      ...flags,
      '--model',
      './models.ts#queue',
      '--model',
      './models.ts#silence',
      '--json',
    );
    const { runs } = JSON.parse(stdout);
    expect(runs.map(({ metrics }: { metrics: object }) => metrics)).toEqual([
      { 'exact_match/v1': 1 / 3 },
      { 'exact_match/v1': 0 },
    ]);
    expect(folder.tidy(stderr)).toBe(
      [
        './models.ts#queue: finished, 3 rows',
        './models.ts#silence: finished, 3 rows',
        'finished: 2 of 2 cells finished · touchstone show ID',
        '',
      ].join('\n'),
    );
  });

  it('repeats each row with --trials, and keeps the trials apart', async () => {
    const folder = folderWithAnswers();
    folder.write('answer.ts', "export const answer = (_row: object, call: { trial: number }) => 'trial ' + call.trial;");
    await folder.touchstone(...flags, '--model', './answer.ts#answer', '--trials', '2', '--limit', '1', '--table', 'table.jsonl');
    const lines = folder
      .read('table.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ trial, outputs }) => ({ trial, outputs }))).toEqual([
      { trial: 0, outputs: 'trial 0' },
      { trial: 1, outputs: 'trial 1' },
    ]);
  });

  it('keeps what a model logs out of the result', async () => {
    const folder = folderWithAnswers();
    folder.write('answer.ts', "export const answer = () => { console.log('asked', { n: 1 }); console.table([1]); return 'x'; };");
    const { stdout, stderr } = await folder.touchstone(...flags, '--model', './answer.ts#answer', '--limit', '1', '--json');
    expect(JSON.parse(stdout).metrics).toEqual({ 'exact_match/v1': 0 });
    expect(stderr).toMatch(/^asked \{ n: 1 \}\n/u);
  });

  it('gives models the variables of --env-file', async () => {
    const folder = folderWithAnswers();
    folder.write('my.env', 'TS_TEST_ANSWER="First in, first out."\n');
    folder.write('answer.ts', 'export const answer = () => process.env.TS_TEST_ANSWER;');
    const { stdout } = await folder.touchstone(...flags, '--model', './answer.ts#answer', '--env-file', 'my.env', '--json');
    expect(JSON.parse(stdout).metrics).toEqual({ 'exact_match/v1': 1 / 3 });
  });
});
