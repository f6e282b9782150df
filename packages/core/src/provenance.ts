import { createRequire } from 'node:module';
import type { Plugin } from './contracts/index.ts';

/** Versions that were there when the run was made: shown with it, never compared. */
export function provenanceOf(plugins: readonly Plugin[]): Readonly<Record<string, string>> {
  const versions: Record<string, string> = { '@touchstone/core': coreVersion(), node: process.versions.node };
  if (process.versions.icu !== undefined) versions.icu = process.versions.icu;
  for (const plugin of plugins) versions[plugin.name] = plugin.version ?? 'unknown';
  return versions;
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

export function coreVersion(): string {
  return versionOf(import.meta.url);
}
