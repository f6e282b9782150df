import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FakeProvider, fakeProvider } from '@touchstone/testing/fake-provider';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answers } from './fake-answers.ts';
import { statements } from './statements.ts';

const here = import.meta.dirname;
const files = globSync('[0-9][0-9]-*.ts', { cwd: here }).toSorted();
/** What the real MLflow makes of the same rows: see `__fixtures__/real_mlflow.py`. */
const recorded: Readonly<Record<'questionAnswering' | 'summarization', Recorded>> = JSON.parse(
  readFileSync(join(here, '__fixtures__/mlflow-2.22.5.json'), 'utf8'),
);

interface Recorded {
  readonly metrics: Readonly<Record<string, number>>;
  readonly table: { readonly columns: readonly string[]; readonly data: readonly (readonly unknown[])[] };
}

const FAKE =
  /^[\w, ]+ (?:is not|are not both|are not all) set: a fake provider on this machine answers \(http:\/\/127\.0\.0\.1:\d+\)\.\n$/u;

/** By snippet: its run without any key. */
const ended = new Map<string, Ended>();

beforeAll(async () => {
  await twoAtATime(files, async (file) => {
    ended.set(file, await run(file));
  });
}, 600_000);

test('the ten snippets are there, in their order', () => {
  expect(files.slice(0, 10)).toEqual([
    '01-azure-environment.ts',
    '02-log-a-model.ts',
    '03-evaluate-a-logged-model.ts',
    '04-function-as-model.ts',
    '05-outputs-that-exist.ts',
    '06-preset-by-model-type.ts',
    '07-preset-and-latency.ts',
    '08-only-these-metrics.ts',
    '09-answer-relevance.ts',
    '10-results.ts',
  ]);
});

describe('without a key', () => {
  const offline = ['14-data.ts', '16-own-metric.ts', '17-thresholds.ts', '18-tracking.ts', '19-optional-packages.ts'];

  test.each(files)('%s succeeds, and says on one line who answers', (file) => {
    const { exitCode, stdout, stderr } = outcome(file);
    expect({ file, exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ file, exitCode: 0, stderr: '' });
    if (offline.includes(file)) expect(stderr).toBe('');
    else if (file === '12-pipeline.ts') expect(stderr).toMatch(/^@huggingface\/transformers is not installed: .+\n$/u);
    else expect(stderr).toMatch(FAKE);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).not.toMatch(/\bfailed\b(?!: candidate)/u);
  });

  test.each(files.slice(0, 10))('%s shows the line of MLflow above ours', (file) => {
    const code = source(file);
    const line = file.startsWith('01') ? code.indexOf('os.environ[') : code.search(/mlflow[.\w]*\(|results\.metrics/u);
    expect(code.slice(0, line)).toMatch(/\/\/ *\S*$|\/\/[^\n]*$/u);
    expect(line).toBeLessThan(code.lastIndexOf('console.'));
  });
});

