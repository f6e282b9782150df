import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { readSyntax } from './syntax.ts';
import { isTest, type Layer, type Manifest, type WorkspacePackage } from './workspace.ts';

/**
 * Imports run one way, `apps → plug-ins → core → stats`. Returns one sentence for each import or dependency of `pkg` that
 * goes against it, leaves the package by a relative path, or is not declared in its package.json.
 */
export function checkArrows(
  root: string,
  rootManifest: Manifest,
  workspace: readonly WorkspacePackage[],
  pkg: WorkspacePackage,
): readonly string[] {
  return [...checkDependencies(workspace, pkg), ...checkImports(root, rootManifest, workspace, pkg)].map(
    (problem) => `${pkg.folder}: ${problem}`,
  );
}

const MAY_IMPORT: Readonly<Record<Layer, readonly Layer[]>> = {
  stats: [],
  'sentence-encoder': [],
  core: ['stats'],
  'openai-protocol': ['core', 'stats'],
  judging: ['core', 'stats'],
  testing: ['core', 'stats'],
  plugin: ['core', 'stats', 'sentence-encoder', 'openai-protocol', 'judging'],
  app: ['app', 'plugin', 'core', 'stats', 'sentence-encoder', 'openai-protocol', 'judging'],
};

/** What stands above core is tested with the testing package. Core and stats are not: that package stands on them. */
const TESTS_MAY_IMPORT: Readonly<Record<Layer, readonly Layer[]>> = {
  ...MAY_IMPORT,
  'openai-protocol': [...MAY_IMPORT['openai-protocol'], 'testing'],
  judging: [...MAY_IMPORT.judging, 'testing'],
  plugin: [...MAY_IMPORT.plugin, 'testing'],
  app: [...MAY_IMPORT.app, 'testing'],
};

const IN_WORDS: Readonly<Record<Layer, string>> = {
  stats: 'stats imports nothing of the workspace',
  'sentence-encoder': 'sentence-encoder imports nothing of the workspace',
  core: 'core imports only stats',
  'openai-protocol': 'openai-protocol imports only core and stats',
  judging: 'judging imports only core and stats',
  testing: 'testing imports only core and stats',
  plugin:
    'a plug-in imports only core, stats and the libraries judging, openai-protocol and sentence-encoder, never another plug-in',
  app: 'an app imports no testing tools',
};

function* checkDependencies(workspace: readonly WorkspacePackage[], pkg: WorkspacePackage): Generator<string> {
  const { dependencies, peerDependencies, devDependencies } = pkg.manifest;
  const shipped = Object.keys({ ...dependencies, ...peerDependencies });
  for (const name of shipped) {
    if (isAgainst(MAY_IMPORT, workspace, pkg, name)) yield `depends on ${name}, but ${IN_WORDS[pkg.layer]}.`;
  }
  for (const name of Object.keys(devDependencies ?? {})) {
    if (isAgainst(TESTS_MAY_IMPORT, workspace, pkg, name)) yield `develops with ${name}, but ${IN_WORDS[pkg.layer]}.`;
  }
}

function* checkImports(
  root: string,
  rootManifest: Manifest,
  workspace: readonly WorkspacePackage[],
  pkg: WorkspacePackage,
): Generator<string> {
  const { name, dependencies, peerDependencies, devDependencies } = pkg.manifest;
  const shipped = { ...dependencies, ...peerDependencies };
  const forTests = { ...shipped, ...devDependencies, ...rootManifest.devDependencies };
  for (const source of pkg.sources) {
    const test = isTest(source);
    for (const specifier of readSyntax(source, readFileSync(join(root, pkg.folder, source), 'utf8')).imports) {
      if (specifier.startsWith('.')) {
        const target = posix.join(posix.dirname(source), specifier);
        if (!target.startsWith('src/')) yield `${source} imports "${specifier}", which is outside of its own src folder.`;
        continue;
      }
      const imported = packageName(specifier);
      if (isBuiltin(specifier) || imported === name) continue;
      if (isAgainst(test ? TESTS_MAY_IMPORT : MAY_IMPORT, workspace, pkg, imported)) {
        yield `${source} imports "${specifier}", but ${IN_WORDS[pkg.layer]}.`;
      } else if (!(imported in (test ? forTests : shipped))) {
        yield `${source} imports "${specifier}", which its package.json does not declare.`;
      }
    }
  }
}

function isAgainst(
  allowed: Readonly<Record<Layer, readonly Layer[]>>,
  workspace: readonly WorkspacePackage[],
  pkg: WorkspacePackage,
  imported: string,
): boolean {
  const target = workspace.find((other) => other.manifest.name === imported);
  if (target !== undefined) return !allowed[pkg.layer].includes(target.layer);
  return imported.startsWith('@touchstone/') && pkg.layer !== 'app';
}

/** `@scope/name/sub/path` → `@scope/name`; `name/sub` → `name`. */
function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
