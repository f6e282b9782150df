import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { describe, expect, it, test } from 'vitest';
import { temporaryFiles } from './__fixtures__/temporary-files.ts';
import { type CsvOptions, csvFile } from './index.ts';

const files = temporaryFiles();

function read(content: string | Uint8Array, options?: CsvOptions, name = 'q.csv'): unknown[] {
  return [...csvFile(files.write(name, content), options).rows()];
}

/** The cells of one column that stands beside a column of texts, so that blank lines are none. */
function column(...cells: string[]): unknown[] {
  const rows = read(`cell,other\n${cells.map((cell) => `${cell},x\n`).join('')}`) as { cell: unknown }[];
  return rows.map((row) => row.cell);
}

describe('a CSV file', () => {
  it('is rows of its columns, read again and again, and known by its bytes', async () => {
    const content = 'question,answer\n수도는?,서울\nWhat?,"Yes, that ""one"""\n';
    const path = files.write('answers.csv', content);
    const data = csvFile(path);
    expect(data).toMatchObject({ name: 'answers.csv', source: path, rereadable: true });
    const rows = [
      { question: '수도는?', answer: '서울' },
      { question: 'What?', answer: 'Yes, that "one"' },
    ];
    expect([...data.rows()]).toEqual(rows);
    expect([...data.rows()]).toEqual(rows);
    expect(await data.fingerprint?.()).toBe(createHash('sha256').update(content).digest('hex'));
  });

  it.each([
    ['\n', 'a,b\n1,x\n2,y\n'],
    ['\r\n', 'a,b\r\n1,x\r\n2,y\r\n'],
    ['\r', 'a,b\r1,x\r2,y\r'],
    ['all of them, and none at the end', 'a,b\r\n1,x\n\r\n\r2,y'],
  ])('ends its lines in %j', (_, content) => {
    expect(read(content)).toEqual([
      { a: 1, b: 'x' },
      { a: 2, b: 'y' },
    ]);
  });

  it('keeps what is within quotes: delimiters, line ends, quotes, blanks', () => {
    expect(read('a,b\n"x,y","1\r\n2\n"\n" ""q"" ", z \n')).toEqual([
      { a: 'x,y', b: '1\r\n2\n' },
      { a: ' "q" ', b: ' z ' },
    ]);
  });

  it('takes a quote within a bare cell as it stands', () => {
    expect(read('size,n\n5" pipe,1\n6",2\n')).toEqual([
      { size: '5" pipe', n: 1 },
      { size: '6"', n: 2 },
    ]);
  });

  it('tells a missing cell from an empty text', () => {
    expect(read('a,b\n,""\n"",\n')).toEqual([
      { a: null, b: '' },
      { a: '', b: null },
    ]);
  });

  it('may have one column, of which blank lines are left out', () => {
    expect(read('a\nx\n\ny\n\n')).toEqual([{ a: 'x' }, { a: 'y' }]);
  });

  it('names a column without a name as pandas does', () => {
    expect(read(',text,\n0,x,\n')).toEqual([{ 'Unnamed: 0': 0, text: 'x', 'Unnamed: 2': null }]);
  });

  it('may have columns called __proto__ and constructor', () => {
    const [row] = read('__proto__,constructor,toString\n{"polluted":1},c,t\n');
    expect(Object.entries(row ?? {})).toEqual([
      ['__proto__', '{"polluted":1}'],
      ['constructor', 'c'],
      ['toString', 't'],
    ]);
    expect('polluted' in {}).toBe(false);
  });

  it('may have 10,000 columns', () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `c${i}`);
    const [row] = read(`${names.join(',')}\n${names.map((_, i) => i).join(',')}\n`) as Record<string, unknown>[];
    expect(Object.keys(row ?? {})).toEqual(names);
    expect(row?.c9999).toBe(9999);
  });

  it('may have nothing but its header', () => {
    expect(read('a,b\n')).toEqual([]);
  });

  it('holds rows that are larger than any piece of it', () => {
    const long = '글,"'.repeat(100_000);
    expect(read(`a,b\n1,"${long.replaceAll('"', '""')}"\n2,x`)).toEqual([
      { a: 1, b: long },
      { a: 2, b: 'x' },
    ]);
  });

  it('may be separated otherwise', () => {
    const rows = [{ a: 1, b: 'x,y' }];
    expect(read('a\tb\n1\tx,y\n', {}, 'q.tsv')).toEqual(rows);
    expect(read('a;b\n1;x,y\n', { delimiter: ';' })).toEqual(rows);
    expect(read('a\tb\n1\tx,y\n', { delimiter: '\\t' })).toEqual(rows);
    expect(read('a;b\nx\n', { delimiter: ',' })).toEqual([{ 'a;b': 'x' }]);
  });

  it('may be gzipped, in one member or several', () => {
    const rows = [{ a: 1 }, { a: 2 }];
    expect(read(gzipSync('a\n1\n2\n'), {}, 'q.csv.gz')).toEqual(rows);
    expect(read(Buffer.concat([gzipSync('a\n1\n'), gzipSync('2\n')]), {}, 'q.csv.gz')).toEqual(rows);
    expect(read(gzipSync('a\tb\n1\t2\n'), {}, 'q.tsv.gz')).toEqual([{ a: 1, b: 2 }]);
    expect(read(gzipSync('a\n1\n2\n'), {}, 'not-called-so.csv')).toEqual(rows);
  });
});

