import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, type Plugin } from '@touchstone/core';
import files from '@touchstone/dataset-files';
import genai from '@touchstone/metric-genai';
import readability from '@touchstone/metric-readability';
import rouge from '@touchstone/metric-rouge';
import text from '@touchstone/metric-text';
import tokens from '@touchstone/metric-tokens';
import prices from '@touchstone/price-genai';

interface FoundPlugin {
  readonly plugin: Plugin;
  /** How it came here. */
  readonly from: 'command line' | 'project' | 'config';
}

export interface Discovery {
  readonly found: readonly FoundPlugin[];
  /** Packages that call themselves plug-ins and could not be used, each with its sentence. */
  readonly warnings: readonly string[];
}

/** The packs of the command line itself, those of the config, and every direct dependency of the project that carries `"touchstone": { "plugin": … }`. */
export async function discoverPlugins(configured: readonly Plugin[] = []): Promise<Discovery> {
  const named = new Set(configured.map((plugin) => plugin.name));
  const found: FoundPlugin[] = configured.map((plugin) => ({ plugin, from: 'config' }));
  const warnings: string[] = [];
  for (const plugin of [files(), text(), tokens(), rouge(), readability(), genai(), prices()]) {
    if (named.has(plugin.name)) continue;
    named.add(plugin.name);
    found.push({ plugin, from: 'command line' });
  }
  for (const { name, entry } of projectPackages()) {
    if (named.has(name)) continue;
    try {
      const module: { readonly default?: unknown } = await import(pathToFileURL(entry).href);
      if (typeof module.default !== 'function') throw new Error('its default export is no plug-in factory');
      const plugin: Plugin = module.default();
      found.push({ plugin, from: 'project' });
    } catch (error) {
      warnings.push(`Plug-in ${name} could not be loaded and is left out: ${messageOf(error)}`);
    }
  }
  return { found, warnings };
}

/** Direct dependencies of the nearest package.json that are plug-ins by their own manifest. */
function projectPackages(): readonly { readonly name: string; readonly entry: string }[] {
  const manifestPath = nearestManifest(process.cwd());
  if (manifestPath === undefined) return [];
  const manifest = readManifest(manifestPath);
  const names = [manifest?.dependencies, manifest?.devDependencies, manifest?.optionalDependencies].flatMap((listed) =>
    isRecord(listed) ? Object.keys(listed) : [],
  );
  const require = createRequire(manifestPath);
  return [...new Set(names)].sort().flatMap((name) => {
    const folder = (require.resolve.paths(name) ?? [])
      .map((path) => join(path, name))
      .find((path) => existsSync(join(path, 'package.json')));
    const touchstone = folder === undefined ? undefined : readManifest(join(folder, 'package.json'))?.touchstone;
    if (folder === undefined || !isRecord(touchstone) || typeof touchstone.plugin !== 'string') return [];
    return [{ name, entry: resolve(folder, touchstone.plugin) }];
  });
}

function nearestManifest(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) return undefined;
  }
}

function readManifest(path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isRecord(manifest) ? manifest : undefined;
  } catch {
    // A broken manifest of somebody else's package is not our business.
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
