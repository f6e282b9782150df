import { execFile } from 'node:child_process';
import { openSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { answers, main, node, static3, TestFolder } from './__fixtures__/test-folder.ts';

describe('touchstone', () => {
  it('prints its version and its help on stdout', async () => {
    const folder = new TestFolder();
    expect(await folder.touchstone('--version')).toEqual({ exitCode: 0, stdout: '0.0.0\n', stderr: '' });
    const { exitCode, stdout, stderr } = await folder.touchstone('--help');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const command of ['run', 'resume', 'show', 'rows', 'runs', 'delete', 'metrics', 'plugins', 'doctor', 'init']) {
      expect(stdout).toMatch(new RegExp(`^  ${command} `, 'mu'));
    }
  });

  it('alone prints its help on stderr, and exits with 2', async () => {
    const { exitCode, stdout, stderr } = await new TestFolder().touchstone();
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: touchstone /u);
  });

  it('shows examples and exit codes in the help of run', async () => {
    const { stdout } = await new TestFolder().touchstone('run', '--help');
    expect(stdout).toContain('touchstone run --data answers.jsonl --predictions output --targets expected --metric rougeL');
    expect(stdout).toContain('Exit codes: 0 finished');
  });
});

describe('a pipe that is closed early', () => {
  it.each(['rows @last --json', 'rows @last --limit 500', 'metrics', 'show @last'])(
    '%s | head -1 shows no stack',
    async (command) => {
      const folder = new TestFolder();
      const long = 'long '.repeat(1000);
      folder.writeRows(
        'answers.jsonl',
        Array.from({ length: 500 }, (_, n) => ({ question: `${n} ${long}`, expected: long, output: long })),
      );
      await folder.touchstone(...static3, '--metric', 'exact_match');
      const { stdout, stderr } = await promisify(execFile)('sh', ['-c', `"${node}" "${main}" ${command} | head -1`], {
        cwd: folder.path,
      });
      expect(stdout.split('\n')).toHaveLength(2);
      expect(stderr).toBe('');
    },
  );

  it('does not change how the run ends', async () => {
    const folder = new TestFolder();
    folder.writeRows('answers.jsonl', answers);
    const command = [...static3, '--metric', 'exact_match'].join(' ');
    const script = `{ "${node}" "${main}" ${command}; echo "exit $?" >&2; } 2>ended | true`;
    await promisify(execFile)('sh', ['-c', script], { cwd: folder.path });
    expect(folder.tidy(folder.read('ended'))).toBe('finished: 3 rows · touchstone show ID\nexit 0\n');
  });
});

describe('a full disk behind stdout', () => {
  it('is said, and exits with 3', async (context) => {
    const full = openFull();
    if (full === undefined) return context.skip('there is no /dev/full here');
    const { stderr, code } = await promisify(execFile)('sh', ['-c', `"${node}" "${main}" metrics >/dev/full`]).catch(
      (error) => error,
    );
    expect({ stderr, code }).toEqual({
      stderr: 'stdout could not be written: ENOSPC: no space left on device, write.\n',
      code: 3,
    });
  });
});

describe('a model that leaves a timer behind', () => {
  it('does not keep the terminal', async () => {
    const folder = new TestFolder();
    folder.writeRows('answers.jsonl', answers);
    folder.write('answer.js', "export const answer = () => { setTimeout(() => {}, 600_000); return 'x'; };");
    const { exitCode } = await folder.touchstone(
      'run',
      '--data',
      'answers.jsonl',
      '--model',
      './answer.js#answer',
      '--metric',
      'latency',
    );
    expect(exitCode).toBe(0);
  });
});

function openFull(): number | undefined {
  try {
    return openSync('/dev/full', 'w');
  } catch {
    return undefined;
  }
}
