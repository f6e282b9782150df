import { join } from 'node:path';
import { measureInChild } from '../child.ts';
import { median } from '../median.ts';
import type { BenchOptions } from '../options.ts';
import { number, type Table } from '../table.ts';

const SCRIPT = join(import.meta.dirname, 'append.ts');

/** How fast a journal takes scores of eight metrics, 4,000 rows at a time, and what a score takes on disk. */
export async function measureStore({ quick }: BenchOptions): Promise<readonly Table[]> {
  const scores = quick ? 64_000 : 800_000;
  const measured = { sqlite: [] as Appended[], memory: [] as Appended[] };
  for (let repetition = 0; repetition < (quick ? 1 : 5); repetition++) {
    for (const kind of ['sqlite', 'memory'] as const) measured[kind].push(appended(await measureInChild(SCRIPT, [kind, scores])));
  }
  const rowOf = (name: string, kind: 'sqlite' | 'memory') => [
    name,
    number(median(measured[kind].map(({ scoresPerSecond }) => scoresPerSecond))),
    number(median(measured[kind].map(({ bytesPerScore }) => bytesPerScore))),
  ];
  return [
    {
      columns: [`${scores.toLocaleString('en-US')} scores`, 'scores a second', 'bytes a score on disk'],
      rows: [rowOf('SQLite, durable when acknowledged', 'sqlite'), rowOf('in memory', 'memory')],
    },
  ];
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
