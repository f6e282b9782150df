import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JournalReader } from '../contracts/index.ts';
import { evaluationOf, journalOf, metricOf, planOf, scored } from './__fixtures__/stored-evaluation.ts';
import { EvaluationResult } from './evaluation-result.ts';
import type { ResultRun } from './result-parts.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'touchstone-save-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const run: ResultRun = {
  id: 'a'.repeat(32),
  name: '첫 실행',
  experiment: 'demo',
  status: 'incomplete',
  reason: 'it was stopped',
  startedAt: '2026-01-01T00:00:00.000Z',
  rows: 2,
};
const coverage = { scored: 1, skipped: 1, failed: 0, reasons: { 'missing-cell': 1 } };
const plan = planOf({ columns: ['q', 'answer'], inputs: ['q'], predictions: 'answer', metrics: [metricOf('rougeL/v1')] });
const lines = [
  { row: { q: '대한민국\n\u2028"', answer: 'x' }, scores: [scored(0.1 + 0.2, 'because')] },
  { row: { q: 'b', answer: null }, scores: ['skipped' as const] },
];
const first = evaluationOf(
  plan,
  lines,
  {
    metrics: { 'rougeL/v1/mean': 0.30000000000000004 },
    intervals: { 'rougeL/v1/mean': { estimate: 0.3, low: 0.1, high: 0.5, level: 0.95, method: 'bounded-logit', n: 1 } },
    coverage: { 'rougeL/v1': coverage },
    skippedMetrics: [{ name: 'toxicity', reason: 'not installed' }],
    warnings: ['watch out'],
  },
  {
    tables: { 'by/topic': [{ topic: 'geo', n: 2 }] },
    artifacts: { 'note.txt': 'hello', 'rows.jsonl': new Uint8Array([0, 255]) },
  },
);
const result = EvaluationResult.from({
  run,
  evaluations: [first, evaluationOf(planOf({ columns: ['answer'], predictions: 'answer' }), [], {}, { index: 2 })],
});
const small = EvaluationResult.from({ run, evaluations: [evaluationOf(plan, lines)] });

describe('a saved result', () => {
  test('is plain files', async () => {
    const folder = join(root, 'new', 'folder');
    await result.save(folder);
    expect((await readdir(folder)).sort()).toEqual([
      'artifact_rows.jsonl',
      'by_topic.json',
      'eval_results_table.json',
      'eval_results_table_2.json',
      'note.txt',
      'result.json',
      'rows.jsonl',
      'rows_2.jsonl',
    ]);
  });

  test('comes back as it was', async () => {
    const folder = join(root, 'same');
    await result.save(folder);
    const loaded = await EvaluationResult.load(folder);
    expect(loaded.toJSON()).toEqual(result.toJSON());
    expect(String(loaded)).toBe(String(result));
    expect(loaded.plans).toEqual(result.plans);
    expect(await Array.fromAsync(loaded.rows())).toEqual(await Array.fromAsync(result.rows()));
    expect(Object.keys(loaded.tables)).toEqual(Object.keys(result.tables));
    for (const [name, table] of Object.entries(result.tables))
      expect(await loaded.tables[name]?.toJSON()).toEqual(await table.toJSON());
    for (const name of Object.keys(result.artifacts))
      expect(Buffer.from(await loaded.readArtifact(name))).toEqual(Buffer.from(await result.readArtifact(name)));
  });
});

