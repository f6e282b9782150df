import { type SpawnOptions, spawn } from 'node:child_process';

/** The script's last line of stdout, which is JSON, from a fresh process of this Node. @throws with its output when it fails */
export async function measureInChild(
  script: string,
  args: readonly (string | number)[],
  options: SpawnOptions = {},
): Promise<unknown> {
  const output = await run(process.execPath, [script, ...args.map(String)], options);
  return JSON.parse(output.trim().split('\n').at(-1) ?? '');
}

/** {@link measureInChild} for a script whose answer is one number. */
export async function numberFromChild(
  script: string,
  args: readonly (string | number)[],
  options?: SpawnOptions,
): Promise<number> {
  const answer = await measureInChild(script, args, options);
  if (typeof answer === 'number') return answer;
  throw new Error(`${script} measured ${JSON.stringify(answer)}, which is no number.`);
}

/** Runs a command to its end, and returns its stdout. @throws with its output when it fails */
export function run(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout?.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stderr || stdout}`));
    });
  });
}
