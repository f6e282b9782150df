import { join } from 'node:path';
import { aimTable } from '../aim.ts';
import { measureInChild } from '../child.ts';
import type { BenchOptions } from '../options.ts';
import { number, type Table } from '../table.ts';

const OURS = join(import.meta.dirname, 'evaluate.ts');
const SDK = join(import.meta.dirname, 'sdk.ts');
/** Calls, milliseconds that each takes, calls in flight at most. */
const CASES = [
  [800, 1_000, 16],
  [8_000, 500, 64],
  [10_000, 1_000, 256],
] as const;
const QUICK = [[200, 100, 16]] as const;
/** What is lost at most to starting, waiting and working. */
const MOST = 1.05;

/** In real time, over HTTP: how near an evaluation comes to the time that its calls take at least. */
export async function measureLatency({ quick }: BenchOptions): Promise<readonly Table[]> {
  const measured = [];
  for (const [calls, latencyMs, concurrency] of quick ? QUICK : CASES) {
    const ours = timesOf(await measureInChild(OURS, [calls, latencyMs, concurrency]));
    const sdk = timesOf(await measureInChild(SDK, [calls, latencyMs, concurrency]));
    measured.push({ calls, latencyMs, concurrency, ours, sdk });
  }
  return [
    {
      columns: [
        'calls',
        'of so many ms',
        'in flight',
        'calls × latency / in flight, s',
        'time over that',
        'of the SDK alone',
        'CPU, ms a call',
        'of the SDK alone',
      ],
      rows: measured.map(({ calls, latencyMs, concurrency, ours, sdk }) => [
        calls.toLocaleString('en-US'),
        String(latencyMs),
        String(concurrency),
        number((calls * latencyMs) / concurrency / 1_000),
        number(ours.ratio),
        number(sdk.ratio),
        number(ours.cpuMs),
        number(sdk.cpuMs),
      ]),
    },
    aimTable(
      measured.map(({ calls, concurrency, ours }) => ({
        aim: `${calls.toLocaleString('en-US')} calls, ${concurrency} in flight: at most ${MOST} × the least time`,
        measured: ours.ratio,
        most: MOST,
      })),
    ),
  ];
}

interface Times {
  readonly ratio: number;
  readonly cpuMs: number;
}

function timesOf(answer: unknown): Times {
  if (typeof answer !== 'object' || answer === null || !('ratio' in answer && 'cpuMs' in answer)) {
    throw new Error('Nothing was measured.');
  }
  return { ratio: Number(answer.ratio), cpuMs: Number(answer.cpuMs) };
}
