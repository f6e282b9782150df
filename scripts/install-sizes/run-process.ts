import { spawn } from 'node:child_process';
import { basename, delimiter, dirname } from 'node:path';

export interface ProcessOptions {
  readonly cwd: string;
  /** The Node that `node` means in it. */
  readonly node: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a program to its end.
 * @returns what it printed
 * @throws with all that it said, when it does not end with 0
 */
export async function runProcess(
  command: string,
  args: readonly string[],
  { cwd, node, env = {} }: ProcessOptions,
): Promise<string> {
  // Of this process's own Node and package manager nothing shall reach the installations.
  const { NODE_PATH: _, NODE_OPTIONS: __, ...rest } = process.env;
  const ours = Object.entries(rest).filter(([name]) => !/^(?:npm_(?:lifecycle|package|command)|pnpm_|INIT_CWD)/iu.test(name));
  const path = `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`;
  const child = spawn(command, args, {
    cwd,
    env: { ...Object.fromEntries(ours), ...env, PATH: path },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code === 0) return stdout;
  const [program = '', ...said] = [basename(command), ...args];
  throw new Error(`${program} ${said.join(' ')} ended with ${code}:\n${stdout}${stderr}`.replaceAll(cwd, '.'));
}
