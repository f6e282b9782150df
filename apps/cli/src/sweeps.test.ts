import { fakeProvider } from '@touchstone/testing/fake-provider';
import { describe, expect, it } from 'vitest';
import { TestFolder } from './__fixtures__/test-folder.ts';

const rows = Array.from({ length: 6 }, (_, n) => ({ question: `질문 ${n}`, expected: `질문 ${n}` }));
const KEY = { OPENAI_API_KEY: 'sk-canary-0123456789' };

const CONFIG = `
export default {
  evaluations: {
    smoke: {
      data: 'questions.jsonl', inputs: 'question', targets: 'expected', extraMetrics: ['exact_match'],
      models: { mini: 'openai:/gpt-4o-mini', big: 'openai:/gpt-4o' },
      prompts: { bare: '{question}', 정중한: [{ role: 'system', content: '정중하게' }, { role: 'user', content: '{question}?' }] },
      limits: { concurrency: 1 }, cache: false, run: { name: 'nightly' },
    },
  },
};`;

function sweepFolder(): TestFolder {
  const folder = new TestFolder();
  folder.writeRows('questions.jsonl', rows);
  folder.write('touchstone.config.mjs', CONFIG);
  folder.install('@touchstone/model-openai', 'packages/models/openai');
  return folder;
}

/** An answer that repeats the question. */
const parrot = ({ prompt }: { readonly prompt: string }) => prompt;

