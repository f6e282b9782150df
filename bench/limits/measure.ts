import { join } from 'node:path';
import { aimTable } from '../aim.ts';
import { measureInChild } from '../child.ts';
import type { BenchOptions } from '../options.ts';
import { number, type Table } from '../table.ts';

const SCRIPT = join(import.meta.dirname, 'evaluate.ts');
const CASES = [
  ['concurrency', 'none'],
  ['requests', 'none'],
  ['tokens', 'none'],
  ['requests', 'full'],
  ['tokens', 'full'],
] as const;

/** In real time, over HTTP: what the governor makes of a limit that it is not told of, or only by headers, and that changes twice. */
export async function measureLimits({ quick }: BenchOptions): Promise<readonly Table[]> {
  const phaseSeconds = quick ? 2 : 120;
  const measured = [];
  for (const [limited, headers] of quick ? CASES.slice(3, 4) : CASES) {
    const found = underLimit(await measureInChild(SCRIPT, [limited, headers, phaseSeconds]));
    measured.push({ limited, headers, ...found });
  }
  return [
    {
      columns: ['hidden limit', 'headers', 'calls', 'share of the ideal throughput', 'answered 429 from 30 s after a change'],
      rows: measured.map(({ limited, headers, calls, share, refusedLate }) => [
        limited,
        headers,
        calls.toLocaleString('en-US'),
        percent(share),
        quick ? '–' : percent(refusedLate),
      ]),
    },
    ...(quick
      ? []
      : [
          aimTable(
            measured.map(({ limited, headers, share }) => ({
              aim: `${limited}, ${headers === 'none' ? 'without' : 'with'} headers: at least ${headers === 'none' ? 92 : 97} % of the ideal`,
              measured: 100 * share,
              least: headers === 'none' ? 92 : 97,
            })),
          ),
        ]),
  ];
}

function percent(share: number): string {
  return `${number(100 * share)} %`;
}

interface UnderLimit {
  readonly calls: number;
  readonly share: number;
  readonly refusedLate: number;
}

function underLimit(answer: unknown): UnderLimit {
  if (typeof answer !== 'object' || answer === null || !('calls' in answer && 'share' in answer && 'refusedLate' in answer)) {
    throw new Error('evaluate.ts measured nothing.');
  }
  return { calls: Number(answer.calls), share: Number(answer.share), refusedLate: Number(answer.refusedLate) };
}
