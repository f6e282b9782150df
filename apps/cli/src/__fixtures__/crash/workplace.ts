import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { questions } from './capitals.ts';

const commandLine = join(import.meta.dirname, '../../../dist/main.js');
const modules = ['answer.ts', 'answer-batch.ts', 'calls.ts', 'capitals.ts', 'judgement.ts', 'metrics.ts'];

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  /** Without a line break at its end. */
  readonly stderr: string;
}

/** A process in a group of its own, so that a kill reaches all of it and nothing else. */
export interface Started {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  readonly isOver: () => boolean;
  /** SIGKILL to the group; does nothing when it is over. */
  readonly kill: () => Promise<Ended>;
  readonly interrupt: () => void;
}

/**
 * A call of the model, of a metric or of the judge: `asked`, `answered`, `scored:<metric>`, `sent`, `judged`; `gone` when the provider's
 * client was dead. The provider does not know trials: it writes 0.
 */
export interface Call {
  readonly event: string;
  readonly trial: number;
  readonly key: string;
}

/** A folder with the data, the model and the metrics, in which the command line is used and killed. */
export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), 'touchstone 저장소 '));
  readonly #started = new Set<Started>();
  #env: Readonly<Record<string, string>> = {};

  constructor() {
    for (const name of modules) copyFileSync(join(import.meta.dirname, name), join(this.folder, name));
    writeFileSync(this.path('questions.jsonl'), `${questions().map((row) => JSON.stringify(row)).join('\n')}\n`);
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts);
  }

  /** Starts the real command line. @param cwd default: the folder */
  touchstone(args: readonly string[], cwd = this.folder): Started {
    return this.#start([commandLine, ...args], cwd);
  }

  /** Starts a provider for `openai:/…` in a process of its own, which no kill of the command line reaches. */
  async startProvider(): Promise<void> {
    const adapter = this.path('node_modules', '@touchstone', 'model-openai');
    mkdirSync(dirname(adapter), { recursive: true });
    symlinkSync(join(import.meta.dirname, '../../../../../packages/models/openai'), adapter);
    writeFileSync(this.path('package.json'), JSON.stringify({ dependencies: { '@touchstone/model-openai': '*' } }));
    const provider = this.#start([join(import.meta.dirname, 'provider.ts'), this.folder], this.folder);
    await this.until(() => existsSync(this.path('provider')), provider);
    this.#env = { OPENAI_API_KEY: 'sk-canary-0123456789', OPENAI_BASE_URL: `${readFileSync(this.path('provider'), 'utf8')}/v1` };
  }

  /** Waits until the provider has written down all that a dead process had sent: its last requests may still lie in the socket. */
  async settled(): Promise<void> {
    if (!existsSync(this.path('provider'))) return;
    const counts = `${readFileSync(this.path('provider'), 'utf8')}/_fake/counts`;
    for (let quiet = 0; quiet < 2; ) {
      const { inFlight }: { readonly inFlight: number } = JSON.parse(await (await fetch(counts)).text());
      const events = this.calls().map(({ event }) => event);
      const come = events.filter((event) => event === 'asked' || event === 'sent').length;
      const over = events.filter((event) => event === 'answered' || event === 'judged' || event === 'gone').length;
      quiet = inFlight === 0 && come === over ? quiet + 1 : 0;
      await sleep(5);
    }
  }

  /** Starts the program that evaluates from code. */
  program(): Started {
    return this.#start([join(import.meta.dirname, 'run-from-code.mjs'), this.folder], this.folder);
  }

  /** The calls so far, over all processes. */
  calls(): readonly Call[] {
    if (!existsSync(this.path('calls.log'))) return [];
    const lines = readFileSync(this.path('calls.log'), 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => {
      const [event = '', trial = '', ...key] = line.split(' ');
      return { event, trial: Number(trial), key: key.join(' ') };
    });
  }

  answers(): number {
    return this.calls().filter(({ event }) => event === 'answered').length;
  }

  hasStore(): boolean {
    return existsSync(this.path('.touchstone/touchstone.db'));
  }

  /** Waits until `condition` holds. @throws when the process is over before */
  async until(condition: () => boolean | Promise<boolean>, running: Started): Promise<void> {
    while (!(await condition())) {
      if (running.isOver() && !(await condition())) throw new Error(`it ended too early: ${JSON.stringify(await running.ended)}`);
      await sleep(5);
    }
  }

  /** Opens the gate of the metric `gated`. */
  openGate(): void {
    writeFileSync(this.path('go'), '');
  }

  /**
   * The store's files as a kill left them, copied before anybody has opened them, so that looking repairs nothing that the
   * command line would have to repair. `undefined` when there is no store yet.
   */
  copyOfStore(file = '.touchstone/touchstone.db'): string | undefined {
    const store = this.path(file);
    if (!existsSync(store)) return undefined;
    mkdirSync(this.path('copies'), { recursive: true });
    const copy = join(mkdtempSync(this.path('copies', 'copy-')), 'touchstone.db');
    copyFileSync(store, copy);
    if (existsSync(`${store}-wal`)) copyFileSync(`${store}-wal`, `${copy}-wal`);
    return copy;
  }

  async remove(): Promise<void> {
    await Promise.all([...this.#started].map((started) => started.kill()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  #start(args: readonly string[], cwd: string): Started {
    const child = spawn(process.execPath, args, {
      cwd,
      env: { ...process.env, ...this.#env },
      detached: true,
       stdio: ['ignore', 'pipe', 'pipe'],
    });
    const started = startedOf(child);
    this.#started.add(started);
    return started;
  }
}

function startedOf(child: ChildProcess): Started {
  const { pid } = child;
  if (pid === undefined) throw new Error('the process could not be started');
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text;
    });
  }
  let over = false;
  const { promise: ended, resolve, reject } = Promise.withResolvers<Ended>();
  child.once('error', reject);
  child.once('exit', () => {
    over = true;
  });
  child.once('close', (code, signal) => resolve({ code, signal, stdout: said.stdout, stderr: said.stderr.trimEnd() }));
  const send = (signal: NodeJS.Signals): void => {
    if (!over) process.kill(-pid, signal);
  };
  return {
    pid,
    ended,
    isOver: () => over,
    kill: () => {
      send('SIGKILL');
      return ended;
    },
    interrupt: () => send('SIGINT'),
  };
}
