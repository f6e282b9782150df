import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const here = import.meta.dirname;
const root = join(here, '../..');
const commandLine = join(root, 'apps/cli/dist/main.js');
let folder: string;

function makeFolder(): void {
  folder = mkdtempSync(join(tmpdir(), 'quickstart-test-'));
  for (const file of ['questions.jsonl', 'system-a.jsonl', 'system-b.jsonl']) copyFileSync(join(here, file), join(folder, file));
}

function removeFolder(): void {
  rmSync(folder, { recursive: true, force: true });
}

describe('the demo', () => {
  let demo: Ended;

  beforeAll(async () => {
    makeFolder();
    demo = await runDemo();
  });
  afterAll(removeFolder);

  test('succeeds, keeps within 80 columns and sends no colour to a pipe', () => {
    expect(demo).toMatchObject({ exitCode: 0, stderr: '' });
    expect(demo.stdout).not.toContain('\u001b');
    const paths = /^ {2}(npx|\/)|touchstone show/u;
    expect(demo.stdout.split('\n').filter((line) => [...line].length > 80 && !paths.test(line))).toEqual([]);
  });

  test('prints the numbers that follow from the files', () => {
    const [a, b] = [readSystem('a'), readSystem('b')];
    expect(demo.stdout).toContain(`Systems A and B on the same ${a.length} questions`);
    const line = lineOf(demo.stdout, 'exact_match/v1');
    const cells = [a, b].map((rows) => {
      const answered = rows.filter(({ answer }) => answer !== null);
      const [low, high] = wilson(answered.filter(isExact).length, answered.length);
      const share = answered.filter(isExact).length / answered.length;
      return `${share.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}] ${answered.length}/${rows.length}`;
    });
    expect(line).toBe(`exact_match/v1 ${cells.join(' ')}`);
    expect(demo.stdout).toContain(`exact_match  ${exactMatchDifference(a, b)}  [`);

    for (const name of ['token_count', 'toxicity', 'flesch_kincaid_grade_level', 'ari_grade_level']) {
      expect(lineOf(demo.stdout, name)).toMatch(/^\S+ npm i @touchstone\/metric-[a-z]+$/);
    }
  });

  test('loses no row of the killed model, and asks for none again whose answer was stored', () => {
    const asked = readFileSync(join(folder, 'calls.log'), 'utf8').trim().split('\n');
    const told = /(\d+) rows were not asked again\. The model was asked for the other (\d+) now/.exec(demo.stdout);
    const [notAgain, now] = [Number(told?.[1]), Number(told?.[2])];
    expect(notAgain).toBeGreaterThan(0);
    expect(notAgain + now).toBe(60);
    expect(new Set(asked).size).toBe(60);
    // Everything beyond one answer a row was answered just before the kill, and could not be stored any more.
    expect(asked.length - 60).toBe(Number(/too late to be stored: (\d+)/.exec(demo.stdout)?.[1]));
    const askedNow = asked.slice(-now);
    expect(asked.filter((key) => !askedNow.includes(key))).toHaveLength(notAgain);
    expect(demo.stdout).toContain('All 60 rows are there, each once.');
  });

  test('leaves a resumed run equal to one that nobody disturbed, and the commands it recommends work', async () => {
    const recommended = [...demo.stdout.matchAll(/^ {2}npx -y pnpm@12 touchstone (.+)$/gmu)].map(([, command = '']) => command);
    expect(recommended).toHaveLength(4);
    for (const command of recommended) {
      const { exitCode, stdout, stderr } = await run([commandLine, ...command.split(' ')]);
      expect({ command, exitCode, stderr }).toEqual({ command, exitCode: 0, stderr: '' });
      expect(stdout).not.toBe('');
    }
    const resumed = await show();
    expect(resumed.run).toMatchObject({ name: 'function model', experiment: 'quickstart', status: 'finished', rows: 60 });
    const data = ['--data', join(folder, 'questions.jsonl'), '--id', 'id', '--inputs', 'question', '--targets', 'ground_truth'];
    const metrics = ['--model-type', 'question-answering', '--metric', 'rougeL {"tokenizer": "unicode"}'];
    const model = ['--model', './examples/quickstart/answer.js#answer'];
    await run([commandLine, 'run', ...data, ...model, ...metrics, '--store', store()], { QUICKSTART_DELAY_MS: '0' });
    const undisturbed = await show();
    expect(undisturbed.run.id).not.toBe(resumed.run.id);
    for (const part of ['metrics', 'intervals', 'coverage', 'signatures'] as const)
      expect(resumed[part]).toEqual(undisturbed[part]);
  });
});

