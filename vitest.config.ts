import { existsSync, globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = import.meta.dirname;
const manifests = globSync(['packages/*/package.json', 'packages/*/*/package.json', 'apps/*/package.json'], { cwd: root });

/**
 * Values of reference libraries and recorded runs of MLflow. They lie outside the repository, and this is the one place that looks for them:
 * in the folder that TOUCHSTONE_SHARED names, else in `../shared`. Tests find the folder in TOUCHSTONE_GOLDEN, empty when there is none.
 */
const golden = join(process.env.TOUCHSTONE_SHARED ?? join(root, '../shared'), 'golden');
const hasGolden = existsSync(golden);
if (!hasGolden && process.env.CI === 'true') throw new Error(`CI needs the golden values, and ${golden} is not there.`);
if (!hasGolden) console.warn('Golden tests are skipped: there is no folder ../shared/golden, and TOUCHSTONE_SHARED names none.');

export default defineConfig({
  test: {
    // Two files at a time at the least, also where there are two cores: many tests wait for the processes that they have started.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      ...manifests.map((manifest) => project(nameOf(manifest), dirname(manifest))),
      ...['scripts', 'examples'].filter((folder) => existsSync(join(root, folder))).map((folder) => project(folder, folder)),
    ],
  },
});

/** One project a package. Applications and examples start real processes, so their tests get minutes. */
function project(name: string, folder: string) {
  return {
    oxc: { decorator: { legacy: true } },
    resolve: { alias: sourceAliases() },
    test: {
      name,
      root: join(root, folder),
      include: ['**/*.test.ts'],
      // Templates are packages of their own once they are written.
      exclude: ['**/node_modules/**', '**/dist/**', '**/__fixtures__/**', '**/templates/**'],
      testTimeout: folder.startsWith('apps/') || folder === 'examples' ? 120_000 : 30_000,
      hookTimeout: 60_000,
      env: { TOUCHSTONE_GOLDEN: hasGolden ? golden : '' },
    },
  };
}

/** Tests see the sources of the workspace, so that none of them can pass on a stale `dist`. */
function sourceAliases() {
  return manifests.flatMap((manifest) => {
    const { name, exports } = readManifest(manifest);
    return Object.entries(exports ?? {}).flatMap(([subpath, target]) => {
      const source = join(root, dirname(manifest), target.default.replace('./dist/', './src/').replace(/\.js$/, '.ts'));
      return existsSync(source) ? [{ find: new RegExp(`^${name}${subpath.slice(1)}$`), replacement: source }] : [];
    });
  });
}

function nameOf(manifest: string): string {
  return readManifest(manifest).name.replace('@touchstone/', '');
}

function readManifest(manifest: string): { name: string; exports?: Record<string, { default: string }> } {
  return JSON.parse(readFileSync(join(root, manifest), 'utf8'));
}