describe('saving', () => {
  test('replaces an earlier saved result, and leaves what else lies in the folder', async () => {
    const folder = join(root, 'replaced');
    await result.save(folder);
    await writeFile(join(folder, 'my notes.md'), 'mine');
    await small.save(folder);
    expect((await readdir(folder)).sort()).toEqual(['eval_results_table.json', 'my notes.md', 'result.json', 'rows.jsonl']);
    expect((await EvaluationResult.load(folder)).toJSON()).toEqual(small.toJSON());
  });

  test('a loaded result can be saved over itself and elsewhere', async () => {
    const folder = join(root, 'itself');
    await result.save(folder);
    await (await EvaluationResult.load(folder)).save(folder);
    const copy = join(root, 'copy');
    await (await EvaluationResult.load(folder)).save(copy);
    for (const name of await readdir(folder))
      expect(await readFile(join(copy, name))).toEqual(await readFile(join(folder, name)));
    expect((await EvaluationResult.load(folder)).toJSON()).toEqual(result.toJSON());
  });

  test.each([
    ['other files', ['a.txt', 'b.txt', 'c.txt', 'd.txt'], 'a.txt, b.txt, c.txt and 1 more'],
    ['a result.json of somebody else', ['result.json'], 'result.json'],
  ])('refuses a folder with %s', async (title, names, listed) => {
    const folder = join(root, title);
    await mkdir(folder);
    for (const name of names) await writeFile(join(folder, name), '{}');
    await expect(small.save(folder)).rejects.toThrow(
      `'${folder}' holds other files (${listed}); a result is saved in a new or empty folder, or over an earlier saved result.`,
    );
    expect((await readdir(folder)).sort()).toEqual([...names].sort());
  });

  test("refuses to overwrite a file that is not the earlier result's", async () => {
    const folder = join(root, 'in the way');
    await small.save(folder);
    await writeFile(join(folder, 'note.txt'), 'mine');
    await expect(result.save(folder)).rejects.toThrow(
      `'${folder}' holds other files (note.txt); a result is saved in a new or empty folder, or over an earlier saved result.`,
    );
    expect(await readFile(join(folder, 'note.txt'), 'utf8')).toBe('mine');
  });

  test('a failure half way leaves the earlier result as it was', async () => {
    const folder = join(root, 'half way');
    await small.save(folder);
    const before = await contentOf(folder);
    const reader: JournalReader = {
      ...journalOf(lines),
      async *rows() {
        yield* journalOf(lines).rows();
        throw new Error('the store went away');
      },
    };
    const broken = EvaluationResult.from({ run, evaluations: [{ ...evaluationOf(plan, lines), reader }] });
    await expect(broken.save(folder)).rejects.toThrow(
      expect.objectContaining({
        code: 'result-not-written',
        message: `The result could not be saved in '${folder}': the store went away.`,
      }),
    );
    expect(await contentOf(folder)).toEqual(before);
  });

  test('an interrupted save is no result, and the next save completes it', async () => {
    const folder = join(root, 'interrupted');
    await mkdir(join(folder, '.touchstone-saving-1'), { recursive: true });
    await writeFile(join(folder, '.touchstone-saving-1', 'result.json'), '{}');
    await writeFile(join(folder, 'rows.jsonl'), 'half');
    await expect(EvaluationResult.load(folder)).rejects.toThrow(
      `There is no saved result in '${folder}': saving into it was interrupted; save the result again.`,
    );
    await small.save(folder);
    expect((await readdir(folder)).sort()).toEqual(['eval_results_table.json', 'result.json', 'rows.jsonl']);
  });
});

