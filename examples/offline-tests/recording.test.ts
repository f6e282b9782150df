import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkCassette } from '@touchstone/core';
import { expect, onTestFinished, test } from 'vitest';

const recorded = join(import.meta.dirname, 'support-bot.cassette.jsonl');

test('the cassette is in order, and recording it again gives the same bytes', async () => {
  expect(await checkCassette(recorded)).toMatchObject({ calls: 4, problems: [] });
  const folder = mkdtempSync(join(tmpdir(), 'offline-tests-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const copy = join(folder, 'copy.jsonl');
  copyFileSync(recorded, copy);
  const output = execFileSync(process.execPath, [join(import.meta.dirname, 'record.ts'), copy], { encoding: 'utf8' });
  expect(output).toBe('Recorded 4 calls.\n');
  expect(readFileSync(copy, 'utf8')).toBe(readFileSync(recorded, 'utf8'));
});
