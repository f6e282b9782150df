// Fails when a package leaves the skeleton, or an import goes against the arrows. Run by `check` and by CI.
import { join } from 'node:path';
import { checkArrows } from './arrows.ts';
import { checkSkeleton } from './skeleton.ts';
import { readManifest, readWorkspace } from './workspace.ts';

const root = process.argv[2] ?? join(import.meta.dirname, '..');
const rootManifest = readManifest(root, '.');
const workspace = readWorkspace(root);
const problems = workspace.flatMap((pkg) => [...checkSkeleton(root, pkg), ...checkArrows(root, rootManifest, workspace, pkg)]);

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`Skeleton and arrows hold in ${workspace.length} packages.`);
