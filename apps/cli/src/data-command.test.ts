import { describe, expect, it } from 'vitest';
import { TestFolder } from './__fixtures__/test-folder.ts';

const questions = [
  'What is the capital of France?',
  '서울에는 지하철이 몇 호선까지 있나요?',
  'Which river flows through the old town before it reaches the northern sea?',
];

/** A file with something of everything. */
function folderWithMistakes(): TestFolder {
  const folder = new TestFolder();
  const rows: Record<string, unknown>[] = Array.from({ length: 24 }, (_, n) => ({
    id: `q-${n + 1}`,
    question: `How long does delivery number ${n + 1} take?`,
    answer: 'It takes two days.',
  }));
  Object.assign(rows[2] ?? {}, { question: 'WHAT is the capital of France', answer: 7 });
  Object.assign(rows[3] ?? {}, { question: questions[2]?.replace('sea', 'ocean'), answer: '' });
  Object.assign(rows[4] ?? {}, { ...rows[1], answer: 'It takes two days.' });
  Object.assign(rows[5] ?? {}, { answer: 'x'.repeat(1200), id: null });
  Object.assign(rows[6] ?? {}, { answer: 'half \ud83d of it all', note: { tags: ['a'] } });
  const lines = rows.map((row) => JSON.stringify(row));
  lines.splice(9, 0, '{"id": "q-x", "question": }', '');
  folder.write('test.jsonl', `${lines.join('\n')}\n[1]\n`);
  folder.writeRows(
    'fewshot.jsonl',
    questions.map((question) => ({ question })),
  );
  return folder;
}