describe('models × prompts of a config', () => {
  it('are a run each below one, with one comparison at the end', async () => {
    await using provider = await fakeProvider({ answers: { chat: parrot } });
    const folder = sweepFolder();
    const env = { ...KEY, OPENAI_BASE_URL: provider.openai };
    const { exitCode, stdout, stderr } = await folder.start(['run', 'smoke'], { env }).ended;
    expect({ exitCode, stderr: folder.tidy(stderr) }).toEqual({
      exitCode: 0,
      stderr: [
        'mini · bare: finished, 6 rows',
        'mini · 정중한: finished, 6 rows',
        'big · bare: finished, 6 rows',
        'big · 정중한: finished, 6 rows',
        'finished: 4 of 4 cells finished · touchstone show ID',
        '',
      ].join('\n'),
    });
    expect(provider.calls()).toHaveLength(24);
    // Whoever is asked the bare question says it again; with a question mark it is another text.
    expect(stdout).toMatch(
      /^metric +mini · bare +mini · 정중한 +big · bare +big · 정중한\nexact_match\/v1 +1 \[.*\] +0 \[.*\] +1 \[.*\] +0 \[.*\]$/mu,
    );
    const shown = await folder.touchstone('show', '@last');
    expect(shown).toEqual({ exitCode: 0, stderr: '', stdout });
    const again = await folder.start(['repro', 'nightly · big · 정중한', '1'], { env }).ended;
    expect(again.stdout).toContain('정중하게');
    expect(again.stdout).toContain('curl ');
    const { runs } = JSON.parse((await folder.touchstone('runs', '--json', '--where', "params.prompt = '정중한'")).stdout);
    expect(runs.map(({ name }: { name: string }) => name)).toEqual(['nightly · big · 정중한', 'nightly · mini · 정중한']);
  });

  it('are planned cell by cell, and together', async () => {
    const folder = sweepFolder();
    const { exitCode, stdout } = await folder.start(['run', 'smoke', '--dry-run'], { env: KEY }).ended;
    expect(exitCode).toBe(0);
    expect(stdout.match(/^(?:mini|big) · (?:bare|정중한)$/gmu)).toHaveLength(4);
    expect(stdout).toMatch(/^all 4: 24 calls, [\d.e-]+–[\d.e-]+ USD$/mu);
  });

  it('go on where a killed one was, and ask nothing again that was answered', async () => {
    let asked = 0;
    await using provider = await fakeProvider({
      answers: { chat: ({ prompt }) => (++asked === 9 ? { fault: 'hang' } : prompt) },
    });
    const folder = sweepFolder();
    const env = { ...KEY, OPENAI_BASE_URL: provider.openai };
    const first = folder.start(['run', 'smoke'], { env });
    while (provider.calls().length < 9) await new Promise((resolve) => setTimeout(resolve, 20));
    first.process.kill('SIGKILL');
    await first.ended;
    const { exitCode, stderr, stdout } = await folder.start(['resume'], { env }).ended;
    expect({ exitCode, stderr: folder.tidy(stderr) }).toEqual({
      exitCode: 0,
      stderr: expect.stringContaining('finished: 4 of 4 cells finished'),
    });
    expect(stdout).toContain('big · 정중한');
    // The one that hung, once more.
    expect(provider.calls()).toHaveLength(25);
    expect(JSON.parse((await folder.touchstone('runs', '--json')).stdout).runs).toHaveLength(5);
  });

  it('stop at Ctrl-C with the command that goes on with all of them as the last line; a cell can be gone on with alone', async () => {
    await using provider = await fakeProvider({ answers: { chat: parrot }, latency: 200 });
    const folder = sweepFolder();
    const env = { ...KEY, OPENAI_BASE_URL: provider.openai };
    const first = folder.start(['run', 'smoke'], { env });
    while (provider.calls().length < 8) await new Promise((resolve) => setTimeout(resolve, 20));
    first.process.kill('SIGINT');
    const stopped = await first.ended;
    expect(stopped.exitCode).toBe(130);
    const runs: readonly { readonly id: string; readonly name: string; readonly status: string; readonly parent?: string }[] =
      JSON.parse((await folder.touchstone('runs', '--json')).stdout).runs;
    const parent = runs.find((run) => run.parent === undefined);
    expect(stopped.stderr.trimEnd().split('\n').at(-1)).toBe(`touchstone resume ${parent?.id.slice(0, 8)}`);
    expect(runs.map(({ name, status }) => [name, status])).toEqual([
      ['nightly · mini · 정중한', 'interrupted'],
      ['nightly · mini · bare', 'finished'],
      ['nightly', 'interrupted'],
    ]);
    const alone = await folder.start(['resume', runs[0]?.id ?? ''], { env }).ended;
    expect(alone.exitCode).toBe(3);
    expect(alone.stderr).toContain('mini · 정중한: finished, 6 rows\n');
    expect(provider.calls()).toHaveLength(12);
    expect((await folder.start(['resume', 'nightly'], { env }).ended).exitCode).toBe(0);
    expect(provider.calls()).toHaveLength(24);
  });

  it('share one cap on the costs', async () => {
    await using provider = await fakeProvider({ answers: { chat: parrot } });
    const folder = sweepFolder();
    folder.write(
      'touchstone.config.mjs',
      `import prices from '@touchstone/price-genai';\n${CONFIG.replace('export default {', "export default { plugins: [prices({ overrides: { 'openai:/gpt-4o-mini': { input: 1000, output: 1000 }, 'openai:/gpt-4o': { input: 1000, output: 1000 } } })],")}`,
    );
    const env = { ...KEY, OPENAI_BASE_URL: provider.openai };
    const whole = await folder.start(['run', 'smoke', '--json', '--no-store'], { env }).ended;
    const costs: readonly number[] = JSON.parse(whole.stdout).runs.map(
      ({ usage }: { usage: { cost: { usd: number } } }) => usage.cost.usd,
    );
    const all = costs.reduce((sum, usd) => sum + usd, 0);
    const before = provider.calls().length;
    // What a call may cost at most is far more than what it costs: a cap of half the money lets some of the cells through.
    const capped = await folder.start(
      ['run', 'smoke', '--max-cost', `${all / 2 + 0.05}`, '--model-option', 'max-output-tokens=20', '--json'],
      { env },
    ).ended;
    expect(capped.exitCode).toBe(3);
    const { run, runs } = JSON.parse(capped.stdout);
    expect(run).toMatchObject({ status: 'incomplete', reason: expect.stringContaining('the cost cap is reached') });
    const spent = runs.reduce((sum: number, { usage }: { usage: { cost: { usd: number } } }) => sum + usage.cost.usd, 0);
    expect(spent).toBeLessThanOrEqual(all / 2 + 0.05);
    expect(provider.calls().length - before).toBeLessThan(24);
    expect(capped.stderr).toContain('Continue it with (and a higher --max-cost):');
    const { exitCode } = await folder.start(['resume', '@last', '--max-cost', '1000', '--json'], { env }).ended;
    expect(exitCode).toBe(0);
    expect(provider.calls().length - before).toBe(24);
  });
});

