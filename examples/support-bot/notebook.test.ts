import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { changedOutputs, type Notebook, type Output, runNotebook } from './notebook.ts';

const file = join(import.meta.dirname, 'support-bot.ipynb');
const stored: Notebook = JSON.parse(readFileSync(file, 'utf8'));

function outputsOf(notebook: Notebook, id: string): readonly Output[] {
  return notebook.cells.find((cell) => cell.id === id)?.outputs ?? [];
}

test('the file is a notebook of format 4.5: cells with ids, sources and outputs as lists of lines', () => {
  expect(stored).toMatchObject({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec: { name: 'deno' } } });
  const ids = stored.cells.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, cell_type, source, metadata, outputs, execution_count } of stored.cells) {
    expect(id).toMatch(/^[\w-]{1,64}$/u);
    expect(metadata).toEqual({});
    for (const line of source.slice(0, -1)) expect(line).toMatch(/^[^\n]*\n$/u);
    if (cell_type === 'code') expect([Array.isArray(outputs), Number.isInteger(execution_count)]).toEqual([true, true]);
    else expect([cell_type, outputs, execution_count]).toEqual(['markdown', undefined, undefined]);
  }
});

describe('its cells, run by Node', () => {
  let run: Notebook;
  beforeAll(async () => {
    process.env.OPENAI_API_KEY = '';
    run = await runNotebook(stored, file);
  }, 120_000);

  test('show what is stored, but for times', () => {
    expect(changedOutputs(stored, run)).toEqual([]);
  });

  test('another number, another text and a missing output are noticed', () => {
    const altered = (id: string, alter: (outputs: string) => string): Notebook => ({
      ...stored,
      cells: stored.cells.map((cell) =>
        cell.id === id ? { ...cell, outputs: JSON.parse(alter(JSON.stringify(cell.outputs))) } : cell,
      ),
    });
    expect(
      changedOutputs(
        altered('sweep', (outputs) => outputs.replaceAll('4.450', '4.451')),
        run,
      ),
    ).toHaveLength(1);
    expect(
      changedOutputs(
        altered('answers', (outputs) => outputs.replace('오전', '오후')),
        run,
      )[0],
    ).toMatch(/^Cell 'answers' shows /u);
    expect(
      changedOutputs(
        altered('worst', () => '[]'),
        run,
      ),
    ).toHaveLength(1);
  });

  test.each(['sweep', 'result', 'by-topic', 'answers'])('%s is a table, in three forms', (id) => {
    const [output, ...more] = outputsOf(run, id);
    expect(more).toEqual([]);
    if (output?.output_type !== 'execute_result') throw new Error(`Cell '${id}' shows no value.`);
    expect(Object.keys(output.data)).toEqual(['text/html', 'text/markdown', 'text/plain']);
    const html = output.data['text/html']?.join('') ?? '';
    expect(html).toMatch(/<table>\n<caption[^>]*>.+<\/caption>\n<thead><tr><th scope="col"/u);
    expect(html).not.toMatch(/<script|https?:/u);
    expect(output.data['text/markdown']?.join('')).toContain('\n| --- |');
  });

  test('other cells print, and say who answers', () => {
    expect(outputsOf(run, 'register')).toEqual([
      {
        output_type: 'stream',
        name: 'stdout',
        text: [
          'models:/support-bot@champion is models:/support-bot/1\n',
          'models:/support-bot@challenger is models:/support-bot/2\n',
        ],
      },
    ]);
    const [said] = outputsOf(run, 'setup');
    expect(said).toMatchObject({ output_type: 'stream', name: 'stderr' });
    expect(outputsOf(run, 'close')).toEqual([]);
  });
});

test('a cell that fails is an error with its message', async () => {
  const cells = [{ id: 'broken', cell_type: 'code', source: ["throw new Error('열리지 않음');"] }];
  await expect(runNotebook({ cells }, file)).rejects.toThrow(/ended with 1:.+열리지 않음/su);
});
