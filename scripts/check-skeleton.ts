// Fails when a package leaves the skeleton, an import goes against the arrows, or an example of a plug-in sees what is not published. Run by `check` and by CI.
import { join } from 'node:path';
import { checkArrows } from './arrows.ts';
import { checkExamplePlugins } from './example-plugins.ts';
import { checkSkeleton } from './skeleton.ts';
import { readManifest, readWorkspace } from './workspace.ts';

/** One sentence for each problem in the workspace at `root`, in the order of the packages. */
export function checkWorkspace(root: string): readonly string[] {
  const rootManifest = readManifest(root, '.');
  const workspace = readWorkspace(root);
  return [
    ...workspace.flatMap((pkg) => [...checkSkeleton(root, workspace, pkg), ...checkArrows(root, rootManifest, workspace, pkg)]),
    ...checkExamplePlugins(root, workspace),
  ];
}

if (import.meta.main) {
  const problems = checkWorkspace(process.argv[2] ?? join(import.meta.dirname, '..'));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log('Every package keeps the skeleton, and every import follows the arrows.');
}
