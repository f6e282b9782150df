import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Aim, aimTable } from '../aim.ts';
import { measureInChild, run } from '../child.ts';
import { median } from '../median.ts';
import type { BenchOptions } from '../options.ts';
import { number, type Table } from '../table.ts';

const scriptOf = (name: string) => join(import.meta.dirname, name);
const CLI = join(import.meta.dirname, '../../apps/cli/dist/main.js');

/**
 * How fast a journal takes scores of eight metrics, 4,000 rows at a time, and what a score takes on disk; how long it takes to list
 * the runs of a store with many, and to show one with many rows.
 */
export async function measureStore({ quick }: BenchOptions): Promise<readonly Table[]> {
  const scores = quick ? 64_000 : 800_000;
  const measured = { sqlite: [] as Appended[], memory: [] as Appended[] };
  for (let repetition = 0; repetition < (quick ? 1 : 5); repetition++) {
    for (const kind of ['sqlite', 'memory'] as const)
      measured[kind].push(appended(await measureInChild(scriptOf('append.ts'), [kind, scores])));
  }
  const speed = (kind: 'sqlite' | 'memory') => median(measured[kind].map(({ scoresPerSecond }) => scoresPerSecond));
  const size = (kind: 'sqlite' | 'memory') => median(measured[kind].map(({ bytesPerScore }) => bytesPerScore));
  const sizes = quick ? { runs: 50, rows: 5_000 } : { runs: 1_000, rows: 1_000_000 };
  const read = await measureReading({ ...sizes, repetitions: quick ? 1 : 5 });
  const tables: Table[] = [
    {
      columns: [`${scores.toLocaleString('en-US')} scores`, 'scores a second', 'bytes a score on disk'],
      rows: [
        ['SQLite, durable when acknowledged', number(speed('sqlite')), number(size('sqlite'))],
        ['in memory', number(speed('memory')), number(size('memory'))],
      ],
    },
    {
      columns: ['reading, in a fresh process each', 'ms'],
      rows: [
        [`open a store and list its ${sizes.runs.toLocaleString('en-US')} runs`, number(read.open)],
        [`\`show @last\`, a run of ${sizes.rows.toLocaleString('en-US')} rows, starting Node included`, number(read.show)],
      ],
    },
  ];
  const aims: Aim[] = [
    { aim: 'at least 300,000 scores a second, durable', measured: speed('sqlite'), least: 300_000 },
    { aim: 'at most 40 bytes a score', measured: size('sqlite'), most: 40 },
    { aim: 'a store with 1,000 runs is open in less than 100 ms', measured: read.open, most: 100 },
    { aim: '`show @last` of a million rows: less than 1,000 ms', measured: read.show, most: 1_000 },
  ];
  return quick ? tables : [...tables, aimTable(aims)];
}

interface Sizes {
  readonly runs: number;
  readonly rows: number;
  readonly repetitions: number;
}

/** Milliseconds. */
async function measureReading({ runs, rows, repetitions }: Sizes): Promise<{ readonly open: number; readonly show: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'touchstone-bench-'));
  const file = join(folder, 'runs.db');
  await measureInChild(scriptOf('fill.ts'), [file, runs - 1, rows]);
  const open: number[] = [];
  const show: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    open.push(opened(await measureInChild(scriptOf('open.ts'), [file]), runs));
    const started = performance.now();
    await run(process.execPath, [CLI, 'show', '@last', '--store', file]);
    show.push(performance.now() - started);
  }
  rmSync(folder, { recursive: true });
  return { open: median(open), show: median(show) };
}

function opened(answer: unknown, runs: number): number {
  if (typeof answer === 'object' && answer !== null && 'milliseconds' in answer && 'runs' in answer && answer.runs === runs)
    return Number(answer.milliseconds);
  throw new Error(`open.ts found ${JSON.stringify(answer)}, not ${runs} runs.`);
}

interface Appended {
  readonly scoresPerSecond: number;
  readonly bytesPerScore: number;
}

function appended(answer: unknown): Appended {
  if (typeof answer !== 'object' || answer === null || !('scoresPerSecond' in answer))
    throw new Error('append.ts measured nothing.');
  const bytes = 'bytesPerScore' in answer ? answer.bytesPerScore : null;
  return { scoresPerSecond: Number(answer.scoresPerSecond), bytesPerScore: bytes === null ? Number.NaN : Number(bytes) };
}
