import { createRequire } from 'node:module';
import type { Plugin } from './contracts/index.ts';

/** Versions that were there when the run was made: shown with it, never compared. */
export function provenanceOf(plugins: readonly Plugin[]): Readonly<Record<string, string>> {
  const versions: Record<string, string> = { '@touchstone/core': coreVersion(), node: process.versions.node };
  if (process.versions.icu !== undefined) versions.icu = process.versions.icu;
  for (const plugin of plugins) versions[plugin.name] = plugin.version ?? 'unknown';
  return versions;
}

let known: string | undefined;

export function coreVersion(): string {
  if (known === undefined) {
    const manifest: unknown = createRequire(import.meta.url)('../package.json');
    known = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
  }
  return known;
}
