import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';

/** Store → the tests that catch it. */
let caught: ReadonlyMap<string, readonly string[]> = new Map();

beforeAll(async () => {
  caught = await failures();
}, 120_000);

describe('a store that is broken is caught', () => {
  test.each<[string, string]>([
    ['finds the oldest first', 'finds by key, name, experiment, prefix and status, the newest first'],
    ['forgets what a run is updated with', 'replaces reason and end with the status, and keeps what an update does not name'],
    ['deletes nothing', 'takes a run away with all of it, and nothing else'],
    ['keeps one annotation of a name', 'are all kept, also of one name for one row'],
    ['reads the last rows first', 'reads in data order whatever the order of writing, also across chunks'],
    ['loses the digits of scores', 'keeps every number to the bit'],
    ['drops what is appended', 'reads in data order whatever the order of writing, also across chunks'],
    ['revises nothing', 'take all scores of a metric out, of all trials'],
    ['asks every time', 'asks once and remembers the answer, null and hostile texts included'],
    ['forgets what was reserved', 'remembers money that was reserved until it is given back or its call is settled'],
    ['has no totals', 'is told of a stored run as it was of the run that had just ended'],
    ['takes nothing in', 'is taken in with all that is known of it'],
    ['forgets what runs log', 'comes back as it was, in the order in which it was logged'],
    ['never ends', 'of the store closes its runs, and can be repeated'],
  ])('that %s', (store, rule) => {
    expect(caught.get(store) ?? []).toContain(rule);
  });
});

async function failures(): Promise<ReadonlyMap<string, readonly string[]>> {
  const fixtures = join(import.meta.dirname, '__fixtures__');
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const folder = mkdtempSync(join(tmpdir(), 'touchstone-test-'));
  const output = join(folder, 'report.json');
  const config = ['--root', fixtures, '--config', join(fixtures, 'vitest.config.ts')];
  await new Promise<void>((resolve) => {
    execFile(process.execPath, [vitest, 'run', ...config, '--reporter', 'json', '--outputFile', output], () => resolve());
  });
  const text = readFileSync(output, 'utf8');
  rmSync(folder, { recursive: true });
  const report: {
    readonly testResults: readonly {
      readonly assertionResults: readonly {
        readonly ancestorTitles: readonly string[];
        readonly title: string;
        readonly status: string;
      }[];
    }[];
  } = JSON.parse(text);
  const found = new Map<string, string[]>();
  for (const { ancestorTitles, title, status } of report.testResults.flatMap(({ assertionResults }) => assertionResults)) {
    const [store = ''] = ancestorTitles;
    if (status === 'failed') found.set(store, [...(found.get(store) ?? []), title]);
  }
  return found;
}
