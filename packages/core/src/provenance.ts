import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Metric, Plugin, RunStore } from './contracts/index.ts';

/** Versions that were there when the run was made, of core, the runtime, the store and all plug-ins: shown with it, never compared. */
export function provenanceOf(plugins: readonly Plugin[], store: RunStore): Readonly<Record<string, string>> {
  const versions: Record<string, string> = { '@touchstone/core': coreVersion(), node: process.versions.node };
  if (process.versions.icu !== undefined) versions.icu = process.versions.icu;
  versions.platform = `${process.platform} ${process.arch}`;
  for (const plugin of plugins) versions[plugin.name] = plugin.version ?? 'unknown';
  return { ...versions, ...store.provenance };
}

/** Versions of the packages whose metrics were passed as objects, without their plug-in. */
export function provenanceOfMetrics(metrics: readonly Metric[]): Readonly<Record<string, string>> {
  const versions: Record<string, string> = {};
  for (const { spec, origin } of metrics) {
    // A path is a file of the user's own, which its hash tells of.
    if (spec === undefined || origin === undefined || /^[./]|^[a-z]:/iu.test(spec.module)) continue;
    versions[spec.module] = versionAround(origin.url);
  }
  return versions;
}

/** The version in the nearest package.json. */
function versionAround(url: string): string {
  for (let place = new URL('.', url); ; place = new URL('..', place)) {
    const version = versionIn(new URL('package.json', place));
    if (version !== undefined) return version;
    if (place.href === new URL('..', place).href) return 'unknown';
  }
}

function versionIn(manifest: URL): string | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
    return typeof content === 'object' && content !== null && 'version' in content ? String(content.version) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The version of the package whose `src` or `dist` holds the module: what a plug-in says of itself.
 *
 * @param url the module's `import.meta.url`
 * @example definePlugin({ name: '@touchstone/metric-text', version: versionOf(import.meta.url), metrics: [exactMatch] })
 */
export function versionOf(url: string): string {
  const manifest: unknown = createRequire(url)('../package.json');
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
}

/** Which copy of core this is: another one of the same process has another. */
export const coreUrl: string = import.meta.url;

/** `unknown` where core was bundled into somebody's file. */
export function coreVersion(): string {
  try {
    const manifest: unknown = createRequire(import.meta.url)('../package.json');
    if (typeof manifest !== 'object' || manifest === null || !('name' in manifest) || !('version' in manifest)) return 'unknown';
    return manifest.name === '@touchstone/core' ? String(manifest.version) : 'unknown';
  } catch {
    return 'unknown';
  }
}
