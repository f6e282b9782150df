import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './child.ts';

/** Everything that is installed to be compared with. Git ignores it; it can be deleted at any time. */
const SCRATCH = join(import.meta.dirname, '.scratch');

export function scratchFolder(name: string): string {
  const folder = join(SCRATCH, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** A folder with these npm packages and copies of the scripts, which can import them. Nothing is done when it is there already. */
export async function npmFolder(
  name: string,
  packages: readonly string[],
  { scripts, flags = [] }: { readonly scripts: readonly string[]; readonly flags?: readonly string[] },
): Promise<string> {
  const folder = scratchFolder(name);
  await once(folder, [...packages, ...flags].join(' '), async () => {
    rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
    rmSync(join(folder, 'package-lock.json'), { force: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
    console.error(`  installing ${packages.join(' ')} …`);
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...flags, ...packages], {
      cwd: folder,
    });
  });
  for (const script of scripts) cpSync(join(import.meta.dirname, script), join(folder, script.split('/').at(-1) ?? script));
  return folder;
}

/** The Python of an environment of this name with these packages. */
export async function pythonWith(name: string, packages: readonly string[]): Promise<string> {
  const folder = scratchFolder(`python-${name}`);
  const python = join(folder, 'bin', 'python');
  await once(folder, packages.join(' '), async () => {
    console.error(`  installing ${packages.join(' ')} …`);
    await run('python3', ['-m', 'venv', folder]);
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
  });
  return python;
}

/** Remembers in the folder what was installed there. */
async function once(folder: string, what: string, install: () => Promise<void>): Promise<void> {
  const stamp = join(folder, '.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === what) return;
  await install();
  writeFileSync(stamp, what);
}
