import { knownMetrics, knownSchemes, modelsFromCode } from '@touchstone/core';
import { alignColumns } from './align-columns.ts';
import { discoverPlugins } from './discover-plugins.ts';
import { EXIT } from './exit-codes.ts';
import { loadConfig } from './load-config.ts';
import type { StoreFlags } from './open-touchstone.ts';
import { print, say } from './say.ts';

/** `touchstone plugins`: what is in use and where it came from, and what is known but not here. */
export async function pluginsCommand(flags: Pick<StoreFlags, 'config'> & { readonly json?: boolean }): Promise<number> {
  const config = await loadConfig(flags.config);
  const { found, warnings } = await discoverPlugins(config?.config.plugins);
  for (const warning of warnings) say(warning);
  const installed = found.map(({ plugin: { name, version, contract }, from }) => ({ name, version, contract, from }));
  const here = new Set(installed.map(({ name }) => name));
  const packs = new Set([...Object.values(knownMetrics), ...Object.values(knownSchemes), ...Object.keys(modelsFromCode)]);
  const known = [...packs].filter((name) => !here.has(name)).sort();
  if (flags.json === true) {
    await print(JSON.stringify({ installed, known: known.map((name) => ({ name, install: `npm i ${name}` })) }, null, 2));
    return EXIT.ok;
  }
  const lines = installed.map(({ name, version = '', contract, from }) => [name, version, String(contract), from]);
  const missing = known.length === 0 ? [] : ['', 'Known, but not installed:', ...known.map((name) => `  npm i ${name}`)];
  await print([alignColumns([['plug-in', 'version', 'contract', 'from'], ...lines]), ...missing].join('\n'));
  return EXIT.ok;
}