describe('the type of a column', () => {
  test.each([
    ['numbers as JSON writes them', ['1', '-0.5', '1e+21', '0'], [1, -0.5, 1e21, 0]],
    ['floats as Python and pandas write them', ['1.0', '0.25', '1e-05', '-0.0'], [1, 0.25, 0.00001, -0]],
    ['numbers with as many digits after the point', ['2.50', '10.00', '-0.75'], [2.5, 10, -0.75]],
    ['numbers and missing cells', ['1', '', '3'], [1, null, 3]],
    ['true and false', ['true', 'false', ''], [true, false, null]],
    ['True and False', ['True', 'False'], [true, false]],
    ['TRUE and FALSE', ['TRUE', 'FALSE'], [true, false]],
    ['nothing at all', ['', ''], [null, null]],
    ['codes with zeros in front', ['007', '8'], ['007', '8']],
    ['versions, of which 1.1 and 1.10 are two', ['1.9', '1.10'], ['1.9', '1.10']],
    ['two ways to write a number', ['1', '1.0'], ['1', '1.0']],
    ['more digits than a number holds', ['12345678901234567890', '1'], ['12345678901234567890', '1']],
    ['a decimal that no number is', ['0.1234567890123456789'], ['0.1234567890123456789']],
    ['numbers in quotes', ['"42"', '1'], ['42', '1']],
    ['numbers beside an empty text', ['1', '""'], ['1', '']],
    [
      'other spellings',
      ['+1', '.5', '1.', '0x10', '1_000', ' 1', 'NaN', 'Infinity', '-'].map((c) => c),
      ['+1', '.5', '1.', '0x10', '1_000', ' 1', 'NaN', 'Infinity', '-'],
    ],
    ['two ways to write a boolean', ['true', 'False'], ['true', 'False']],
    ['booleans and numbers', ['true', '1'], ['true', '1']],
    ['dates', ['2024-02-29'], ['2024-02-29']],
  ])('%s', (_, cells, values) => {
    expect(column(...cells)).toEqual(values);
  });

  it('is the same from the first row to the last, however late the other kind comes', () => {
    const rows = read(`n,m\n${'1,1\n'.repeat(5000)}x,1\n`) as { n: unknown; m: unknown }[];
    expect([rows[0], rows[4999], rows[5000]]).toEqual([
      { n: '1', m: 1 },
      { n: '1', m: 1 },
      { n: 'x', m: 1 },
    ]);
  });

  it('is what was asked for', () => {
    const types = { code: 'text', score: 'number', ok: 'boolean', docs: 'json' } as const;
    expect(read('code,score,ok,docs,n\n7,"1,"\n', { types: 'text', delimiter: ';' })).toEqual([
      { 'code,score,ok,docs,n': '7,"1,"' },
    ]);
    expect(
      read('code,score,ok,docs,n\n7,"1.0",TRUE,"[""a"", {""b"": null}]",1\n8,-.5e3,false,,2\n"","","","",3\n', { types }),
    ).toEqual([
      { code: '7', score: 1, ok: true, docs: ['a', { b: null }], n: 1 },
      { code: '8', score: -500, ok: false, docs: null, n: 2 },
      { code: '', score: null, ok: null, docs: null, n: 3 },
    ]);
    expect(read('a,b\n1,true\n', { types: 'text' })).toEqual([{ a: '1', b: 'true' }]);
    expect(read('a,b\n1,2\n', { types: { '*': 'text', b: 'number' } })).toEqual([{ a: '1', b: 2 }]);
  });

  it('changes the fingerprint when it was asked for, as the rows are others', async () => {
    const path = files.write('typed.csv', 'a,b\n1,2\n');
    const [plain, text, otherWay] = [
      csvFile(path),
      csvFile(path, { types: { a: 'text', b: 'text' } }),
      csvFile(path, { types: { b: 'text', a: 'text' } }),
    ];
    expect(await text.fingerprint?.()).not.toBe(await plain.fingerprint?.());
    expect(await text.fingerprint?.()).toBe(await otherWay.fingerprint?.());
  });
});

