import { knownMetrics, knownSchemes } from '@touchstone/core';
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
  const installed = found.map(({ plugin, from }) => ({ name: plugin.name, ...(plugin.version === undefined ? {} : { version: plugin.version }), contract: plugin.contract, from }));
  const here = new Set(installed.map((plugin) => plugin.name));
  const known = [...new Set([...Object.values(knownMetrics), ...Object.values(knownSchemes)])].filter((name) => !here.has(name)).sort();
  if (flags.json === true) {
    await print(JSON.stringify({ installed, known: known.map((name) => ({ name, install: `npm i ${name}` })) }, null, 2));
    return EXIT.ok;
  }
  const table = alignColumns([['plug-in', 'version', 'contract', 'from'], ...installed.map((plugin) => [plugin.name, plugin.version ?? '', String(plugin.contract), plugin.from])]);
  await print([table, '', 'Known, but not installed:', alignColumns(known.map((name) => [`  ${name}`, `npm i ${name}`]))].join('\n'));
  return EXIT.ok;
}
