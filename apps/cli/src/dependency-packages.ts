import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** A package in somebody's node_modules, and what its package.json says. */
export interface DependencyPackage {
  readonly name: string;
  /** Absent: it is a dependency, and is not installed. */
  readonly folder?: string;
  readonly manifest: Manifest;
}

export type Manifest = Readonly<Record<string, unknown>>;

/** Direct dependencies of the nearest package.json at or above the working directory, by name. */
export function dependencyPackages(): readonly DependencyPackage[] {
  const manifestPath = nearestManifest(process.cwd());
  if (manifestPath === undefined) return [];
  return namesIn(readManifest(manifestPath), ['dependencies', 'devDependencies', 'optionalDependencies']).map((name) => {
    const folder = installed(name, dirname(manifestPath));
    if (folder === undefined) return { name, manifest: {} };
    return { name, folder, manifest: readManifest(join(folder, 'package.json')) };
  });
}

/** In the nearest node_modules that has it, as an `import` finds it. */
function installed(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name);
    if (existsSync(join(place, 'package.json'))) return place;
    if (dirname(folder) === folder) return undefined;
  }
}

/** The package that a file belongs to. */
export function packageAround(file: string): DependencyPackage | undefined {
  const path = nearestManifest(dirname(file));
  if (path === undefined) return undefined;
  const manifest = readManifest(path);
  return typeof manifest.name === 'string' ? { name: manifest.name, folder: dirname(path), manifest } : undefined;
}

/** Names of the packages that a manifest lists in these fields, sorted, each once. */
export function namesIn(manifest: Manifest, fields: readonly string[]): readonly string[] {
  const names = fields.flatMap((field) => {
    const listed = manifest[field];
    return isRecord(listed) ? Object.keys(listed) : [];
  });
  return [...new Set(names)].sort();
}

export function isRecord(value: unknown): value is Manifest {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nearestManifest(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) return undefined;
  }
}

/** Empty where it cannot be read: a broken manifest of somebody else's package is not our business. */
function readManifest(path: string): Manifest {
  try {
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isRecord(manifest) ? manifest : {};
  } catch {
    return {};
  }
}