describe('touchstone data', () => {
  it('prints columns, and every finding with its lines', async () => {
    const folder = folderWithMistakes();
    const { exitCode, stdout, stderr } = await folder.touchstone(
      ...['data', 'test.jsonl', '--id', 'id', '--inputs', 'question', '--against', 'fewshot.jsonl'],
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.replace(/[0-9a-f]{12}(?=\n)/u, 'FINGERPRINT')).toBe(`\
test.jsonl · 24 rows · 4 columns · 3.52 kB · FINGERPRINT

column    cells              values     null  missing  examples
id        text               ~4 chars      1           q-1 · q-2 · q-3
question  text               ~38 chars                 How long does delivery n…
answer    text 23, number 1  ~18 chars                 It takes two days. · 7 ·…
note      object                                   23  {"tags":["a"]}

2 lines cannot be read, and are left out of all that follows:
  test.jsonl, line 10, column 27 is not valid JSON: expected a value, found '}'.
  It stands near: …id": "q-x", "question": }
  test.jsonl, line 27 is a list; every line must be one object of columns, like
  {"question": "…", "answer": "…"}.
1 row has no usable id:
  line 6 (null)
1 row has the id of an earlier one:
  line 5 (= 2, q-2)
2 rows stand also in fewshot.jsonl, 1 with the same words and 1 nearly so
(compared: question):
  line 3 = 1: WHAT is the capital of France
  line 4 ≈ 3 (90 %): Which river flows through the old town before it reaches t…
1 row is equal to an earlier one:
  line 5 (= 2)
1 row has the inputs of an earlier one:
  line 5 (= 2)
answer: cells of several kinds (text 23, number 1):
  line 3 (number)
answer: 1 text is empty or only white space:
  line 4
answer: 1 text has broken characters:
  line 7 (half a character)
answer: 1 text much longer or shorter than the others, whose median is 18
characters:
  line 6 (1,200)
`);
  });

  it('as JSON has all of it, without what was not found', async () => {
    const folder = folderWithMistakes();
    const { exitCode, stdout, stderr } = await folder.touchstone('data', 'test.jsonl', '--json', '--against', 'fewshot.jsonl');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const { columns, fingerprint, ...document } = JSON.parse(stdout);
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/u);
    expect(columns.map(({ name }: { name: string }) => name)).toEqual(['id', 'question', 'answer', 'note']);
    expect(columns[3]).toEqual({ name: 'note', kinds: { object: 1 }, null: 0, missing: 23, examples: ['{"tags":["a"]}'] });
    expect(document).toEqual({
      file: 'test.jsonl',
      bytes: Buffer.byteLength(folder.read('test.jsonl')),
      places: 'lines',
      rows: 24,
      broken: {
        total: 2,
        listed: [
          { at: 10, message: expect.stringContaining('test.jsonl, line 10, column 27') },
          { at: 27, message: expect.stringContaining('test.jsonl, line 27 is a list') },
        ],
      },
      duplicateRows: { total: 1, listed: [{ at: 5, first: 2 }] },
      copies: [
        {
          against: 'fewshot.jsonl',
          columns: ['question'],
          sameWords: 1,
          near: 1,
          sampled: 1,
          listed: [
            { at: 3, of: 1, kind: 'same words', overlap: 1, text: 'WHAT is the capital of France' },
            { at: 4, of: 3, kind: 'near', overlap: 10 / 11, text: expect.stringMatching(/^Which river .*…$/u) },
          ],
        },
      ],
    });
  });

  it('lists as many places as asked, and counts all', async () => {
    const folder = new TestFolder();
    folder.writeRows('t.jsonl', Array(10).fill({ a: 'x' }));
    const text = await folder.touchstone('data', 't.jsonl', '--limit', '2');
    expect(text.stdout).toContain('9 rows are equal to an earlier one:\n  lines 2 (= 1), 3 (= 1) and 7 more\n');
    const json = await folder.touchstone('data', 't.jsonl', '--limit', '1', '--json');
    expect(JSON.parse(json.stdout).duplicateRows).toEqual({ total: 9, listed: [{ at: 2, first: 1 }] });
  });

  it('shows names that are empty or would move the terminal', async () => {
    const folder = new TestFolder();
    folder.writeRows('t.jsonl', [{ '': ' ', 'a\u001b[31m\nb': 1 }]);
    const { stdout } = await folder.touchstone('data', 't.jsonl');
    expect(stdout.split('\n').slice(2)).toEqual([
      'column    cells   values  examples',
      "''        text",
      'a␛[31m b  number  1       1',
      '',
      "'': 1 text is empty or only white space:",
      '  line 1',
      '',
    ]);
  });

  it('says when nothing looks wrong, and what else it can look for', async () => {
    const folder = new TestFolder();
    folder.writeRows('t.jsonl', [
      { 질문: '어디인가요?', n: 0.5 },
      { 질문: '누구인가요?', n: 2 },
    ]);
    const { exitCode, stdout, stderr } = await folder.touchstone('data', 't.jsonl', '--id', '질문');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: 'More is looked for with --inputs COLUMN, --against FILE: see touchstone data --help.\n',
    });
    expect(stdout.split('\n').slice(1)).toEqual([
      '',
      'column  cells   values    examples',
      '질문    text    ~6 chars  어디인가요? · 누구인가요?',
      'n       number  0.5 to 2  0.5 · 2',
      '',
      'Nothing looks wrong.',
      '',
    ]);
  });

  it('compares the columns that both files have, but ids and what only one has', async () => {
    const folder = new TestFolder();
    folder.writeRows('a.jsonl', [{ id: 1, q: 'one two', a: 'three', x: 1 }]);
    folder.writeRows('b.jsonl', [{ id: 1, q: 'One two', a: 'three!', y: 2 }]);
    folder.writeRows('c.jsonl', [{ y: 1 }]);
    const { copies } = JSON.parse(
      (await folder.touchstone('data', 'a.jsonl', '--id', 'id', '--against', 'b.jsonl', '--json')).stdout,
    );
    expect(copies).toMatchObject([{ columns: ['q', 'a'], sameWords: 1 }]);
    expect(await folder.touchstone('data', 'a.jsonl', '--against', 'c.jsonl')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'a.jsonl and c.jsonl have no column in common that could be compared: id, q, a, x and y. Name one alike in both.\n',
    });
  });

  it('looks at several files, and says which of them it cannot read', async () => {
    const folder = new TestFolder();
    folder.writeRows('a.jsonl', [{ a: 1 }]);
    folder.write('b.json', '[{"a": 1}, {"a": 1}]');
    const text = await folder.touchstone('data', 'a.jsonl', 'missing.jsonl', 'b.json');
    expect(text.exitCode).toBe(2);
    expect(text.stdout).toMatch(
      /^a\.jsonl · 1 row · 1 column · 8 bytes · \w+\n(?:.*\n)+\nb\.json · 2 rows(?:.*\n)+ {2}row 2 \(= 1\)\n$/u,
    );
    expect(text.stderr).toContain(`There is no file 'missing.jsonl' (${folder.path}/missing.jsonl).`);
    const { files } = JSON.parse((await folder.touchstone('data', 'a.jsonl', 'b.json', '--json')).stdout);
    expect(files.map(({ file, places, rows }: Record<string, unknown>) => [file, places, rows])).toEqual([
      ['a.jsonl', 'lines', 1],
      ['b.json', 'rows', 2],
    ]);
  });
});

