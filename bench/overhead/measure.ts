import { join } from 'node:path';
import { type Aim, aimTable } from '../aim.ts';
import { numberFromChild } from '../child.ts';
import { interleaved } from '../median.ts';
import type { BenchOptions, Peer } from '../options.ts';
import { npmFolder } from '../scratch.ts';
import { number, type Table } from '../table.ts';

const OURS = join(import.meta.dirname, 'touchstone.ts');
const NO_NETWORK = join(import.meta.dirname, 'no-network.mjs');

/** Milliseconds a row of an async function that answers at once and one trivial metric; every number from fresh processes. */
export async function measureOverhead({ quick, peers }: BenchOptions): Promise<readonly Table[]> {
  const sizes = quick ? [1_000, 10_000] : [1_000, 10_000, 100_000];
  const contestants: readonly Contestant[] = [
    {
      name: IN_MEMORY,
      largest: Number.POSITIVE_INFINITY,
      measure: (rows) => numberFromChild(OURS, [rows, 'memory']),
    },
    {
      name: DURABLE,
      largest: Number.POSITIVE_INFINITY,
      measure: (rows) => numberFromChild(OURS, [rows, 'sqlite']),
    },
    ...(await installPeers(peers)),
  ];
  const medians = new Map<number, ReadonlyMap<string, number>>();
  for (const rows of sizes) {
    const taking = contestants.filter(({ largest }) => rows <= largest);
    const measures = Object.fromEntries(taking.map(({ name, measure }) => [name, () => measure(rows)]));
    medians.set(rows, await interleaved(quick ? 1 : 5, measures));
  }
  const ms = (name: string, rows: number) => medians.get(rows)?.get(name) ?? Number.NaN;
  const cell = (name: string, rows: number) => {
    const ratio = ms(name, rows) / ms(IN_MEMORY, rows);
    return Number.isNaN(ratio) || name === IN_MEMORY ? number(ms(name, rows)) : `${number(ms(name, rows))} (${number(ratio)} ×)`;
  };
  const columns = ['ms a row', ...sizes.map((rows) => `${rows.toLocaleString('en-US')} rows`)];
  const rows = contestants.map(({ name }) => [name, ...sizes.map((size) => cell(name, size))]);
  return [{ columns, rows }, ...(quick ? [] : [aimTable(aimsOf(ms))])];
}

const IN_MEMORY = 'Touchstone, in memory';
const DURABLE = 'Touchstone, durable (SQLite)';

function aimsOf(ms: (name: string, rows: number) => number): readonly Aim[] {
  return [
    { aim: 'in memory, 10,000 rows: at most 0.015 ms', measured: ms(IN_MEMORY, 10_000), most: 0.015 },
    { aim: 'in memory, 100,000 rows: at most 0.015 ms', measured: ms(IN_MEMORY, 100_000), most: 0.015 },
    { aim: 'durable, 1,000 rows: at most 0.15 ms', measured: ms(DURABLE, 1_000), most: 0.15 },
    { aim: 'durable, 10,000 rows: at most 0.03 ms', measured: ms(DURABLE, 10_000), most: 0.03 },
    { aim: 'durable, 100,000 rows: at most 0.03 ms', measured: ms(DURABLE, 100_000), most: 0.03 },
  ];
}

interface Contestant {
  readonly name: string;
  /** More rows would take many minutes. */
  readonly largest: number;
  measure(rows: number): Promise<number>;
}

async function installPeers(peers: ReadonlySet<Peer>): Promise<readonly Contestant[]> {
  const installed: Contestant[] = [];
  for (const { peer, name, packages, flags, largest } of KNOWN) {
    if (!peers.has(peer)) continue;
    const folder = await npmFolder(peer, packages, {
      scripts: [`overhead/${peer}.mjs`],
      ...(flags === undefined ? {} : { flags }),
    });
    const measure = (rows: number) =>
      numberFromChild(`${peer}.mjs`, [rows], {
        cwd: folder,
        env: { ...process.env, ...QUIET, NODE_OPTIONS: `--import=${NO_NETWORK}` },
      });
    installed.push({ name, largest, measure });
  }
  return installed;
}

const KNOWN: readonly {
  readonly peer: Peer;
  readonly name: string;
  readonly packages: readonly string[];
  readonly flags?: readonly string[];
  readonly largest: number;
}[] = [
  { peer: 'braintrust', name: 'braintrust 3.35.0, `noSendLogs`', packages: ['braintrust@3.35.0', 'zod@4'], largest: 100_000 },
  {
    peer: 'promptfoo',
    name: 'promptfoo 0.123.1, nothing written',
    packages: ['promptfoo@0.123.1'],
    // 2.4 GB with them, and its library works without.
    flags: ['--omit=optional'],
    largest: 10_000,
  },
  { peer: 'evalite', name: 'evalite 0.19.0, in memory', packages: ['evalite@0.19.0', 'vitest@4.1.12'], largest: 1_000 },
];

const QUIET = {
  PROMPTFOO_DISABLE_TELEMETRY: '1',
  PROMPTFOO_DISABLE_UPDATE: '1',
  PROMPTFOO_DISABLE_REMOTE_GENERATION: '1',
  PROMPTFOO_CACHE_ENABLED: 'false',
  BRAINTRUST_DISABLE_INSTRUMENTATION: '1',
  NO_COLOR: '1',
};
