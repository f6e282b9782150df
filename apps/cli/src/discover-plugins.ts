import { knownMetrics, knownSchemes, type LeftOut, modelsFromCode, type OfferedPlugins, type Plugin } from '@touchstone/core';
import files from '@touchstone/dataset-files';
import genai from '@touchstone/metric-genai';
import readability from '@touchstone/metric-readability';
import rouge from '@touchstone/metric-rouge';
import text from '@touchstone/metric-text';
import tokens from '@touchstone/metric-tokens';
import prices from '@touchstone/price-genai';
import { type DependencyPackage, dependencyPackages, namesIn } from './dependency-packages.ts';
import { loadPlugin } from './load-plugin.ts';

export interface Discovery {
  readonly configured: readonly Plugin[];
  /** Those of the command line itself, but for the ones that the config replaces. */
  readonly bundled: readonly Plugin[];
  /** Of dependencies of the project. */
  readonly found: NonNullable<OfferedPlugins['found']>;
  /** Dependencies that say they are plug-ins, and cannot be had. */
  readonly leftOut: readonly LeftOut[];
  /** Dependencies that look like plug-ins and are not used as such. Nobody has to hear of them until something is missing. */
  readonly unused: readonly LeftOut[];
  readonly packages: readonly DependencyPackage[];
}

/** The packs of the command line itself, those of the config, and every direct dependency of the project that carries `"touchstone": { "plugin": … }`. */
export async function discoverPlugins(configured: readonly Plugin[] = []): Promise<Discovery> {
  const named = new Set(configured.map((plugin) => plugin?.name));
  const bundled = [files(), text(), tokens(), rouge(), readability(), genai(), prices()].filter(({ name }) => !named.has(name));
  for (const { name } of bundled) named.add(name);

  const packages = dependencyPackages();
  const found: { readonly package: string; readonly plugin: Plugin }[] = [];
  const leftOut: LeftOut[] = [];
  const unused: LeftOut[] = [];
  for (const one of packages) {
    if (named.has(one.name)) continue;
    if (one.manifest.touchstone === undefined) {
      unused.push(...looksLikeOne(one));
      continue;
    }
    const loaded = await loadPlugin(one);
    if ('problem' in loaded) leftOut.push({ package: one.name, problems: [loaded.problem] });
    else if (!named.has(loaded.plugin?.name)) found.push({ package: one.name, plugin: loaded.plugin });
  }
  return { configured, bundled, found, leftOut, unused, packages };
}

function looksLikeOne({ name, folder, manifest }: DependencyPackage): readonly LeftOut[] {
  const byName = /^(?:@[^/]+\/)?touchstone-/u.test(name);
  const because = (code: string, message: string): readonly LeftOut[] => [{ package: name, problems: [{ code, message }] }];
  if (folder === undefined) {
    if (!byName && !standardPacks.has(name)) return [];
    return because('plugin-missing', `${name} is a dependency of this project and is not installed: npm install`);
  }
  const usesCore = namesIn(manifest, ['dependencies', 'peerDependencies']).includes('@touchstone/core');
  // Packages of our own that are no plug-ins are libraries.
  if (name.startsWith('@touchstone/') || (!byName && !usesCore)) return [];
  return because(
    'plugin-manifest',
    `${name} looks like a plug-in and does not say that it is one: its package.json has no "touchstone": { "plugin": "./dist/index.js" }. Until it has, import it in touchstone.config.ts and put it into plugins.`,
  );
}

const standardPacks = new Set([...Object.values(knownMetrics), ...Object.values(knownSchemes), ...Object.keys(modelsFromCode)]);