test.each([
  ['05-outputs-that-exist.ts', { OPENAI_API_TYPE: 'azure', OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' }],
  ['01-azure-environment.ts', { AZURE_OPENAI_ENDPOINT: 'http://127.0.0.1:9' }],
  ['01-azure-environment.ts', { AZURE_OPENAI_API_KEY: 'half', OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' }],
])('%s with half of the variables asks nobody else: %j', async (file, variables) => {
  const { exitCode, stdout, stderr } = await run(file, variables);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(FAKE) });
  expect(stdout).toContain('4/4');
});

describe('the numbers follow from the data', () => {
  const { metrics: real, table } = recorded.questionAnswering;
  const tokens = table.data.map((cells) => Number(cells[table.columns.indexOf('token_count')]));

  test('those of the preset are the numbers of the real MLflow, under its keys', () => {
    const ours = printedMetrics(outcome('10-results.ts').stdout);
    for (const [key, value] of Object.entries(real)) expect({ key, value: ours[key] }).toEqual({ key, value: near(value) });
    expect(ours).toMatchObject({
      'token_count/mean': near(mean(tokens)),
      'token_count/variance': near(variance(tokens)),
      'token_count/p90': near(p90(tokens)),
      'toxicity/v1/ratio': 0,
    });
    const further = ['toxicity/v1/mean', 'toxicity/v1/variance', 'toxicity/v1/p90', 'toxicity/v1/ratio'];
    const judged = ['mean', 'variance', 'p90'].map((name) => `answer_similarity/v1/${name}`);
    const counted = ['mean', 'variance', 'p90'].map((name) => `token_count/${name}`);
    expect(Object.keys(ours).toSorted()).toEqual([...Object.keys(real), ...further, ...judged, ...counted].toSorted());
  });

  test.each([
    ['02-log-a-model.ts', ['exact_match/v1']],
    ['03-evaluate-a-logged-model.ts', ['ari_grade_level/v1/mean', 'exact_match/v1']],
    ['04-function-as-model.ts', ['ari_grade_level/v1/mean']],
    ['06-preset-by-model-type.ts', ['ari_grade_level/v1/mean', 'exact_match/v1']],
    ['07-preset-and-latency.ts', ['ari_grade_level/v1/mean', 'exact_match/v1']],
    ['11-registered-model.ts', ['exact_match/v1']],
    ['13-endpoint.ts', ['exact_match/v1']],
    ['19-optional-packages.ts', ['exact_match/v1']],
  ])('%s: %j', (file, keys) => {
    for (const key of keys) expect(shown(file, key)).toEqual({ value: near(real[key] ?? Number.NaN, 5e-4), scored: '4/4' });
  });

  test('exact_match without targets is skipped, and so said', () => {
    const { stdout } = outcome('04-function-as-model.ts');
    expect(stdout).toContain(
      "Skipped metrics\n  exact_match: needs targets: say which column holds them, e.g. targets:\n    'ground_truth'\n",
    );
    expect(stdout).not.toContain('exact_match/v1');
  });

  test('grades of a judge are averaged', () => {
    // 5, 4, 5, 2 and 5, 5, 5, 3 are what the fake judge says.
    expect(shown('05-outputs-that-exist.ts', 'answer_similarity/v1/mean')).toEqual({ value: 4, scored: '4/4' });
    for (const file of ['01-azure-environment.ts', '09-answer-relevance.ts']) {
      expect(shown(file, 'answer_relevance/v1/mean')).toEqual({ value: 4.5, scored: '4/4' });
    }
    expect(shown('15-own-judge.ts', 'professionalism/v1/mean')).toEqual({ value: near((5 + 1 + 5) / 3, 5e-4), scored: '3/3' });
    expect(shown('15-own-judge.ts', 'apologizes/mean')).toEqual({ value: near(2 / 3, 5e-4), scored: '3/3' });
  });

  test('a summary has the ROUGE of the real MLflow', () => {
    const { metrics } = recorded.summarization;
    for (const name of ['ari_grade_level', 'rouge1', 'rouge2', 'rougeL', 'rougeLsum']) {
      const key = `${name}/v1/mean`;
      expect({ key, ...shown('12-pipeline.ts', key) }).toEqual({ key, value: near(metrics[key] ?? 0, 5e-4), scored: '4/4' });
    }
  });

  test('only the two metrics that were asked for', () => {
    const { stdout } = outcome('08-only-these-metrics.ts');
    const keys = [...stdout.matchAll(/^(\S+\/\S+) /gmu)].map(([, key]) => key);
    expect(keys).toEqual(['latency/mean', 'toxicity/v1/mean', 'toxicity/v1/ratio']);
    // The fake provider takes 20 ms for an answer.
    expect(shown('08-only-these-metrics.ts', 'latency/mean').value).toBeGreaterThanOrEqual(0.02);
  });

  test('all kinds of data come to the same: two of three capitals are right', () => {
    const { stdout } = outcome('14-data.ts');
    const values = [...stdout.matchAll(/^(\w+) \{ 'exact_match\/v1': (\S+) \}/gmu)].map(([, kind, value]) => [
      kind,
      Number(value),
    ]);
    expect(values).toEqual(['rows', 'texts', 'lists', 'dataset', 'file'].map((kind) => [kind, near(2 / 3)]));
    expect(stdout).toMatch(/1 skipped\n? *\(not-english\)/u);
  });

  test('own metrics, thresholds and runs', () => {
    // Three of four outputs have at most ten words.
    expect(shown('16-own-metric.ts', 'brief/mean')).toEqual({ value: 0.75, scored: '4/4' });
    expect(outcome('17-thresholds.ts').stdout).toBe(
      'At least 0.1 better than the baseline.\nMetric exact_match/v1 value threshold check failed: candidate model exact_match/v1 = 0.5, exact_match/v1 threshold = 0.8.\n',
    );
    expect(outcome('18-tracking.ts').stdout).toBe("child finished\nlower case { team: 'qa', reviewed: 'yes' }\n");
  });
});

describe('with a key', () => {
  let provider: FakeProvider;
  /** By snippet: what it has sent. */
  const sent = new Map<string, readonly string[]>();
  /** How often each asks: once a row and model, once a row and judge. */
  const times: Readonly<Record<string, number>> = {
    '02-log-a-model.ts': 4,
    '03-evaluate-a-logged-model.ts': 4,
    '04-function-as-model.ts': 4,
    '05-outputs-that-exist.ts': 4,
    '06-preset-by-model-type.ts': 4,
    '07-preset-and-latency.ts': 4,
    '08-only-these-metrics.ts': 4,
    '09-answer-relevance.ts': 4,
    '10-results.ts': 8,
    '11-registered-model.ts': 4,
    '15-own-judge.ts': 6,
  };
  const asked = Object.keys(times);

  beforeAll(async () => {
    provider = await fakeProvider({ answers, credentials: [...asked, 'azure'].map((file) => `test-key-${file}`) });
    await twoAtATime(asked, async (file) => {
      const { exitCode, stderr } = await run(file, { OPENAI_API_KEY: `test-key-${file}`, OPENAI_BASE_URL: provider.openai });
      expect({ file, exitCode, stderr }).toEqual({ file, exitCode: 0, stderr: '' });
    });
    for (const file of asked) {
      const calls = provider.calls().filter(({ headers }) => headers.authorization === `Bearer test-key-${file}`);
      sent.set(
        file,
        calls.map(({ body }) => JSON.stringify(body)),
      );
    }
  }, 300_000);
  afterAll(() => provider[Symbol.asyncDispose]());

  test.each(Object.entries(times))('%s asks the server that OPENAI_BASE_URL names, %i times', (file, count) => {
    expect(sent.get(file)).toHaveLength(count);
  });

  test('the variables of Azure lead to the deployment', async () => {
    const { exitCode, stdout, stderr } = await run('01-azure-environment.ts', {
      OPENAI_API_KEY: 'test-key-azure',
      OPENAI_API_BASE: provider.azure,
      OPENAI_API_VERSION: '2024-06-01',
      OPENAI_DEPLOYMENT_NAME: 'gpt-4-서울',
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('openai:/gpt-4 is answered by azure-openai:/gpt-4-서울.\n');
    const calls = provider.calls().filter(({ api }) => api === 'azure');
    expect(calls).toHaveLength(4);
    for (const { path, query, headers } of calls) {
      expect(decodeURIComponent(path)).toBe('/openai/deployments/gpt-4-서울/chat/completions');
      expect([query['api-version'], headers['api-key']]).toEqual(['2024-06-01', 'test-key-azure']);
    }
  });

  test.each(statements.filter(({ sends }) => sends !== undefined))('$file sends what "$says" means', ({ file, sends = [] }) => {
    const requests = (sent.get(file) ?? []).join('\n');
    for (const text of sends) expect(requests).toContain(text);
  });
});

describe('what MLflow’s page says can be done', () => {
  test.each(statements)('$topic: $says', ({ file, code, prints = [] }) => {
    expect(files).toContain(file);
    expect(codeOf(file)).toContain(code);
    const { exitCode, stdout } = outcome(file);
    expect(exitCode).toBe(0);
    for (const text of prints) expect(stdout).toContain(text);
  });

  test('each kind of model, data, metric, judge and result has its statement', () => {
    const said = (topic: string) => statements.filter((one) => one.topic === topic).map(({ says }) => says);
    expect(said('model')).toHaveLength(7);
    expect(said('data')).toHaveLength(5);
    expect(said('preset')).toHaveLength(4);
    expect(said('metrics')).toHaveLength(3);
    expect(said('judge')).toHaveLength(7);
    expect(said('results')).toHaveLength(2);
  });

  test('every snippet is in the guide, and every statement in its table', () => {
    const guide = readFileSync(join(here, 'README.md'), 'utf8');
    for (const file of files) expect(guide).toContain(`](${file})`);
    for (const { says, file } of statements) {
      const row = guide.split('\n').find((line) => line.startsWith('|') && line.replaceAll('`', '').includes(`| ${says} |`));
      expect({ says, row }).toEqual({ says, row: expect.stringContaining(`](${file})`) });
    }
  });
});

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function outcome(file: string): Ended {
  const found = ended.get(file);
  if (found === undefined) throw new Error(`There is no snippet ${file}.`);
  return found;
}

/** Runs a snippet as a person would, with none of the variables that say who answers but these. */
function run(file: string, variables: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const about = /^(?:OPENAI|AZURE|ANTHROPIC|HF|MLFLOW|TOUCHSTONE|VITEST|NODE|FORCE_COLOR|SCORING_URL|CHAT_URL|API_URL)/u;
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !about.test(name)));
  return new Promise((resolve) => {
    const options = { cwd: here, env: { ...inherited, NO_COLOR: '1', ...variables } };
    execFile(process.execPath, [join(here, file)], options, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, stdout, stderr });
    });
  });
}

