import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { readSyntax } from './syntax.ts';
import { SINGULAR_OF_KIND, type WorkspacePackage } from './workspace.ts';

/** All packages have the same inside. Returns one sentence for each place where this one has not. */
export function checkSkeleton(root: string, workspace: readonly WorkspacePackage[], pkg: WorkspacePackage): readonly string[] {
  return [
    ...checkPlace(pkg),
    ...checkFiles(root, pkg),
    ...checkManifest(pkg),
    ...checkTsconfig(root, workspace, pkg),
    ...checkReadme(root, pkg),
    ...checkNames(pkg),
    ...checkDefaultExport(root, pkg),
  ].map((problem) => `${pkg.folder}: ${problem}`);
}

const SINGLE_PACKAGES = ['core', 'judging', 'openai-protocol', 'sentence-encoder', 'stats', 'testing'];
const EMPTY_NAMES = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'misc', 'shared']);
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const NODE_RANGE = '>=22.13';

function* checkPlace(pkg: WorkspacePackage): Generator<string> {
  const [top, second = ''] = pkg.folder.split('/');
  if (pkg.kind !== undefined && !(pkg.kind in SINGULAR_OF_KIND)) {
    yield `"${pkg.kind}" is no kind of plug-in; the kinds are ${Object.keys(SINGULAR_OF_KIND).join(', ')}.`;
  }
  if (top === 'packages' && pkg.kind === undefined && !SINGLE_PACKAGES.includes(second)) {
    yield `only ${SINGLE_PACKAGES.join(', ')} stand directly in packages/; a plug-in stands in packages/<kind>/${second}.`;
  }
}

function* checkFiles(root: string, pkg: WorkspacePackage): Generator<string> {
  const entry = pkg.layer === 'app' ? ['src/main.ts'] : ['src/index.ts'];
  const plugin = isPluginFactory(pkg) ? ['src/plugin.ts'] : [];
  for (const file of ['README.md', 'tsconfig.json', ...entry, ...plugin]) {
    if (!existsSync(join(root, pkg.folder, file))) yield `${file} is missing.`;
  }
  if (pkg.layer !== 'plugin' && pkg.sources.includes('src/plugin.ts')) {
    yield 'src/plugin.ts belongs to plug-ins; this package is none.';
  }
}

function* checkManifest(pkg: WorkspacePackage): Generator<string> {
  const { manifest, expectedName } = pkg;
  if (manifest.name !== expectedName) yield `the name must be "${expectedName}", not ${quote(manifest.name)}.`;
  if (JSON.stringify(manifest.engines) !== JSON.stringify({ node: NODE_RANGE })) {
    yield `engines must be exactly { "node": "${NODE_RANGE}" }, not ${quote(manifest.engines)}.`;
  }
  if (manifest.type !== 'module') yield `type must be "module", not ${quote(manifest.type)}.`;
  if (manifest.license !== 'Apache-2.0') yield `license must be "Apache-2.0", not ${quote(manifest.license)}.`;
  for (const file of ['dist', 'README.md']) {
    if (!manifest.files?.includes(file)) yield `files must list "${file}".`;
  }
  if (pkg.layer !== 'app') {
    if (manifest.sideEffects !== false) yield `sideEffects must be false, not ${quote(manifest.sideEffects)}.`;
    const main = JSON.stringify(manifest.exports?.['.']);
    if (main !== JSON.stringify({ types: './dist/index.d.ts', default: './dist/index.js' })) {
      yield `exports["."] must be { "types": "./dist/index.d.ts", "default": "./dist/index.js" }, not ${main ?? 'absent'}.`;
    }
  }
  const declared = manifest.touchstone?.plugin;
  if (isPluginFactory(pkg) && declared !== './dist/index.js') {
    yield `touchstone.plugin must be "./dist/index.js", so that the CLI finds the plug-in, not ${quote(declared)}.`;
  }
  if (pkg.layer !== 'plugin' && declared !== undefined) yield 'touchstone.plugin belongs to plug-ins; this package is none.';
}

function* checkTsconfig(root: string, workspace: readonly WorkspacePackage[], pkg: WorkspacePackage): Generator<string> {
  const path = join(root, pkg.folder, 'tsconfig.json');
  if (!existsSync(path)) return;
  const config: { extends?: string; references?: readonly { path: string }[] } = JSON.parse(readFileSync(path, 'utf8'));
  const base = `${pkg.folder.replaceAll(/[^/]+/g, '..')}/tsconfig.base.json`;
  if (config.extends !== base) yield `tsconfig.json must extend "${base}", not ${quote(config.extends)}.`;
  const referenced = new Set(config.references?.map(({ path }) => posix.join(pkg.folder, path)));
  for (const { folder, manifest } of workspace) {
    const depends = manifest.name !== undefined && manifest.name in { ...pkg.manifest.dependencies };
    if (depends && !referenced.has(folder)) yield `tsconfig.json must reference ${folder}, on which package.json depends.`;
    if (!depends && referenced.has(folder)) yield `tsconfig.json references ${folder}, on which package.json does not depend.`;
  }
}

function* checkReadme(root: string, pkg: WorkspacePackage): Generator<string> {
  const path = join(root, pkg.folder, 'README.md');
  if (existsSync(path) && !/^```\w*\n[\s\S]+?^```/m.test(readFileSync(path, 'utf8'))) {
    yield 'README.md shows no code block; its first screen is a complete example.';
  }
}

function* checkNames(pkg: WorkspacePackage): Generator<string> {
  for (const source of pkg.sources) {
    for (const part of source.split('/').slice(1)) {
      const name = part.replace(/(\.test|\.test-d)?\.\w+$/, '');
      if (EMPTY_NAMES.has(name)) yield `${source}: "${name}" says nothing; name it after the one thing inside.`;
      else if (!KEBAB_CASE.test(name)) yield `${source}: file and folder names are kebab-case.`;
    }
  }
}

function* checkDefaultExport(root: string, pkg: WorkspacePackage): Generator<string> {
  if (!isPluginFactory(pkg) || !pkg.sources.includes('src/index.ts')) return;
  const { hasDefaultExport } = readSyntax('src/index.ts', readFileSync(join(root, pkg.folder, 'src/index.ts'), 'utf8'));
  if (!hasDefaultExport) yield 'src/index.ts has no default export; it must be the plug-in factory.';
}

/** A store may be just a named factory, `sqlite(path)`; every other plug-in brings a plug-in factory. */
function isPluginFactory(pkg: WorkspacePackage): boolean {
  return pkg.layer === 'plugin' && (pkg.kind !== 'stores' || pkg.sources.includes('src/plugin.ts'));
}

function quote(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
