import { execFile } from 'node:child_process';

/** A repository so large that Git needs longer must not hold up an evaluation. Milliseconds. */
const PATIENCE = 3_000;

/**
 * The state of the Git repository that `folder` is in, as tags of a run: `git` (the commit, 40 digits), `git.branch`, and `git.dirty`:
 * `true` when a file that Git follows differs from the commit, absent when
 * that took too long to find out. Empty without a repository, without Git, or before the first commit.
 */
export async function gitTags(folder = process.cwd()): Promise<Readonly<Record<string, string>>> {
  const said = await git(folder, ['status', '--porcelain=v2', '--branch', '--untracked-files=no']);
  const lines = said.text.split('\n');
  const about = (name: string): string | undefined => lines.find((line) => line.startsWith(`# ${name} `))?.slice(name.length + 3);
  const commit = about('branch.oid');
  if (commit === undefined || !/^[0-9a-f]{40,64}$/u.test(commit)) return {};
  const branch = about('branch.head');
  const dirty = lines.some((line) => line !== '' && !line.startsWith('#')) || (said.isWhole ? false : undefined);
  return {
    git: commit,
    ...(branch === undefined || branch === '(detached)' ? {} : { 'git.branch': branch }),
    ...(dirty === undefined ? {} : { 'git.dirty': String(dirty) }),
  };
}

/**
 * What Git prints: nothing when it fails, and the beginning when it takes too long or has more to say than anybody reads: the commit comes
 * first. It takes no lock, and asks no watcher of files.
 */
function git(folder: string, args: readonly string[]): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' };
  return new Promise((resolve) => {
    execFile('git', ['-c', 'core.fsmonitor=false', ...args], { cwd: folder, env, timeout: PATIENCE }, (error, stdout) =>
      resolve({ text: stdout, isWhole: error === null }),
    );
  });
}
