import { type ChildProcess, type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '../../../..');
export const node = join(root, 'node_modules/.bin/node');
export const main = join(root, 'apps/cli/dist/main.js');

build();

/** The tests run the built command, which must not be an old one. */
function build(): void {
  try {
    execFileSync(node, [join(root, 'node_modules/typescript/bin/tsc'), '-b', 'apps/cli'], { cwd: root, encoding: 'utf8' });
  } catch (error) {
    throw new Error(`apps/cli does not compile:\n${error instanceof Error && 'stdout' in error ? error.stdout : error}`);
  }
}

export interface Ended {
  /** `null` when a signal killed it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Below the folder. */
  readonly cwd?: string;
}

export interface ShellOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A command that starts the shell, such as one that makes a mount of its own. */
  readonly wrapper?: readonly string[];
}

/** A fresh folder, in which the real command is run. It is gone when the test is over. */
export class TestFolder {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), 'touchstone cli ')));

  readonly #dependencies: Record<string, string> = {};

  constructor() {
    onTestFinished(() => rmSync(this.path, { recursive: true, force: true }));
  }

  write(name: string, content: string): void {
    this.writeBytes(name, Buffer.from(content));
  }

  writeBytes(name: string, bytes: Uint8Array): void {
    mkdirSync(dirname(join(this.path, name)), { recursive: true });
    writeFileSync(join(this.path, name), bytes);
  }

  writeRows(name: string, rows: readonly object[]): void {
    this.write(name, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  }

  /** Makes a package of the workspace a dependency of the folder, as npm would. */
  install(name: string, place: string): void {
    this.#dependencies[name] = '*';
    this.write('package.json', JSON.stringify({ dependencies: this.#dependencies }));
    const link = join(this.path, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, place), link);
  }

  /** A package in node_modules, on which the folder depends. A file whose text begins with `copy:` is one of the workspace. */
  add(name: string, manifest: object, files: Readonly<Record<string, string>> = {}): void {
    this.#dependencies[name] = '*';
    this.write('package.json', JSON.stringify({ dependencies: this.#dependencies }));
    const place = join('node_modules', name);
    this.write(join(place, 'package.json'), JSON.stringify({ name, version: '1.0.0', ...manifest }));
    for (const [file, text] of Object.entries(files)) {
      const from = /^copy:(.+)$/u.exec(text)?.[1];
      this.writeBytes(join(place, file), from === undefined ? Buffer.from(text) : readFileSync(join(root, from)));
    }
  }

  /** A copy of core and all it imports below `place`, with another version: what npm installs when versions do not go together. */
  copyCore(place: string, version: string): void {
    const core = join(root, 'packages/core');
    const copy = join(this.path, place, '@touchstone/core');
    cpSync(join(core, 'dist'), join(copy, 'dist'), { recursive: true });
    const manifest = JSON.parse(readFileSync(join(core, 'package.json'), 'utf8'));
    writeFileSync(join(copy, 'package.json'), JSON.stringify({ ...manifest, version }));
    symlinkSync(join(core, 'node_modules'), join(copy, 'node_modules'));
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  remove(name: string): void {
    rmSync(join(this.path, name));
  }

  has(name: string): boolean {
    return existsSync(join(this.path, name));
  }

  /** `touchstone …args`, to its end. */
  touchstone(...args: readonly string[]): Promise<Ended> {
    return this.start(args).ended;
  }

  start(args: readonly string[], { env = {}, stdin = '', cwd = '' }: StartOptions = {}): Started {
    const child = spawn(node, [main, ...args], { cwd: join(this.path, cwd), env: environment(env) });
    return { process: child, ended: endOf(child, stdin) };
  }

  /** A script of the shell, in which `touchstone` is the command: what a person pastes. */
  shell(script: string, { env = {}, wrapper = [] }: ShellOptions = {}): Promise<Ended> {
    const whole = `touchstone() { '${node}' '${main}' "$@"; }\n${script}`;
    const [command = 'sh', ...args] = [...wrapper, 'sh', '-c', whole];
    return endOf(spawn(command, args, { cwd: this.path, env: environment(env) }), '');
  }

  /** The text without what differs from run to run: the folder, ids, times and durations. */
  tidy(text: string): string {
    return text
      .replaceAll(this.path, 'FOLDER')
      .replaceAll(/\b[0-9a-f]{32}\b/gu, 'RUN-ID')
      .replaceAll(/\b[0-9a-f]{8}\b/gu, 'ID')
      .replaceAll(/(?<=\.jsonl |stdin )[0-9a-f]{6}\b/gu, 'ID')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/gu, 'TIME')
      .replaceAll(/ · \d+\.\d s\b/gu, ' · TIME');
  }
}

function endOf(child: ChildProcessWithoutNullStreams, stdin: string): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.on('error', () => undefined).end(stdin);
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

/** Without what this test run itself was told about terminals, and without the keys of whoever runs it. */
function environment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { CI: _, NO_COLOR: __, FORCE_COLOR: ___, ...rest } = process.env;
  const ours = Object.entries(rest).filter(([name]) => !/^(?:OPENAI|AZURE_OPENAI|ANTHROPIC|HF)_/u.test(name));
  return { ...Object.fromEntries(ours), TZ: 'Asia/Seoul', ...env };
}

/** Three rows whose scores are known: rougeL 1, 1/4 and 1; one of three is an exact match. */
export const answers = [
  { question: 'What is a hash?', expected: 'A fixed-size digest of data.', output: 'A fixed-size digest of data.' },
  { question: 'What is a tree?', expected: 'An acyclic connected graph.', output: 'A graph without cycles.' },
  { question: 'What is a queue?', expected: 'First in, first out.', output: 'first in, first out' },
];

export const static3 = ['run', '--data', 'answers.jsonl', '--inputs', 'question', '--targets', 'expected', '--predictions', 'output'];