describe('the demo on other data', () => {
  beforeEach(makeFolder);
  afterEach(removeFolder);

  test('counts an answer that changed in a file, and cannot tell two systems apart that differ in it alone', async () => {
    const rows = readSystem('a');
    const wrong = rows.findIndex((row) => !isExact(row));
    const changed = rows.map((row, index) => (index === wrong ? { ...row, answer: row.ground_truth } : row));
    writeFileSync(join(folder, 'system-b.jsonl'), changed.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const { stdout } = await runDemo();
    const right = rows.filter(isExact).length;
    const shares = [right, right + 1].map((count) => (count / 60).toFixed(3));
    expect(lineOf(stdout, 'exact_match/v1')).toMatch(
      new RegExp(`^exact_match/v1 ${shares[0]} .* 60/60 ${shares[1]} .* 60/60$`, 'u'),
    );
    expect(stdout).toContain(`exact_match  ${exactMatchDifference(rows, changed)}  [`);
    expect(stdout.match(/Cannot tell: 0 is inside the interval\./gu)).toHaveLength(2);
  });

  test('calls A the better system when it is', async () => {
    copyFileSync(join(here, 'system-b.jsonl'), join(folder, 'system-a.jsonl'));
    copyFileSync(join(here, 'system-a.jsonl'), join(folder, 'system-b.jsonl'));
    const { stdout } = await runDemo();
    expect(stdout).toContain(`exact_match  ${exactMatchDifference(readSystem('a'), readSystem('b'))}  [`);
    expect(stdout.match(/A scores higher: the whole interval is below 0/gu)).toHaveLength(2);
  });

  test('fails with a sentence when its data is missing', async () => {
    rmSync(join(folder, 'system-b.jsonl'));
    const { exitCode, stderr } = await runDemo();
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^\nThe demo failed: .*system-b\.jsonl/u);
  });

  test('fails with a sentence when the model ends before it can be killed', async () => {
    const { exitCode, stderr } = await runDemo({ QUICKSTART_DELAY_MS: 'soon' });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('The demo failed: touchstone run ended with 3 before it could be killed.');
  });
});

describe('the first example of the readme', () => {
  beforeEach(makeFolder);
  afterEach(removeFolder);

  test('is evaluate.ts, and its output is what that prints', async () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    expect(readme).toContain(`\`\`\`ts\n${readFileSync(join(here, 'evaluate.ts'), 'utf8')}\`\`\``);
    const { stdout } = await run([join(here, 'evaluate.ts')]);
    const steady = (text: string) => text.replace(/^data [0-9a-f]{6} (.*) \d+\.\d s$/mu, 'data 000000 $1 0.0 s');
    expect(steady(readme)).toContain(`\`\`\`text\n${steady(stdout)}\`\`\``);
  });
});

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Answered {
  readonly ground_truth: string;
  readonly answer: string | null;
}

function readSystem(name: 'a' | 'b'): readonly Answered[] {
  const text = readFileSync(join(folder, `system-${name}.jsonl`), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function isExact({ answer, ground_truth }: Answered): boolean {
  return answer === ground_truth;
}

/** Share of B less share of A, over the rows that both have answered. */
function exactMatchDifference(a: readonly Answered[], b: readonly Answered[]): string {
  const pairs = a.flatMap((row, index) => {
    const other = b[index];
    return other === undefined || row.answer === null || other.answer === null
      ? []
      : [Number(isExact(other)) - Number(isExact(row))];
  });
  const difference = pairs.reduce((sum, one) => sum + one, 0) / pairs.length;
  return `${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(3)}`;
}

/** Wilson's score interval at 95 %, as textbooks write it. */
function wilson(successes: number, n: number): readonly [number, number] {
  const z = 1.959963984540054;
  const p = successes / n;
  const center = (p + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
  return [center - half, center + half];
}

/** The line that begins with the text, its columns one blank apart. */
function lineOf(output: string, start: string): string {
  const line = output.split('\n').find((candidate) => candidate.startsWith(`${start} `)) ?? '';
  return line.replace(/ +/gu, ' ');
}

function runDemo(env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return run([join(here, 'demo.js')], { QUICKSTART_DATA: folder, QUICKSTART_CALL_LOG: join(folder, 'calls.log'), ...env });
}

function store(): string {
  return join(folder, 'store', 'runs.db');
}

async function show(): Promise<
  Readonly<Record<'run' | 'metrics' | 'intervals' | 'coverage' | 'signatures', Readonly<Record<string, unknown>>>>
> {
  return JSON.parse((await run([commandLine, 'show', '@last', '--json', '--store', store()])).stdout);
}

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  if (!existsSync(commandLine)) throw new Error('The packages are not built: run the tests with npx -y pnpm@12 test.');
  return new Promise((resolve) => {
    const options = { cwd: root, env: { ...process.env, QUICKSTART_STORE: store(), ...env } };
    const child = execFile(process.execPath, args, options, (_, stdout, stderr) =>
      resolve({ exitCode: child.exitCode ?? 1, stdout, stderr }),
    );
  });
}