describe('touchstone data reads', () => {
  it('CSV past the rows that it cannot read, with the line on which each begins', async () => {
    const folder = new TestFolder();
    folder.write('t.csv', 'id,q\n1,"two\nlines"\n2\n3,"a "quote""\n1,x\n');
    const { exitCode, stdout } = await folder.touchstone('data', 't.csv', '--id', 'id', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      places: 'lines',
      rows: 2,
      columns: [
        { name: 'id', kinds: { number: 2 }, range: [1, 1] },
        { name: 'q', kinds: { text: 2 } },
      ],
      duplicateIds: { total: 1, listed: [{ at: 6, first: 2, id: 1 }] },
      broken: {
        total: 2,
        listed: [
          { at: 4, message: 't.csv, line 4, column 2: the row has 1 cell, and the first line names 2 columns.' },
          { at: 5, message: expect.stringContaining('t.csv, line 5, column 7: after a closing quote there must be') },
        ],
      },
    });
  });

  it('files as the flags say, and speaks of flags', async () => {
    const folder = new TestFolder();
    // cp949 of `질문;답` and a row of `똠?;예`: made with Python's cp949 codec.
    folder.writeBytes('korean.csv', Buffer.from('c1fab9ae3bb4e40a8c633f3bbfb90a', 'hex'));
    const flags = ['--encoding', 'euc-kr', '--delimiter', ';'];
    const { stdout } = await folder.touchstone('data', 'korean.csv', ...flags, '--json');
    expect(JSON.parse(stdout).columns.map(({ name, examples }: Record<string, unknown>) => [name, examples])).toEqual([
      ['질문', ['똠?']],
      ['답', ['예']],
    ]);
    const { stderr } = await folder.touchstone('data', 'korean.csv', '--delimiter', ';');
    expect(stderr).toContain('save the file as UTF-8, or say what it is, like --encoding windows-1252.');
    folder.write('n.csv', 'n,m\n1,x\ntwo,y\n');
    const typed = await folder.touchstone('data', 'n.csv', '--column-type', 'n=number', '--json');
    expect(JSON.parse(typed.stdout).broken.listed).toEqual([
      {
        at: 3,
        message:
          "n.csv, line 3, column 1: in 'n' there is 'two', which is no number; --column-type says that the column holds numbers.",
      },
    ]);
  });

  it('what run and rows write, with the same cells', async () => {
    const folder = new TestFolder();
    folder.writeRows('t.jsonl', [
      { q: '서울?', a: '7', n: 0.5, tags: ['x', 1] },
      { q: 'b', a: '8', n: 2, tags: null },
    ]);
    const columnsOf = async (file: string): Promise<Record<string, unknown>> => {
      const { columns } = JSON.parse((await folder.touchstone('data', file, '--json')).stdout);
      return Object.fromEntries(columns.map(({ name, kinds }: Record<string, unknown>) => [name, kinds]));
    };
    const run = ['run', '--data', 't.jsonl', '--inputs', 'q', '--predictions', 'a', '--metric', 'rougeL', '--map', 'targets=q'];
    for (const file of ['t.parquet', 't.json.gz', 't.jsonl.gz']) {
      await folder.touchstone(...run, '--table', file);
      expect(await columnsOf(file), file).toEqual({
        q: { text: 2 },
        n: { number: 2 },
        tags: { list: 1 },
        outputs: { text: 2 },
        'rougeL/v1/score': { number: 2 },
      });
    }
  });
});

