import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { main, node, TestFolder } from './__fixtures__/test-folder.ts';
import { progressText } from './progress.ts';

describe('the progress line', () => {
  it('says rows done, rate, time left and failures', () => {
    expect(progressText({ done: 34, total: 100, failed: 2, elapsedMs: 2000, earlier: 0 })).toBe(
      '34/100 rows · 17.0 rows/s · 0:04 left · 2 failed',
    );
  });

  it('leaves out what is not known', () => {
    expect(progressText({ done: 0, total: 100, failed: 0, elapsedMs: 0, earlier: 0 })).toBe('0/100 rows');
    expect(progressText({ done: 2500, failed: 0, elapsedMs: 1000, earlier: 0 })).toBe('2500 rows · 2500 rows/s');
  });

  it('does not count for the rate what an earlier part of the run had done', () => {
    expect(progressText({ done: 60, total: 8060, failed: 0, elapsedMs: 5000, earlier: 50 })).toBe(
      '60/8060 rows · 2.0 rows/s · 1:06:40 left',
    );
  });
});

/** `script` gives the command a terminal. */
const SCRIPT = 'script';
const terminal = spawnSync(SCRIPT, ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true;

describe.skipIf(!terminal)('on a terminal', () => {
  const ERASE = '\r\u001b[2K';

  function runOnTerminal(env: Readonly<Record<string, string>>): string {
    const folder = new TestFolder();
    folder.writeRows(
      'rows.jsonl',
      Array.from({ length: 8 }, (_, n) => ({ question: String(n) })),
    );
    folder.write(
      'answer.js',
      'export const answer = ({ question }) => new Promise((resolve) => setTimeout(resolve, 120, question));',
    );
    const command = `stty cols 100; exec "${node}" "${main}" run --data rows.jsonl --model ./answer.js#answer --metric latency --concurrency 1 --no-store`;
    const { CI: _, NO_COLOR: __, ...rest } = process.env;
    return execFileSync(SCRIPT, ['-qec', command, '/dev/null'], {
      cwd: folder.path,
      encoding: 'utf8',
      env: { ...rest, TERM: 'xterm', ...env },
      input: '',
    });
  }

  it('it is redrawn, and gone before the result is printed', () => {
    const output = runOnTerminal({});
    const drawn = output.split(ERASE);
    expect(drawn.some((line) => /^[1-7]\/8 rows · \d+\.\d rows\/s · 0:0\d left$/u.test(line))).toBe(true);
    const end = drawn.at(-1);
    expect(end).toMatch(/^rows\.jsonl \w+ · Default · finished/u);
    expect(end).toContain('finished: 8 rows\r\n');
  });

  it.each([{ NO_COLOR: '1' }, { CI: 'true' }])('it is not drawn with %j', (env) => {
    expect(runOnTerminal(env)).not.toContain('\u001b');
  });
});

describe('without a terminal', () => {
  it('stderr has nothing but how the run ended', async () => {
    const folder = new TestFolder();
    folder.writeRows('rows.jsonl', [{ output: 'x' }]);
    const flags = ['run', '--data', 'rows.jsonl', '--predictions', 'output', '--metric', './one.js#one', '--no-store'];
    folder.write(
      'one.js',
      "import { metric } from '@touchstone/core';\nexport const one = metric('one', () => new Promise((resolve) => setTimeout(resolve, 300, 1)));",
    );
    expect((await folder.touchstone(...flags)).stderr).toBe('finished: 1 row\n');
  });
});
