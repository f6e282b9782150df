import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../workspace.ts';

/** A package as npm gets it. */
export interface Tarball {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  /** As it is in the tarball: with versions in place of `workspace:*`. */
  readonly manifest: Manifest;
}

/** Packs every package of the workspace that is published, once. */
export function packPackages(root: string, into: string): readonly Tarball[] {
  const filters = ['./packages/**', './apps/*'].flatMap((place) => ['--filter', place]);
  execFileSync('npx', ['-y', 'pnpm@12', '-r', ...filters, 'pack', '--pack-destination', into], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return globSync('*.tgz', { cwd: into })
    .sort()
    .map((name) => {
      const file = join(into, name);
      const manifest: Manifest & { readonly version?: string } = JSON.parse(
        execFileSync('tar', ['-xzOf', file, 'package/package.json'], { encoding: 'utf8' }),
      );
      return { name: manifest.name ?? '', version: manifest.version ?? '', file, manifest };
    })
    .filter(({ manifest }) => manifest.private !== true);
}
