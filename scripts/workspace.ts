import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a package stands in `apps → plug-ins → core → stats`; `testing` stands beside the plug-ins. */
export type Layer = 'stats' | 'sentence-encoder' | 'openai-protocol' | 'judging' | 'core' | 'testing' | 'plugin' | 'app';

export interface Manifest {
  readonly name?: string;
  readonly private?: boolean;
  readonly type?: string;
  readonly license?: string;
  readonly sideEffects?: unknown;
  readonly engines?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly touchstone?: { readonly plugin?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export interface WorkspacePackage {
  /** Relative to the root, with forward slashes: `packages/metrics/rouge`. */
  readonly folder: string;
  readonly layer: Layer;
  /** The folder between `packages` and the plug-in (`metrics`); absent for everything that is no plug-in. */
  readonly kind?: string;
  /** The name the folder asks for: `@touchstone/metric-rouge`. */
  readonly expectedName: string;
  readonly manifest: Manifest;
  /** TypeScript and JavaScript below `src`, relative to the package: `src/index.ts`. */
  readonly sources: readonly string[];
}

/** Kinds of plug-in (folder names) and how each is said in a package name. */
export const SINGULAR_OF_KIND: Readonly<Record<string, string>> = {
  datasets: 'dataset',
  engines: 'engine',
  evaluators: 'evaluator',
  metrics: 'metric',
  models: 'model',
  prices: 'price',
  stores: 'store',
  trackers: 'tracker',
};

/** Every package and app below `root` that has a package.json, in path order. */
export function readWorkspace(root: string): readonly WorkspacePackage[] {
  return globSync(['packages/*/package.json', 'packages/*/*/package.json', 'apps/*/package.json'], { cwd: root })
    .map((path) => path.replaceAll('\\', '/').replace(/\/package\.json$/, ''))
    .filter((folder) => !folder.includes('node_modules'))
    .sort()
    .map((folder) => readPackage(root, folder));
}

export function readManifest(root: string, folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
}

/** `src/index.test.ts`, `src/columns.test-d.ts`: not shipped, and free to use testing tools. */
export function isTest(source: string): boolean {
  return /\.test(-d)?\.tsx?$/.test(source);
}

const LIBRARIES = ['stats', 'testing', 'sentence-encoder', 'openai-protocol', 'judging'] as const;

function readPackage(root: string, folder: string): WorkspacePackage {
  const [top = '', second = '', third] = folder.split('/');
  const base = { folder, manifest: readManifest(root, folder), sources: sourcesOf(root, folder) };
  if (top === 'apps') return { ...base, layer: 'app', expectedName: appName(second) };
  if (third !== undefined) {
    const singular = SINGULAR_OF_KIND[second] ?? second;
    return { ...base, layer: 'plugin', kind: second, expectedName: `@touchstone/${singular}-${third}` };
  }
  const layer = LIBRARIES.find((library) => library === second) ?? 'core';
  return { ...base, layer, expectedName: `@touchstone/${second}` };
}

/** npm runs `npm create x` from a package called `create-x`, so that one cannot stand in our scope. */
function appName(folder: string): string {
  return folder.startsWith('create-') ? folder : `@touchstone/${folder}`;
}

function sourcesOf(root: string, folder: string): readonly string[] {
  const base = join(root, folder);
  if (!existsSync(join(base, 'src'))) return [];
  return globSync('src/**/*.{ts,tsx,js,mjs,cjs}', { cwd: base })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !path.includes('__fixtures__'))
    .sort();
}
