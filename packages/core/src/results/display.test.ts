import { describe, expect, test } from 'vitest';
import { createTouchstone, evaluate, metric } from '../index.ts';
import type { DisplayBundle } from './display-bundle.ts';
import { tableOfRows } from './result-table.ts';

const DISPLAY = Symbol.for('Jupyter.display');

/** What a notebook does with the last value of a cell. */
async function shown(value: object): Promise<DisplayBundle> {
  return Reflect.get(value, DISPLAY).call(value);
}

/** The text of the cells of an HTML table, by line; written for the markup that is promised, and for no other. */
function cellsOf(html: string): readonly (readonly string[])[] {
  return [...html.matchAll(/<tr>(.*?)<\/tr>/gsu)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gsu)].map(([, cell = '']) => cell.replaceAll('<wbr>', '')),
  );
}

const short = metric('short', ({ predictions }) => predictions.length < 10);

describe('a result in a notebook', () => {
  test('is a table with caption and heads of rows and columns, what was not scored below it', async () => {
    const results = await evaluate({
      data: [
        { question: '반품은 언제까지 되나요?', answer: '14일입니다.' },
        { question: 'Do you ship to Norway?', answer: 'Yes, to all of Europe.' },
        { question: '<script>alert(1)</script>', answer: null },
      ],
      predictions: 'answer',
      extraMetrics: [short],
      run: { name: '<b>밤</b>', experiment: 'a & b' },
    });
    const bundle = await shown(results);
    expect(Object.keys(bundle)).toEqual(['text/html', 'text/markdown', 'text/plain']);
    expect(bundle['text/plain']).toBe(results.toString());
    const html = bundle['text/html'];
    expect(html).toMatch(/<caption[^>]*>&lt;b&gt;밤&lt;\/b&gt; · a &amp; b · finished · 3 rows · /u);
    const [heads, line] = cellsOf(html);
    expect(heads).toEqual(['metric', 'value', '95 % interval', 'scored']);
    expect(line?.[0]).toBe('short/mean');
    expect(line?.[1]).toBe('0.5000');
    expect(line?.[3]).toBe('2/3');
    expect(html.match(/<th scope="col"/gu)).toHaveLength(4);
    expect(html.match(/<th scope="row"/gu)).toHaveLength(1);
    expect(html).toContain('<li>short: 1 skipped (missing-cell)</li>');
    expect(html).not.toMatch(/<script|<b>|https?:|src=|href=|color/u);
    expect(bundle['text/markdown']).toContain(
      '\n\n| metric | value | 95 % interval | scored |\n| --- | --- | --- | --- |\n| short/mean | 0.5000 |',
    );
    expect(bundle['text/markdown']).toContain('&lt;b&gt;밤&lt;/b&gt;');
  });
});

describe('a table in a notebook', () => {
  test('escapes what the cells hold, tells null from an empty text, and cuts long texts', async () => {
    const { 'text/html': html, 'text/markdown': markdown } = await shown(
      tableOfRows('by_topic', [
        { topic: '<script>alert("x")</script>', count: 3, note: null },
        { topic: '배송 | `반품`', count: 0.123456, note: '' },
        { topic: 'a\nb\u001b[31m\u202e', count: -0, note: ['그', 1] },
        { topic: '가'.repeat(5000), count: 1e6, note: true },
      ]),
    );
    const [heads, ...rows] = cellsOf(html);
    expect(heads).toEqual(['topic', 'count', 'note']);
    expect(rows.slice(0, 3)).toEqual([
      ['&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;', '3', 'null'],
      ['배송 | `반품`', '0.1235', ''],
      ['a b␛[31m�', '0', '[&quot;그&quot;,1]'],
    ]);
    // 160 cells of a terminal: 79 syllables of two, and the mark of what is missing.
    expect(rows[3]).toEqual([`${'가'.repeat(79)}…`, '1000000', 'true']);
    expect(html).toContain('by_topic · 4 rows</caption>');
    expect(html).not.toContain('<script');
    expect(markdown).toContain('| &lt;script&gt;alert("x")&lt;/script&gt; | 3 | null |');
    expect(markdown).toContain('| 배송 \\| \\`반품\\` | 0.1235 |  |');
    expect(markdown).toContain('| --- | ---: | --- |');
  });

  test('shows the first twenty rows, and reads no chunk after them', async () => {
    let chunks = 0;
    const { ResultTable } = await import('../index.ts');
    const endless = new ResultTable('endless', {
      columns: async () => ['n'],
      async *lines() {
        for (; ; chunks++) yield Array.from({ length: 15 }, (_, index) => [15 * chunks + index]);
      },
    });
    const { 'text/html': html } = await shown(endless);
    expect(cellsOf(html).slice(1)).toEqual(Array.from({ length: 20 }, (_, index) => [String(index)]));
    expect(html).toContain('endless · the first 20 rows</caption>');
    // Counted when the next one is asked for: the second was the last.
    expect(chunks).toBe(1);
  });

  test('of a result: columns of the data, then scores', async () => {
    const results = await evaluate({ data: [{ answer: '네' }], predictions: 'answer', extraMetrics: [short] });
    const { 'text/html': html } = await shown(results.tables.eval_results_table);
    expect(cellsOf(html)).toEqual([
      ['outputs', 'short/score'],
      ['네', 'true'],
    ]);
  });
});

test('a sweep in a notebook has its cells side by side', async () => {
  const swept = await createTouchstone().sweep({
    data: ['a', 'bc'],
    models: { '<echo>': ({ inputs }: { inputs: string }) => inputs, 길게: () => 'a long answer' },
    extraMetrics: [short],
  });
  const bundle = await shown(swept);
  expect(bundle['text/plain']).toBe(swept.toString());
  const rows = cellsOf(bundle['text/html']);
  expect(rows[0]).toEqual(['metric', '&lt;echo&gt;', '길게']);
  expect(rows.find(([key]) => key === 'short/mean')?.map((cell) => cell.split(' ')[0])).toEqual(['short/mean', '1', '0']);
  expect(rows.find(([key]) => key === 'status')).toEqual(['status', 'finished', 'finished']);
  expect(rows.find(([key]) => key === 'rows')).toEqual(['rows', '2', '2']);
});