describe('several --model', () => {
  const flags = ['run', '--data', 'questions.jsonl', '--inputs', 'question', '--targets', 'expected', '--metric', 'exact_match'];
  const two = ['--model', './models.mjs#right', '--model', './models.mjs#wrong'];
  const models =
    'export const right = ({ question }) => question; export const wrong = () => "틀림"; export const broken = () => { throw new Error("고장"); };';

  function modelFolder(): TestFolder {
    const folder = new TestFolder();
    folder.writeRows('questions.jsonl', rows);
    folder.write('models.mjs', models);
    return folder;
  }

  it('are compared, as text, as a document and as a file', async () => {
    const folder = modelFolder();
    const { exitCode, stdout } = await folder.touchstone(...flags, ...two, '--json', '--output', 'sweep.json');
    expect(exitCode).toBe(0);
    const { comparison, runs } = JSON.parse(stdout);
    expect(comparison.cells).toEqual(['./models.mjs#right', './models.mjs#wrong']);
    expect(comparison.metrics['exact_match/v1']['./models.mjs#right']).toMatchObject({ value: 1 });
    expect(comparison.metrics['exact_match/v1']['./models.mjs#wrong']).toMatchObject({ value: 0 });
    expect(runs).toHaveLength(2);
    expect(JSON.parse(folder.read('sweep.json'))).toEqual(JSON.parse(stdout));
  });

  it('end in the worst of their ends, and one does not keep the other from being evaluated', async () => {
    const folder = modelFolder();
    const { exitCode, stderr } = await folder.touchstone(
      ...flags,
      '--model',
      './models.mjs#broken',
      '--model',
      './models.mjs#right',
    );
    expect(exitCode).toBe(3);
    expect(stderr).toContain('./models.mjs#broken: failed');
    expect(stderr).toContain('./models.mjs#right: finished, 6 rows');
    expect(folder.tidy(stderr).trimEnd().split('\n').slice(-3)).toEqual([
      'failed: 1 of 2 cells finished (not finished: ./models.mjs#broken) · touchstone show ID',
      'Continue it with:',
      'touchstone resume ID',
    ]);
  });

  it('cannot read stdin for each of them', async () => {
    const folder = modelFolder();
    const asked = ['run', '--data', '-', '--inputs', 'question', '--targets', 'expected', '--metric', 'exact_match', ...two];
    const { exitCode, stderr } = await folder.start(asked, { stdin: folder.read('questions.jsonl') }).ended;
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: '--data - can be read once, and a sweep reads its data for each cell: write the rows to a file, and name that.\n',
    });
  });

  it.each<[readonly string[], string]>([
    [[...two, '--table', 'x.json'], '--table is for one run, and this is a sweep of several: name one model and one prompt.\n'],
    [
      ['--model', './models.mjs#right', '--model', './models.mjs#right'],
      "Two cells of the sweep are called './models.mjs#right': give the models names, { one: …, other: … }.\n",
    ],
    [['--model', 'opnai:/a', '--model', './models.mjs#right'], "opnai:/a: There is no model scheme 'opnai' (of 'opnai:/a')."],
  ])('%j is wrong, and said before anything is kept', async (more, sentence) => {
    const folder = modelFolder();
    const { exitCode, stderr } = await folder.touchstone(...flags, ...more);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(sentence) });
    expect((await folder.touchstone('runs')).stderr).toContain('There are no runs');
  });
});