it('reads JSON Lines from stdin', async () => {
  const { ended } = new TestFolder().start(['data', '-', '--id', 'a', '--json'], { stdin: '{"a":1}\n{"a":1}\nx\n{"a":"1"}' });
  expect(JSON.parse((await ended).stdout)).toMatchObject({
    file: 'stdin',
    rows: 3,
    broken: { total: 1, listed: [{ at: 3 }] },
    duplicateRows: { total: 1, listed: [{ at: 2, first: 1 }] },
    duplicateIds: {
      total: 2,
      listed: [
        { at: 2, first: 1, id: 1 },
        { at: 4, first: 1, id: '1' },
      ],
    },
  });
});

describe('touchstone data refuses', () => {
  const refused = async (args: readonly string[], stderr: string): Promise<void> => {
    const folder = new TestFolder();
    folder.writeRows('t.jsonl', [{ question: 'a', answer: 'b' }]);
    folder.writeRows('few.jsonl', [{ question: 'a' }]);
    folder.write('empty.jsonl', '');
    folder.write('broken.json', '[{"a": 1},');
    expect(await folder.touchstone('data', ...args)).toEqual({ exitCode: 2, stdout: '', stderr });
  };

  it('an empty file', () => refused(['empty.jsonl'], "'empty.jsonl' has no rows; there is nothing to look at.\n"));
  it('an empty file to compare with', () =>
    refused(['t.jsonl', '--against', 'empty.jsonl'], "'empty.jsonl' has no rows; there is nothing to compare with.\n"));
  it('a file that cannot be read at all', () =>
    refused(
      ['broken.json'],
      'broken.json, line 1, column 11 is not valid JSON: expected a value, found the end. It stands near: [{"a": 1},\n',
    ));
  it('a column that is not there', () =>
    refused(['t.jsonl', '--id', 'anwser'], "--id is 'anwser', and t.jsonl has no such column. Did you mean 'answer'?\n"));
  it('inputs that are not there', () =>
    refused(
      ['t.jsonl', '--inputs', 'prompt'],
      "--inputs is 'prompt', and t.jsonl has no such column. It has: question, answer.\n",
    ));
  it('inputs that are not in the other file', () =>
    refused(
      ['t.jsonl', '--inputs', 'answer', '--against', 'few.jsonl'],
      "--inputs is 'answer', and few.jsonl has no such column. It has: question.\n",
    ));
  it('the file itself to compare with', () =>
    refused(
      ['t.jsonl', '--against', './t.jsonl'],
      "--against is './t.jsonl', the file itself, and every row would be a copy of itself.\n",
    ));
  it('no file', () =>
    refused([], 'touchstone data needs one thing more: touchstone data <files>. Type touchstone data --help.\n'));
  it('a limit of nothing', () =>
    refused(
      ['t.jsonl', '--limit', '0'],
      "--limit must be a whole number of at least 1, and it is '0'. Type touchstone data --help.\n",
    ));
  it('a flag that there is not', () =>
    refused(['t.jsonl', '--againts', 'few.jsonl'], "touchstone data has no flag '--againts'. Did you mean --against?\n"));
});

it('a file of which no line can be read is told line by line, and is a wrong request', async () => {
  const folder = new TestFolder();
  folder.write('t.jsonl', 'x\ny\n');
  const { exitCode, stdout } = await folder.touchstone('data', 't.jsonl');
  expect(exitCode).toBe(2);
  expect(stdout).toMatch(
    /^t\.jsonl · 0 rows · 0 columns · 4 bytes · \w+\n\n2 lines cannot be read.*\n.*line 1, .*\n.*\n.*line 2, /u,
  );
});
