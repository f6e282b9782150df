// Runs publint on every package as npm would receive it, and fails on its warnings too.
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { readWorkspace } from './workspace.ts';

const root = join(import.meta.dirname, '..');
const packages = readWorkspace(root).filter(({ manifest }) => manifest.private !== true);
for (const { folder } of packages) {
  const { messages, pkg } = await publint({ pkgDir: join(root, folder), pack: 'pnpm', strict: true });
  const problems = messages.filter(({ type }) => type !== 'suggestion');
  for (const message of problems) console.error(`${folder}: ${formatMessage(message, pkg, { color: false })}`);
  if (problems.length > 0) process.exitCode = 1;
}
if (process.exitCode === undefined) console.log(`publint finds nothing in ${packages.length} packages.`);