describe('an encoding', () => {
  const rows = [{ 말: '똠방각하 펲시', n: 1 }];
  const text = '말,n\n똠방각하 펲시,1\n';

  it.each([
    ['UTF-8', Buffer.from(text), {}],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text}`), {}],
    ['UTF-8 with a mark, whatever was asked for', Buffer.from(`\uFEFF${text}`), { encoding: 'euc-kr' }],
    ['UTF-16LE with a mark', Buffer.from(`\uFEFF${text}`, 'utf16le'), {}],
    ['UTF-16BE with a mark', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(), {}],
    ['UTF-16LE', Buffer.from(text, 'utf16le'), { encoding: 'UTF-16' }],
    ['UTF-16BE', Buffer.from(text, 'utf16le').swap16(), { encoding: 'utf-16be' }],
    ['euc-kr with the syllables that only cp949 has', iconv.encode(text, 'cp949'), { encoding: 'euc-kr' }],
    ['cp949', iconv.encode(text, 'cp949'), { encoding: 'cp949' }],
    ['UTF-8 by the name that Python has for it', Buffer.from(`\uFEFF${text}`), { encoding: 'utf_8_sig' }],
  ])('%s', (_, bytes, options) => {
    expect(read(bytes, options)).toEqual(rows);
  });

  it('of western, Cyrillic, Japanese and Chinese files', () => {
    const only = (bytes: number[], encoding: string) => read(Buffer.from([97, 10, ...bytes, 10]), { encoding });
    // Bytes as the Encoding Standard (https://encoding.spec.whatwg.org) lists them.
    expect(only([0x63, 0x61, 0x66, 0xe9, 0x20, 0x80], 'windows-1252')).toEqual([{ a: 'café €' }]);
    expect(only([0xe9, 0x80], 'latin1')).toEqual([{ a: 'é\u0080' }]);
    expect(only([0xcc, 0xe8, 0xf0], 'windows-1251')).toEqual([{ a: 'Мир' }]);
    expect(only([0x93, 0xfa, 0x96, 0x7b], 'shift_jis')).toEqual([{ a: '日本' }]);
    expect(only([0xd6, 0xd0, 0xb9, 0xfa], 'gbk')).toEqual([{ a: '中国' }]);
    expect(only([0xa4, 0xa4, 0xb0, 0xea], 'big5')).toEqual([{ a: '中國' }]);
  });

  it('whose characters lie across the pieces of the file', () => {
    const long = '똠'.repeat(70_000);
    for (const [bytes, options] of [
      [Buffer.from(`말말,n\n${long},1\n`), {}],
      [iconv.encode(`말말,n\n${long},1\n`, 'cp949'), { encoding: 'cp949' }],
      [Buffer.from(`말말,n\n${long},1\n`, 'utf16le'), { encoding: 'utf-16le' }],
    ] as const) {
      expect(read(bytes, options)).toEqual([{ 말말: long, n: 1 }]);
    }
  });

  it('keeps a lone surrogate, and a character that replaces others', () => {
    expect(read(Buffer.from('a\n\uD83Dx\n', 'utf16le'), { encoding: 'utf-16le' })).toEqual([{ a: '\uD83Dx' }]);
    expect(read('a\n\uFFFD\n')).toEqual([{ a: '\uFFFD' }]);
  });
});

describe('several files', () => {
  it('are one data set, with one type for each column of all of them', async () => {
    const [one, two] = [files.write('part-1.csv', 'code,n\n7,1\n'), files.write('part-2.csv', 'n,code\n2,007\n')];
    const data = csvFile([one, two]);
    expect([...data.rows()]).toEqual([
      { code: '7', n: 1 },
      { n: 2, code: '007' },
    ]);
    expect(data).toMatchObject({ name: 'part-1.csv + part-2.csv', source: `${one}, ${two}` });
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(await data.fingerprint?.()).toBe(sha256(`${sha256('code,n\n7,1\n')}\n${sha256('n,code\n2,007\n')}\n`));
  });

  it('have the same columns', () => {
    const other = csvFile([files.write('a.csv', 'q,answer\n1,2\n'), files.write('b.csv', 'q,anwser,x\n1,2,3\n')]);
    expect(() => [...other.rows()]).toThrow(
      "b.csv has other columns than a.csv: it lacks 'answer', and it has 'anwser', 'x' besides. Files that are read as one have the same columns.",
    );
  });
});

describe('what is wrong with a file is said before its first row', () => {
  const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  const TWICE = 'Within quotes, a quote is written twice: "".';

  it.each<[string, string | Uint8Array, string, string, CsvOptions?]>([
    ['nothing in it', '', 'empty-data', 'q.csv is empty; the first line of such a file holds the names of its columns.'],
    ['only blank lines', '\n\n', 'empty-data', 'q.csv is empty; the first line of such a file holds the names of its columns.'],
    [
      'a row that is too short',
      'a,b,c\n1,2,3\n4,5\n',
      'broken-data',
      'q.csv, line 3, column 4: the row has 2 cells, and the first line names 3 columns.',
    ],
    [
      'a row that is too long',
      'q,a\n"x\ny",Seoul\nWhere?,Seoul, of course\n',
      'broken-data',
      "q.csv, line 4, column 14: the row has 3 cells, and the first line names 2 columns. A cell that holds a ',' must be in double quotes.",
    ],
    [
      'a quote that is not closed',
      'a,b\n1,"x\n2,y\n',
      'broken-data',
      `q.csv, line 2, column 3: the quote that opens here is never closed. ${TWICE}`,
    ],
    [
      'text after a closing quote',
      'a,b\n"one\ntwo",the "one"\n3,"the "one""\n',
      'broken-data',
      `q.csv, line 4, column 9: after a closing quote there must be a ',' or the end of the line, and there is 'o'. ${TWICE}`,
    ],
    [
      'a NUL byte',
      'a,b\r\n1,x\r\n2,y\0\r\n',
      'broken-data',
      'q.csv, line 3, column 4: there is a NUL byte, which no text has. Is it a text file?',
    ],
    [
      'a NUL byte within quotes',
      'a,b\n1,"x\n\0"\n',
      'broken-data',
      'q.csv, line 3, column 1: there is a NUL byte, which no text has. Is it a text file?',
    ],
    [
      'a column that is named twice',
      'id,question,answer,question\n1,2,3,4\n',
      'broken-data',
      "q.csv, line 1, column 20: there is a second column 'question'; every column needs a name of its own.",
    ],
    [
      'semicolons, as spreadsheets write them where the point is a comma',
      'frage;antwort\nWo?;"Hier, dort"\n',
      'broken-data',
      "q.csv has one column, 'frage;antwort', whose name holds a ';': if that is what separates the cells, say delimiter: ';'; if not, say delimiter: ','.",
    ],
    [
      'tabs',
      'q\ta\n1\t2\n',
      'broken-data',
      "q.csv has one column, 'q\ta', whose name holds a tab: if that is what separates the cells, say delimiter: '\\t'; if not, say delimiter: ','.",
    ],
    [
      'bytes that are no UTF-8',
      bytes('a,b\n1,x\n2,caf', [0xe9], '\n'),
      'broken-data',
      "q.csv, line 3, column 6 is not valid UTF-8 (byte 0xE9); save the file as UTF-8, or say what it is, like encoding: 'windows-1252'.",
    ],
    [
      'a character of UTF-8 that is cut off',
      bytes('a\n', [0xed, 0x95]),
      'broken-data',
      "q.csv, line 2, column 1 is not valid UTF-8 (byte 0xED); save the file as UTF-8, or say what it is, like encoding: 'windows-1252'.",
    ],
    [
      'a surrogate that is written as UTF-8',
      bytes('a\nx', [0xed, 0xa0, 0x80], '\n'),
      'broken-data',
      "q.csv, line 2, column 2 is not valid UTF-8 (byte 0xED); save the file as UTF-8, or say what it is, like encoding: 'windows-1252'.",
    ],
    [
      'UTF-16 without a mark',
      Buffer.from('a,b\n1,2\n', 'utf16le'),
      'broken-data',
      "q.csv is not UTF-8 but looks like UTF-16 without a byte order mark; say so with encoding: 'utf-16le'.",
    ],
    [
      'UTF-16BE without a mark',
      Buffer.from('a,b\n1,2\n', 'utf16le').swap16(),
      'broken-data',
      "q.csv is not UTF-8 but looks like UTF-16 without a byte order mark; say so with encoding: 'utf-16be'.",
    ],
    [
      'half a character of UTF-16',
      bytes([0xff, 0xfe], Buffer.from('a\nx', 'utf16le').toString('latin1'), [0x41]),
      'broken-data',
      'q.csv, line 2, column 2 is not valid UTF-16LE (half a character); is UTF-16LE what the file was written in?',
    ],
    [
      'bytes that are no euc-kr',
      bytes('a\nx\n', [0xb0, 0xa1, 0xff, 0x41], '\n'),
      'broken-data',
      'q.csv, line 3, column 2 is not valid euc-kr; is euc-kr what the file was written in?',
      { encoding: 'euc-kr' },
    ],
    [
      'a cell that is not of the type that was asked for',
      'q,score\n"a\nb",1\nc,high\n',
      'broken-data',
      "q.csv, line 4, column 3: in 'score' there is 'high', which is no number; types says that the column holds numbers.",
      { types: { score: 'number' } },
    ],
    [
      'a number that would lose digits',
      'a\n12345678901234567890\n',
      'broken-data',
      "q.csv, line 2, column 1: in 'a' there is '12345678901234567890', which has more digits than a number holds; types says that the column holds numbers.",
      { types: 'number' },
    ],
    [
      'a number beyond all numbers',
      'a\n1e999\n',
      'broken-data',
      "q.csv, line 2, column 1: in 'a' there is '1e999', which is too large for a number; types says that the column holds numbers.",
      { types: 'number' },
    ],
    [
      'a boolean that is none',
      'a\nyes\n',
      'broken-data',
      "q.csv, line 2, column 1: in 'a' there is 'yes', which is neither true nor false; types says that the column holds true and false.",
      { types: 'boolean' },
    ],
    [
      'a type for a column that is not there',
      'question,b\n1,2\n',
      'bad-option',
      "types names the column 'qestion', and q.csv has none of that name. Did you mean 'question'?",
      { types: { qestion: 'text' } },
    ],
    [
      'a type that there is not',
      'a\n1\n',
      'bad-option',
      "types has 'int', which is no type of column. There are: text, number, boolean, json.",
      { types: { a: 'int' } as never },
    ],
  ])('%s', (_, content, code, message, options) => {
    const data = csvFile(files.write('q.csv', content), options);
    expect(() => data.rows()[Symbol.iterator]().next()).toThrow(expect.objectContaining({ code, message }));
  });

  it('JSON that is none', () => {
    expect(() => read('a\n"{x"\n', { types: { a: 'json' } })).toThrow(
      /^q\.csv, line 2, column 1: in 'a' there is '\{x', which is no JSON \(.+\); types says that the column holds JSON\.$/,
    );
  });

  it('a gzip that was cut off, or is damaged, or is none', () => {
    const packed = gzipSync(`a,b\n${Array.from({ length: 2000 }, (_, i) => `${i},${Math.sin(i)}\n`).join('')}`);
    expect(() => read(packed.subarray(0, packed.length - 9), {}, 'cut.csv.gz')).toThrow(
      'cut.csv.gz ends in the middle of its gzip data, so a part of it is missing; copy or download it again.',
    );
    const damaged = Buffer.from(packed);
    damaged.writeUInt8(damaged.readUInt8(packed.length - 6) ^ 1, packed.length - 6);
    expect(() => read(damaged, {}, 'bad.csv.gz')).toThrow(
      'bad.csv.gz is damaged gzip (incorrect data check); copy or download it again.',
    );
    expect(() => read('a,b\n', {}, 'plain.csv.gz')).toThrow(
      'plain.csv.gz is called .gz and is not gzip; rename it, or download it again.',
    );
  });

  it('a row that never ends', () => {
    const path = files.write('endless.csv', `a,b\n1,"${'x'.repeat(65 * 1024 * 1024)}`);
    expect(() => [...csvFile(path).rows()]).toThrow(
      `endless.csv, line 2, column 1: a row begins here that does not end within 67108864 characters. Is a quote not closed? ${TWICE}`,
    );
  });

  it('a file that changes between two looks at it', () => {
    const path = files.write('changing.csv', 'a\n1\n');
    const data = csvFile(path);
    expect([...data.rows()]).toEqual([{ a: 1 }]);
    files.write('changing.csv', 'a\n1\n2\n');
    expect(() => [...data.rows()]).toThrow(
      expect.objectContaining({
        code: 'file-changed',
        message: 'changing.csv was changed while it was read: wait until nothing writes to it, and start again.',
      }),
    );
  });

  it('a path that is no file, and options that make no sense, when it is opened', () => {
    const path = files.write('fine.csv', 'a\n1\n');
    expect(() => csvFile(join(files.folder, 'fime.csv'))).toThrow(
      `There is no file '${join(files.folder, 'fime.csv')}'. Did you mean 'fine.csv'?`,
    );
    expect(() => csvFile(files.folder)).toThrow(/ is a folder; give the file in it that holds the data\. There are: /);
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(files.folder, 'pipe.csv')]);
    expect(() => csvFile(join(files.folder, 'pipe.csv'))).toThrow(
      'pipe.csv is a pipe, which can be read once, and a file of separated values is read twice: save it as a file, or pipe JSON Lines.',
    );
    expect(() => csvFile(path, { encoding: 'euc-kt' })).toThrow("There is no encoding 'euc-kt'. Did you mean 'euc-kr'?");
    expect(() => csvFile(path, { encoding: 'base64' })).toThrow(/^There is no encoding 'base64'\. The usual ones are: utf-8, /);
    expect(() => csvFile(path, { delimiter: '||' })).toThrow(
      'delimiter is "||"; it is one character, and no quote or line break.',
    );
  });
});
