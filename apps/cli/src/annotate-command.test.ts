import { describe, expect, it } from 'vitest';
import { answers, static3, TestFolder } from './__fixtures__/test-folder.ts';

async function folderWithRun(): Promise<TestFolder> {
  const folder = new TestFolder();
  folder.writeRows(
    'answers.jsonl',
    answers.map((row, n) => ({ id: `q${n + 1}`, ...row })),
  );
  await folder.touchstone(...static3, '--id', 'id', '--metric', 'exact_match', '--metric', 'rougeL', '--run-name', '시험');
  return folder;
}

describe('touchstone annotate', () => {
  it('puts a person’s word in place of a score: in the row, the result, tables and files', async () => {
    const folder = await folderWithRun();
    const said = await folder.touchstone(
      ...['annotate', '시험', 'q2', '--metric', 'rougeL', '--value', '0.75', '--reason', '뜻은 같다', '--author', '김민지'],
    );
    expect(said).toEqual({
      exitCode: 0,
      stdout: [
        'row 2 · q2',
        '  question     What is a tree?',
        '  expected     An acyclic connected graph.',
        '  output       A graph without cycles.',
        '  exact_match  false',
        '  rougeL       0.7500 — 뜻은 같다 (by 김민지, in place of the metric)',
        '',
      ].join('\n'),
      stderr: 'Row 2: rougeL/v1 is 0.75, says 김민지.\n',
    });
    const shown = JSON.parse((await folder.touchstone('show', '시험', '--json')).stdout);
    // (1 + 0.75 + 1) / 3
    expect(shown.metrics['rougeL/v1/mean']).toBeCloseTo(2.75 / 3, 12);
    expect(shown.intervals['rougeL/v1/mean'].estimate).toBeCloseTo(2.75 / 3, 12);
    expect(shown.warnings).toEqual(["rougeL/v1: 1 score is a person's in place of the metric's (김민지)."]);
    await folder.touchstone('rows', '시험', '--to', 'rows.csv');
    expect(folder.read('rows.csv')).toContain(
      'q2,What is a tree?,An acyclic connected graph.,A graph without cycles.,0.75,false,뜻은 같다',
    );
    const worst = await folder.touchstone('rows', '시험', '--worst', 'rougeL', '--limit', '1', '--json');
    expect(JSON.parse(worst.stdout).rows[0].annotations).toEqual([
      { name: 'rougeL/v1', value: 0.75, author: '김민지', at: expect.stringMatching(/^\d{4}-.*Z$/u), reason: '뜻은 같다' },
    ]);
  });

  it('keeps labels, takes back, and tells all that was said', async () => {
    const folder = await folderWithRun();
    const before = (await folder.touchstone('show', '시험', '--json')).stdout;
    await folder.touchstone('annotate', '시험', '3', '--label', '쓸모', '--value', '있음', '--author', '이준');
    await folder.touchstone(
      'annotate',
      '시험',
      'q3',
      '--label',
      '쓸모',
      '--clear',
      '--author',
      '김민지',
      '--reason',
      '잘못 눌렀다',
    );
    await folder.touchstone('annotate', '시험', 'q1', '--metric', 'exact_match', '--value', 'false', '--author', '이준');
    const cleared = await folder.touchstone('annotate', '시험', 'q1', '--metric', 'exact_match', '--clear', '--author', '이준');
    expect(cleared.stderr).toBe('Row 1: exact_match/v1 is taken back, says 이준.\n');
    expect((await folder.touchstone('show', '시험', '--json')).stdout).toBe(before);
    const all = await folder.touchstone('annotate', '시험');
    expect(folder.tidy(all.stdout)).toBe(
      [
        'row  name            value       author  time                      reason',
        '3    쓸모            있음        이준    TIME',
        '3    쓸모            taken back  김민지  TIME  잘못 눌렀다',
        '1    exact_match/v1  false       이준    TIME',
        '1    exact_match/v1  taken back  이준    TIME',
        '',
      ].join('\n'),
    );
    const one = JSON.parse((await folder.touchstone('annotate', '시험', 'q3', '--json')).stdout);
    expect(one.annotations.map(({ row, name, value }: Record<string, unknown>) => [row, name, value])).toEqual([
      [3, '쓸모', '있음'],
      [3, '쓸모', null],
    ]);
    expect((await folder.touchstone('annotate', '시험', 'q2')).stderr).toBe('Nobody has said anything of row 2 of run 시험.\n');
  });

  it('asks Git who says so, else the computer, else the person', async () => {
    const folder = await folderWithRun();
    const say = (env: Readonly<Record<string, string>>) =>
      folder.start(['annotate', '시험', 'q1', '--label', 'ok', '--value', 'true'], { env }).ended;
    const config = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
    const git = { ...config, GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'user.name', GIT_CONFIG_VALUE_0: '박서연' };
    expect((await say(git)).stderr).toBe('Row 1: ok is true, says 박서연.\n');
    expect((await say({ ...config, USER: 'seoyeon' })).stderr).toBe('Row 1: ok is true, says seoyeon.\n');
    expect(await say({ ...config, USER: '', USERNAME: '' })).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'Nobody knows who says this: give --author NAME, or set it once with git config user.name.\n',
    });
  });

  it.each([
    [
      ['q9', '--label', 'a', '--value', '1'],
      "Run 시험 has no row 'q9': name it by its key, or by its number as touchstone rows shows it. Did you mean 'q1'?\n",
    ],
    [
      ['4', '--label', 'a', '--value', '1'],
      "Run 시험 has no row '4': name it by its key, or by its number as touchstone rows shows it.\n",
    ],
    [
      ['q1', '--metric', 'rouge', '--value', '1'],
      "The run has no metric 'rouge'. Did you mean 'rougeL'? For a word of your own write --label rouge.\n",
    ],
    [['q1', '--label', 'rougeL', '--value', '1'], "'rougeL' is a metric of the run, and no label: write --metric rougeL.\n"],
    [['q1', '--metric', 'rougeL', '--value', '1.5'], 'rougeL goes from 0 to 1, and the value is 1.5.\n'],
    [['q1', '--metric', 'rougeL', '--value', 'good'], 'rougeL gives numbers, and the value is "good".\n'],
    [['q1', '--metric', 'rougeL'], 'Say what it is with --value VALUE, or take back what was said with --clear.\n'],
    [
      ['q1', '--metric', 'rougeL', '--label', 'a', '--value', '1'],
      '--metric is for a score and --label for anything else: give one of them.\n',
    ],
    [
      ['q1', '--value', '1'],
      '--value is given, and nothing that it is of: name a metric with --metric NAME, or a label with --label NAME.\n',
    ],
    [
      ['--metric', 'rougeL', '--value', '1'],
      '--metric is given, and no row: touchstone annotate RUN ROW, where ROW is its key or its number as touchstone rows shows it.\n',
    ],
    [
      ['q1', '--label', 'a', '--value', '1', '--trial', '1'],
      'This annotation cannot be kept: the run has one trial, which is 0, and not 1.\n',
    ],
  ])('%j is refused, and nothing is kept', async (args, stderr) => {
    const folder = await folderWithRun();
    expect(await folder.touchstone('annotate', '시험', ...args, ...(args.includes('--value') ? ['--author', 'x'] : []))).toEqual({
      exitCode: 2,
      stdout: '',
      stderr,
    });
    expect((await folder.touchstone('annotate', '시험')).stderr).toBe('Nobody has said anything of the rows of run 시험.\n');
  });
});