async function twoAtATime<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next);
  };
  await Promise.all([worker(), worker()]);
}

function source(file: string): string {
  return readFileSync(join(here, file), 'utf8');
}

/** Without comments. */
function codeOf(file: string): string {
  return source(file).replaceAll(/(?:^|\s)\/\/.*$/gmu, '');
}

/** The line of an aggregate in a printed result. */
function shown(file: string, key: string): { readonly value: number; readonly scored: string | undefined } {
  const line =
    outcome(file)
      .stdout.split('\n')
      .find((one) => one.startsWith(`${key} `)) ?? '';
  return { value: Number(line.split(/\s+/u)[1]), scored: / (\d+\/\d+)$/u.exec(line)?.[1] };
}

/** `results.metrics`, as Node prints it. */
function printedMetrics(stdout: string): Readonly<Record<string, number>> {
  const block = stdout.slice(0, stdout.indexOf('\n}'));
  return Object.fromEntries([...block.matchAll(/^ {2}'([^']+)': ([^,]+),?$/gmu)].map(([, key, value]) => [key, Number(value)]));
}

function near(value: number, relative = 1e-9): number {
  const isNear = (other: unknown): boolean =>
    typeof other === 'number' && Math.abs(other - value) <= relative * Math.max(1e-12, Math.abs(value));
  return expect.toSatisfy(isNear, `near ${value}`);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  return mean(values.map((value) => (value - mean(values)) ** 2));
}

/** Linear interpolation at 0.9 (n − 1), as NumPy's percentile. */
function p90(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = 0.9 * (sorted.length - 1);
  const [below = Number.NaN, above = below] = sorted.slice(Math.floor(at), Math.floor(at) + 2);
  return below + (above - below) * (at - Math.floor(at));
}
