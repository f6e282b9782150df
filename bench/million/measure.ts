import { spawn } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Aim, aimTable } from '../aim.ts';
import { run } from '../child.ts';
import type { BenchOptions } from '../options.ts';
import { makePairs } from '../rouge/texts.ts';
import { pythonWith, scratchFolder } from '../scratch.ts';
import { number, type Table } from '../table.ts';

const METRICS = [
  'token_count',
  'flesch_kincaid_grade_level',
  'ari_grade_level',
  'exact_match',
  'rouge1',
  'rouge2',
  'rougeL',
  'rougeLsum',
];
const CLI = join(import.meta.dirname, '../../apps/cli/dist/main.js');
const SAMPLE = 2_000;

/** A million rows of 50-word texts through eight metrics, from JSON Lines to SQLite, by the command line; killed half way and resumed as well. */
export async function measureMillion({ quick, peers }: BenchOptions): Promise<readonly Table[]> {
  const rows = quick ? 5_000 : 1_000_000;
  const folder = scratchFolder('million');
  const data = join(folder, `${rows}.jsonl`);
  if (!existsSync(data)) await writeRows(data, rows);
  const whole = await measureRun(folder, data, 'whole.db');
  const show = await timed(() => run(process.execPath, [CLI, 'show', '@last', '--json', '--store', whole.store]));
  const resumed = await measureKilled(folder, data, whole);
  const tables: Table[] = [
    {
      columns: [`${rows.toLocaleString('en-US')} rows`, 'time', 'ms a row', 'memory'],
      rows: [
        ['eight metrics', `${number(whole.seconds)} s`, number((1000 * whole.seconds) / rows), `${number(whole.megabytes)} MB`],
        [
          'killed (SIGKILL) after half of that time, and resumed',
          `${number(resumed.seconds)} s`,
          number((1000 * resumed.seconds) / rows),
          `${number(resumed.megabytes)} MB`,
        ],
        ['`show @last` afterwards', `${number(show.seconds)} s`, '', ''],
      ],
    },
  ];
  if (peers.has('textstat')) tables.push(await besidePython(data, rows, whole.seconds));
  const aims: Aim[] = [
    { aim: 'a million rows: at most 240 s', measured: whole.seconds, most: 240 },
    { aim: 'memory: at most 1,024 MB', measured: whole.megabytes, most: 1024 },
    { aim: '`show @last`: under 1 s', measured: show.seconds, most: 1 },
  ];
  return quick ? tables : [...tables, aimTable(aims)];
}

interface MeasuredRun {
  readonly seconds: number;
  readonly megabytes: number;
  readonly store: string;
  readonly metrics: string;
}

async function measureRun(folder: string, data: string, name: string): Promise<MeasuredRun> {
  const store = freshStore(folder, name);
  const { value, seconds } = await timed(() => evaluate(['run', ...flagsOf(data), '--store', store]));
  return { seconds, store, megabytes: value.megabytes, metrics: metricsOf(value.output) };
}

/** Killed at about the middle, then resumed; the numbers must be those of the run that nobody disturbed. */
async function measureKilled(folder: string, data: string, whole: MeasuredRun) {
  const store = freshStore(folder, 'killed.db');
  const first = spawn(process.execPath, [CLI, 'run', ...flagsOf(data), '--store', store], { stdio: 'ignore', detached: true });
  const ended = new Promise<void>((resolve) => first.on('close', () => resolve()));
  const started = performance.now();
  await Promise.race([sleep(500 * whole.seconds), ended]);
  if (first.pid !== undefined && first.exitCode === null) process.kill(-first.pid, 'SIGKILL');
  await ended;
  const killedAfter = (performance.now() - started) / 1000;
  const { value, seconds } = await timed(() => evaluate(['resume', '--store', store, '--json']));
  if (metricsOf(value.output) !== whole.metrics)
    throw new Error('The resumed run ended with other numbers than the undisturbed one.');
  return { seconds: killedAfter + seconds, megabytes: value.megabytes };
}

function flagsOf(data: string): readonly string[] {
  const metrics = METRICS.flatMap((metric) => ['--metric', metric]);
  return ['--data', data, '--predictions', 'prediction', '--targets', 'target', ...metrics, '--json'];
}

function freshStore(folder: string, name: string): string {
  const store = join(folder, name);
  for (const suffix of ['', '-wal', '-shm', '-leases']) rmSync(`${store}${suffix}`, { force: true, recursive: true });
  return store;
}

/** The command line in a process that says at its end how much memory it had, its threads included. */
function evaluate(args: readonly string[]): Promise<{ output: string; errors: string; megabytes: number }> {
  return new Promise((resolve, reject) => {
    const memory = join(import.meta.dirname, 'peak-memory.mjs');
    const child = spawn(process.execPath, ['--import', memory, CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    const texts = ['', '', ''];
    for (const [index, stream] of [child.stdout, child.stderr, child.stdio[3]].entries()) {
      stream?.on('data', (chunk: Buffer) => {
        texts[index] += chunk.toString();
      });
    }
    child.on('error', reject);
    child.on('close', (code) => {
      const [output = '', errors = '', kilobytes = ''] = texts;
      if (code === 0) resolve({ output, errors, megabytes: Number(kilobytes) / 1024 });
      else reject(new Error(`touchstone ${args[0]} ended with ${code}:\n${errors}`));
    });
  });
}

function metricsOf(output: string): string {
  return JSON.stringify(JSON.parse(output).metrics);
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly seconds: number }> {
  const started = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - started) / 1000 };
}

async function writeRows(path: string, rows: number): Promise<void> {
  const file = createWriteStream(path);
  const written = new Promise<void>((resolve, reject) => file.on('finish', resolve).on('error', reject));
  // Pairs repeat after a while, which no metric remembers; inputs do not, so no key does.
  const pairs = makePairs(Math.min(rows, 20_000), 50);
  for (let n = 0; n < rows; n++) {
    const pair = pairs[n % pairs.length];
    if (!file.write(`${JSON.stringify({ inputs: `question ${n}`, ...pair })}\n`))
      await new Promise<void>((go) => file.once('drain', go));
  }
  file.end();
  await written;
}

/** The same metrics by the Python libraries, on the first rows. */
async function besidePython(data: string, rows: number, seconds: number): Promise<Table> {
  const sample = join(scratchFolder('million'), 'sample.json');
  const lines: string[] = [];
  for await (const line of createInterface({ input: createReadStream(data) })) {
    lines.push(line);
    if (lines.length === SAMPLE) break;
  }
  createWriteStream(sample).end(`[${lines.join(',')}]`);
  const python = await pythonWith('million', [
    'rouge_score==0.1.2',
    'nltk',
    'textstat==0.7.13',
    'cmudict==1.1.3',
    'tiktoken==0.14.0',
    'scikit-learn',
  ]);
  const script = join(import.meta.dirname, 'references.py');
  const measured: { ms_per_row: number; left_out: readonly string[] } = JSON.parse(await run(python, [script, sample]));
  const ours = (1000 * seconds) / rows;
  const without = measured.left_out.length === 0 ? '' : `, without ${measured.left_out.join(', ')}, which cannot be loaded here`;
  return {
    columns: [
      'ms a row',
      'Touchstone, all of it',
      `the Python libraries, the metrics alone, ${SAMPLE.toLocaleString('en-US')} rows${without}`,
      'ratio',
    ],
    rows: [['eight metrics', number(ours), number(measured.ms_per_row), `${number(measured.ms_per_row / ours)} ×`]],
  };
}
