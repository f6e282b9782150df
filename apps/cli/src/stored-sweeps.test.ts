import { join } from 'node:path';
import { createTouchstone, metric } from '@touchstone/core';
import { sqlite } from '@touchstone/store-sqlite';
import { describe, expect, it } from 'vitest';
import { TestFolder } from './__fixtures__/test-folder.ts';

const data = [{ question: '서울은?' }, { question: 'Paris?' }];
const length = metric('length', ({ predictions }) => String(predictions).length);
const STORE = ['--store', 'sweeps.db'];

/** A sweep from code over two models, and a run that is none of its. */
async function sweptFolder() {
  const folder = new TestFolder();
  await using touchstone = createTouchstone({ store: sqlite(join(folder.path, 'sweeps.db')) });
  const base = { data, extraMetrics: [length] };
  await touchstone.evaluate({ ...base, model: () => '네', run: { name: 'other' } });
  const swept = await touchstone.sweep({
    ...base,
    models: { 짧은: () => '네', 긴: () => '네, 그렇습니다' },
    run: { name: '화요일' },
  });
  return { folder, swept, ids: swept.cells.map(({ result }) => result?.run.id.slice(0, 8) ?? '') };
}

describe('a stored sweep', () => {
  it('is shown as the cells side by side, and a cell as any run', async () => {
    const { folder, swept, ids } = await sweptFolder();
    const shown = await folder.touchstone('show', '화요일', ...STORE);
    expect(shown).toEqual({ exitCode: 0, stdout: `${swept.toString({ width: 80 })}\n`, stderr: '' });
    // '네' is one letter, '네, 그렇습니다' are eight.
    const { comparison, runs } = JSON.parse((await folder.touchstone('show', '화요일', '--json', ...STORE)).stdout);
    expect(comparison.cells).toEqual(['짧은', '긴']);
    expect(comparison.metrics['length/mean']).toMatchObject({ 짧은: { value: 1 }, 긴: { value: 8 } });
    expect(runs).toHaveLength(2);
    const cell = JSON.parse((await folder.touchstone('show', ids[1] ?? '', '--json', ...STORE)).stdout);
    expect(cell.metrics['length/mean']).toBe(8);
  });

  it.each([
    ['rows', '화요일'],
    ['export', '화요일', 'sweep.zip'],
    ['score', '화요일', '--metric', 'exact_match'],
    ['annotate', '화요일', '1', '--label', 'good', '--value', 'yes'],
    ['repro', '화요일', '1'],
  ])('has no rows of its own, and says which cells have them: %s', async (...command) => {
    const { folder, ids } = await sweptFolder();
    expect(await folder.touchstone(...command, ...STORE)).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `화요일 is a sweep, and this goes with its cells: name one of ${ids[0]} (짧은), ${ids[1]} (긴).\n`,
    });
  });

  it('is deleted with its cells, once that was confirmed, and nothing else is', async () => {
    const { folder, swept } = await sweptFolder();
    const named = `화요일 (${swept.run.id.slice(0, 8)}, finished) with its 2 cells`;
    const refused = await folder.touchstone('delete', '화요일', ...STORE);
    expect(refused).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `Deleting ${named} needs --yes where nobody can be asked.\n`,
    });
    const deleted = await folder.touchstone('delete', '화요일', '--yes', ...STORE);
    expect(deleted).toEqual({ exitCode: 0, stdout: '', stderr: `Deleted ${named}.\n` });
    const { runs } = JSON.parse((await folder.touchstone('runs', '--json', ...STORE)).stdout);
    expect(runs.map(({ name }: { name: string }) => name)).toEqual(['other']);
  });
});
