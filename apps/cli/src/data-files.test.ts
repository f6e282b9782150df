import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { TestFolder } from './__fixtures__/test-folder.ts';

const columns = ['--inputs', 'question', '--targets', 'expected', '--predictions', 'output', '--metric', 'exact_match'];

/** Two rows of three are right. */
const csv = 'question,expected,output\n수도는?,서울,서울\n"Where, then?",here,"there ""now"""\nWho?,"",""\n';
/** cp949 of `질문;답` and a row of `똠?;예`: made with Python's cp949 codec. */
const KOREAN = Buffer.from('c1fab9ae3bb4e40a8c633f3bbfb90a', 'hex');

async function run(folder: TestFolder, ...args: readonly string[]) {
  const { exitCode, stdout, stderr } = await folder.touchstone('run', ...args, '--json');
  if (exitCode !== 0) throw new Error(stderr);
  const { run: about, metrics } = JSON.parse(stdout);
  return { rows: about.rows, name: about.name.replace(/ [0-9a-f]{6}$/u, ''), exactMatch: metrics['exact_match/v1'] };
}

describe('touchstone run reads', () => {
  it('CSV, also gzipped', async () => {
    const folder = new TestFolder();
    folder.write('answers.csv', csv);
    expect(await run(folder, '--data', 'answers.csv', ...columns)).toEqual({ rows: 3, name: 'answers.csv', exactMatch: 2 / 3 });
    folder.writeBytes('answers.csv.gz', gzipSync(csv));
    expect(await run(folder, '--data', 'answers.csv.gz', ...columns)).toEqual({
      rows: 3,
      name: 'answers.csv.gz',
      exactMatch: 2 / 3,
    });
  });

  it('several files as one: of a pattern, or named', async () => {
    const folder = new TestFolder();
    folder.write('part-1.csv', csv);
    folder.write('part-2.csv', csv);
    const expected = { rows: 6, exactMatch: 2 / 3 };
    expect(await run(folder, '--data', 'part-*.csv', ...columns)).toEqual({ ...expected, name: 'part-*.csv' });
    expect(await run(folder, '--data', 'part-2.csv', '--data', 'part-1.csv', ...columns)).toEqual({
      ...expected,
      name: 'part-2.csv + part-1.csv',
    });
  });

  it('what the flags say: encoding, delimiter, types of columns', async () => {
    const folder = new TestFolder();
    folder.writeBytes('korean.csv', KOREAN);
    const korean = ['--data', 'korean.csv', '--encoding', 'euc-kr', '--delimiter', ';', '--predictions', '답', '--targets', '답'];
    expect(await run(folder, ...korean, '--metric', 'exact_match')).toMatchObject({ rows: 1, exactMatch: 1 });
    const { stdout } = await folder.touchstone('rows', '@last', '--json');
    expect(JSON.parse(stdout).rows[0].columns).toMatchObject({ 질문: '똠?', 답: '예' });

    folder.write('codes.csv', 'question,expected,output\na,7,"7"\nb,8,"9"\n');
    expect((await run(folder, '--data', 'codes.csv', ...columns)).exactMatch).toBe(0);
    expect((await run(folder, '--data', 'codes.csv', '--column-type', 'output=number', ...columns)).exactMatch).toBe(0.5);
    expect((await run(folder, '--data', 'codes.csv', '--column-type', '*=text', ...columns)).exactMatch).toBe(0.5);
  });

  it('a file of the config as the flags say', async () => {
    const folder = new TestFolder();
    folder.writeBytes('data/korean.csv', KOREAN);
    folder.write(
      'touchstone.config.ts',
      `export default { evaluations: { korean: { data: 'data/korean.csv', predictions: '답', targets: '답', extraMetrics: ['exact_match'] } } };`,
    );
    expect(await run(folder, '--encoding', 'cp949', '--delimiter', ';')).toMatchObject({ rows: 1, exactMatch: 1 });
  });

  it('the same files again when a run is resumed', async () => {
    const folder = new TestFolder();
    folder.write('part-1.csv', 'q;a\n1;x\n');
    folder.write('part-2.csv', 'q;a\n2;y\n');
    folder.write(
      'answer.ts',
      `export const answer = ({ q }) => { if (q > 1 && !process.env.WELL) process.kill(process.pid, 'SIGKILL'); return 'x'; };`,
    );
    const asked = ['--model', './answer.ts#answer', '--targets', 'a', '--metric', 'exact_match', '--concurrency', '1'];
    const killed = await folder.touchstone('run', '--data', 'part-1.csv', '--data', 'part-2.csv', '--delimiter', ';', ...asked);
    expect(killed.exitCode).toBeNull();
    const { exitCode, stdout } = await folder.start(['resume', '--json'], { env: { WELL: '1' } }).ended;
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ run: { rows: 2, status: 'finished' }, metrics: { 'exact_match/v1': 0.5 } });
  });
});

it('says where a file is broken in the words of the command line', async () => {
  const folder = new TestFolder();
  folder.write('answers.csv', 'question;expected;output\na;b;c\n');
  folder.writeBytes('korean.csv', KOREAN);
  folder.write('codes.csv', 'question,expected,output\na,7,x\n');
  const said = async (...args: readonly string[]) => (await folder.touchstone('run', ...args, ...columns)).stderr;
  expect(await said('--data', 'answers.csv')).toBe(
    "answers.csv has one column, 'question;expected;output', whose name holds a ';': if that is what separates the cells, say --delimiter ';'; if not, say --delimiter ','.\n",
  );
  expect(await said('--data', 'korean.csv')).toBe(
    'korean.csv, line 1, column 1 is not valid UTF-8 (byte 0xC1); save the file as UTF-8, or say what it is, like --encoding windows-1252.\n',
  );
  expect(await said('--data', 'codes.csv', '--column-type', 'output=number')).toBe(
    "codes.csv, line 2, column 5: in 'output' there is 'x', which is no number; --column-type says that the column holds numbers.\n",
  );
  expect(await said('--data', 'codes.csv', '--column-type', 'outptu=number')).toBe(
    "--column-type names the column 'outptu', and codes.csv has none of that name. Did you mean 'output'?\n",
  );
});
