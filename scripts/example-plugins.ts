import { existsSync, globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { readSyntax } from './syntax.ts';
import { type Manifest, readManifest, type WorkspacePackage } from './workspace.ts';

/**
 * The packages in examples/plugins stand for those of other people: they see of ours what is published, and nothing else. Returns one
 * sentence for each import that leaves the package, is not declared, or goes past the entry points of a package.
 */
export function checkExamplePlugins(root: string, workspace: readonly WorkspacePackage[]): readonly string[] {
  const published = new Map(workspace.map(({ manifest }) => [manifest.name ?? '', manifest]));
  return globSync('examples/plugins/*/package.json', { cwd: root })
    .map((path) => posix.dirname(path.replaceAll('\\', '/')))
    .sort()
    .flatMap((folder) => checkPlugin(root, folder, published).map((problem) => `${folder}: ${problem}`));
}

function checkPlugin(root: string, folder: string, published: ReadonlyMap<string, Manifest>): readonly string[] {
  const manifest = readManifest(root, folder);
  const sources = globSync('**/*.{ts,tsx,js,mjs}', { cwd: join(root, folder), exclude: ['node_modules/**', 'dist/**'] }).sort();
  const missing = existsSync(join(root, folder, 'README.md')) ? [] : ['README.md is missing.'];
  return [
    ...missing,
    ...sources.flatMap((source) => checkSource(root, folder, source.replaceAll('\\', '/'), manifest, published)),
  ];
}

function checkSource(
  root: string,
  folder: string,
  source: string,
  { name, dependencies, peerDependencies, devDependencies }: Manifest,
  published: ReadonlyMap<string, Manifest>,
): readonly string[] {
  const shipped = { ...dependencies, ...peerDependencies };
  const declared = /\.test\.tsx?$/.test(source) ? { ...shipped, ...devDependencies } : shipped;
  const { imports } = readSyntax(source, readFileSync(join(root, folder, source), 'utf8'));
  return imports.flatMap((specifier): readonly string[] => {
    if (isBuiltin(specifier)) return [];
    if (specifier.startsWith('.') || specifier.startsWith('/')) {
      const inside = !specifier.startsWith('/') && !posix.join(posix.dirname(source), specifier).startsWith('..');
      return inside ? [] : [`${source} imports "${specifier}", which is outside of its own folder.`];
    }
    const [package_, entry] = parts(specifier);
    if (package_ === name) return [];
    if (!(package_ in declared)) return [`${source} imports "${specifier}", which its package.json does not declare.`];
    const entries = published.get(package_)?.exports;
    if (entries === undefined || Object.hasOwn(entries, entry)) return [];
    return [`${source} imports "${specifier}", and ${package_} publishes only ${Object.keys(entries).join(', ')}.`];
  });
}

/** `@scope/name/sub/path` → `['@scope/name', './sub/path']`; `name` → `['name', '.']` */
function parts(specifier: string): readonly [string, string] {
  const words = specifier.split('/');
  const length = specifier.startsWith('@') ? 2 : 1;
  const rest = words.slice(length);
  return [words.slice(0, length).join('/'), rest.length === 0 ? '.' : `./${rest.join('/')}`];
}
