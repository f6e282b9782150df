import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../child.ts';
import type { BenchOptions } from '../options.ts';
import { scratchFolder } from '../scratch.ts';
import type { Table } from '../table.ts';

const ROOT = join(import.meta.dirname, '../..');
const KILLS = 1_000;
const SEED = 20261127;

/**
 * Kills the command line at seeded moments and lets it finish. The test itself fails when anything is lost, stored twice, asked again
 * though it was stored, or different from the run that nobody disturbed; what is counted here is what a kill costs.
 */
export async function measureCrash({ quick }: BenchOptions): Promise<readonly Table[]> {
  const file = join(scratchFolder('crash'), 'kills.json');
  const env = {
    ...process.env,
    TOUCHSTONE_KILLS: String(quick ? 5 : KILLS),
    TOUCHSTONE_SEED: String(SEED),
    TOUCHSTONE_KILLS_TO: file,
  };
  await run(join(ROOT, 'node_modules/.bin/vitest'), ['run', '--project', 'cli', 'src/crash.test.ts'], { cwd: ROOT, env });
  const ways: readonly Readonly<Record<string, string | number>>[] = JSON.parse(readFileSync(file, 'utf8'));
  return [
    {
      columns: Object.values(COLUMNS),
      rows: ways.map((way) => Object.keys(COLUMNS).map((name) => textOf(way[name]))),
    },
  ];
}

const COLUMNS = {
  way: 'model',
  concurrency: 'at once',
  runs: 'runs',
  kills: 'kills',
  beforeFirstQuestion: 'before the first question',
  asked: 'questions asked',
  inFlight: 'in flight at kills',
  mostInFlight: 'at most',
  answeredAndUnsaved: 'of these answered',
  repeated: 'asked again',
  judgeInFlight: 'with the judge at kills',
  judgeRepeated: 'sent to it again',
} as const;

function textOf(value: string | number | undefined): string {
  return typeof value === 'number' ? value.toLocaleString('en-US') : (value ?? '');
}