describe('loading', () => {
  const saved = async (name: string) => {
    const folder = join(root, name);
    await result.save(folder);
    return folder;
  };
  const edit = async (folder: string, change: (document: Record<string, unknown>) => unknown) => {
    const document = JSON.parse(await readFile(join(folder, 'result.json'), 'utf8'));
    await writeFile(join(folder, 'result.json'), JSON.stringify(change(document)));
  };

  test('rows and tables are read when they are asked for', async () => {
    const folder = await saved('lazy');
    const loaded = await EvaluationResult.load(folder);
    await writeFile(join(folder, 'eval_results_table.json'), '{"columns":["a"],"data":[\n[1],\n[2]\n]}\n');
    expect(await loaded.tables.eval_results_table.toArray()).toEqual([{ a: 1 }, { a: 2 }]);
  });

  test('a table that somebody has formatted otherwise is read all the same', async () => {
    const folder = await saved('formatted');
    const path = join(folder, 'eval_results_table.json');
    await writeFile(path, JSON.stringify(JSON.parse(await readFile(path, 'utf8')), null, 2));
    expect(await (await EvaluationResult.load(folder)).tables.eval_results_table.toJSON()).toEqual(
      await result.tables.eval_results_table.toJSON(),
    );
  });

  test('no folder, no result in it, something else in it', async () => {
    const folder = join(root, 'nowhere');
    await expect(EvaluationResult.load(folder)).rejects.toThrow(`There is no folder '${folder}'.`);
    await mkdir(folder);
    await expect(EvaluationResult.load(folder)).rejects.toThrow(
      `There is no saved result in '${folder}': it has no result.json.`,
    );
    await writeFile(join(folder, 'result.json'), '{"metrics":{}}');
    await expect(EvaluationResult.load(folder)).rejects.toThrow(
      `result.json in '${folder}' is not a result that Touchstone saved.`,
    );
    await expect(EvaluationResult.load(join(folder, 'result.json'))).rejects.toThrow(
      `'${join(folder, 'result.json')}' is a file; a saved result is a folder with result.json in it.`,
    );
  });

  test('a newer format', async () => {
    const folder = await saved('newer');
    await edit(folder, (document) => ({ ...document, touchstone: { format: 'result', version: 2 } }));
    await expect(EvaluationResult.load(folder)).rejects.toThrow(
      `The result in '${folder}' was saved by a newer Touchstone (format 2, this one reads 1): update it, e.g. npm i @touchstone/core@latest.`,
    );
  });

  test.each([
    ['metrics', { metrics: { a: 'high' } }],
    ['run', { run: null }],
    ['artifacts', { artifacts: { eval_results_table: '../../secret.json' } }],
    ['tables', { tables: ['other'] }],
    ['evaluations', { evaluations: [{ index: 1, table: 'eval_results_table', rows: '/etc/passwd', plan: {} }] }],
  ])('a damaged or forged %s', async (part, change) => {
    const folder = await saved(`damaged ${part}`);
    await edit(folder, (document) => ({ ...document, ...change }));
    await expect(EvaluationResult.load(folder)).rejects.toThrow(
      `The result saved in '${folder}' is damaged: in result.json, '${part}' is missing or is not what it should be. Save it again.`,
    );
  });

  test('missing and broken files', async () => {
    const folder = await saved('broken');
    const loaded = await EvaluationResult.load(folder);
    const [row = ''] = (await readFile(join(folder, 'rows.jsonl'), 'utf8')).split('\n');
    await writeFile(join(folder, 'rows.jsonl'), `${row}\n${row.slice(0, 20)}\n`);
    await expect(Array.fromAsync(loaded.rows())).rejects.toThrow(
      `The saved file '${join(folder, 'rows.jsonl')}' is damaged: line 2 is no JSON. Save the result again.`,
    );
    await writeFile(join(folder, 'rows.jsonl'), `${row}\n{"ordinal":"one"}`);
    await expect(Array.fromAsync(loaded.rows())).rejects.toThrow(
      `The saved file '${join(folder, 'rows.jsonl')}' is damaged: line 2 is no scored row. Save the result again.`,
    );
    await writeFile(join(folder, 'by_topic.json'), '{"columns":["a","b"],"data":[\n[1]\n]}\n');
    await expect(loaded.tables['by/topic']?.toArray()).rejects.toThrow(
      `The saved file '${join(folder, 'by_topic.json')}' is damaged: line 2 is no list of 2 cells. Save the result again.`,
    );
    await rm(join(folder, 'rows.jsonl'));
    await rm(join(folder, 'note.txt'));
    await expect(EvaluationResult.load(folder)).rejects.toThrow(
      `The result saved in '${folder}' is damaged: note.txt, rows.jsonl are missing. Save it again.`,
    );
    await writeFile(join(folder, 'result.json'), '{"touchstone":');
    await expect(EvaluationResult.load(folder)).rejects.toThrow(
      /^The result saved in '.*broken' is damaged: result\.json cannot be read as JSON: /u,
    );
  });
});

async function contentOf(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder);
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])));
}
