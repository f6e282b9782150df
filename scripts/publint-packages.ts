// Runs publint on every package as npm would receive it, and fails on its warnings too.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { readWorkspace } from './workspace.ts';

const root = join(import.meta.dirname, '..');
const bundler = join(import.meta.dirname, 'bundle-package.ts');
const packages = readWorkspace(root).filter(({ manifest }) => manifest.private !== true);
for (const { folder, manifest } of packages) {
  // publint looks at the files of the pack, and does not run what makes them.
  const bundled = JSON.stringify(manifest).includes('./bundle/');
  if (bundled) execFileSync(process.execPath, [bundler], { cwd: join(root, folder) });
  const { messages, pkg } = await publint({ pkgDir: join(root, folder), pack: 'pnpm', strict: true });
  const problems = messages.filter(({ type }) => type !== 'suggestion');
  for (const message of problems) console.error(`${folder}: ${formatMessage(message, pkg, { color: false })}`);
  if (problems.length > 0) process.exitCode = 1;
}
if (process.exitCode === undefined) console.log(`publint finds nothing in ${packages.length} packages.`);
