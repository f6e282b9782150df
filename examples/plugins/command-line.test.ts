import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const here = import.meta.dirname;
const command = join(here, '../../apps/cli/dist/main.js');
const packages = ['hangul', 'parley', 'rota', 'jury'];

/** A project that depends on the four packages, as `npm install` leaves it. */
function project(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plugins-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'node_modules'));
  for (const name of packages) symlinkSync(join(here, name), join(folder, 'node_modules', `touchstone-${name}`));
  const dependencies = Object.fromEntries(packages.map((name) => [`touchstone-${name}`, '0.1.0']));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'shop', type: 'module', dependencies }));
  const rows = [
    { question: '환불은 언제 되나요?', truth: '3일 안에 환불됩니다.', answer: '3일 안에 환불됩니다.' },
    { question: '제주도도 배송되나요?', truth: '네, 배송됩니다.', answer: '잘 모르겠어' },
  ];
  writeFileSync(join(folder, 'qa.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return folder;
}

const data = ['--data', 'qa.jsonl', '--inputs', 'question'];

test('the command line finds all four by their manifests', async () => {
  const { exitCode, stdout } = await touchstone(project(), 'plugins');
  expect(exitCode).toBe(0);
  for (const name of packages)
    expect(stdout).toMatch(new RegExp(`^touchstone-${name} 0\\.1\\.0 \\(project, .*conformance 1`, 'mu'));
});

test('their metrics and evaluators are asked for by name', async () => {
  const names = ['hangul_share', 'speech_level', 'polite_korean', 'letter_accuracy'].flatMap((name) => ['--metric', name]);
  const flags = [...data, '--predictions', 'answer', '--targets', 'truth', '--language', 'ko', '--evaluator', 'triage', ...names];
  const { exitCode, stdout } = await touchstone(project(), 'run', ...flags, '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout).metrics).toMatchObject({
    'hangul_share/v1/mean': 1,
    'speech_level/v1/formal': 0.5,
    'polite_korean/v1/mean': 0.5,
    'needs_person/v1/mean': 0.5,
    'triage/waiting': 1,
  });
});

test.each<[string, readonly string[], string]>([
  ['an evaluator with a typing mistake', ['--predictions', 'answer', '--evaluator', 'triag'], "Did you mean 'triage'?"],
  [
    'a jury without a judge',
    ['--predictions', 'answer', '--metric', 'korean_tone'],
    'korean_tone needs a judge, and none is set',
  ],
  [
    'a voice without a server',
    ['--model', 'parley:/clara', '--metric', 'hangul_share'],
    "'parley:/clara' needs a server: set PARLEY_URL",
  ],
  [
    'a voice without a key',
    ['--model', 'parley:/clara', '--model-option', 'url=http://127.0.0.1:7070', '--metric', 'hangul_share'],
    "'parley:/clara' needs a key: set PARLEY_KEY in the environment.",
  ],
])('%s is a sentence and exit code 2', async (_, flags, sentence) => {
  const { exitCode, stderr } = await touchstone(project(), 'run', ...data, ...flags);
  expect(stderr).toContain(sentence);
  expect(exitCode).toBe(2);
});

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function touchstone(cwd: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: '1', PARLEY_URL: undefined, PARLEY_KEY: undefined };
    execFile(process.execPath, [command, ...args], { cwd, env }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
