import {
  displayWidth,
  knownFileTypes,
  knownMetrics,
  knownSchemes,
  type LeftOut,
  messageOf,
  modelsFromCode,
  presetTable,
  suggestion,
  TouchstoneError,
  wrap,
} from '@touchstone/core';
import { alignColumns } from './align-columns.ts';
import { discoverPlugins } from './discover-plugins.ts';
import { EXIT } from './exit-codes.ts';
import { loadConfig } from './load-config.ts';
import type { StoreFlags } from './open-touchstone.ts';
import { type Brings, type InstalledPlugin, type PluginList, pluginList } from './plugin-list.ts';
import { print, printWidth } from './say.ts';

/** A pack that is not here, and what it would bring. */
interface KnownPack {
  readonly name: string;
  readonly install: string;
  readonly brings: Brings;
}

/** `touchstone plugins [NAME]`: what is in use, what it brings and where it came from; what cannot be used, and why; and what is known but not here. */
export async function pluginsCommand(
  name: string | undefined,
  flags: Pick<StoreFlags, 'config'> & { readonly json?: boolean },
): Promise<number> {
  const config = await loadConfig(flags.config);
  const discovery = await discoverPlugins(config?.config.plugins);
  const list = pluginList(discovery);
  const known = knownPacks([...list.installed.map((one) => one.name), ...list.leftOut.map((one) => one.package)]);
  if (name !== undefined) return printOne(name, list, [...list.leftOut, ...discovery.unused], known, flags);
  const { installed, leftOut } = list;
  const { unused } = discovery;
  await print(
    flags.json === true
      ? JSON.stringify({ installed, leftOut, unused, known }, null, 2)
      : [
          ...installed.map(blockText),
          ...problemTexts('Left out:', leftOut),
          ...problemTexts('Not used:', unused),
          ...knownTexts(known),
        ].join('\n\n'),
  );
  return EXIT.ok;
}

async function printOne(
  name: string,
  list: PluginList,
  leftOut: readonly LeftOut[],
  known: readonly KnownPack[],
  { json = false }: { readonly json?: boolean },
): Promise<number> {
  const one = list.installed.find((plugin) => plugin.name === name);
  const problems = leftOut.find((plugin) => plugin.package === name);
  if (one !== undefined) await print(json ? JSON.stringify(one, null, 2) : detailText(one, list));
  else if (problems !== undefined) {
    await print(json ? JSON.stringify(problems, null, 2) : problemTexts(`${name} is not used:`, [problems]).join('\n'));
  } else throw unknownPlugin(name, list, known);
  return EXIT.ok;
}

function unknownPlugin(name: string, { installed }: PluginList, known: readonly KnownPack[]): TouchstoneError {
  const pack = known.find((one) => one.name === name);
  const names = [...installed.map((one) => one.name), ...known.map((one) => one.name)];
  const message =
    pack === undefined
      ? `There is no plug-in '${name}' here.${suggestion(name, names, { list: 'There are' })}`
      : `${name} is not installed: ${pack.install}`;
  return new TouchstoneError('unknown-plugin', message);
}

/** Packs of ours that are not here, with the metrics, schemes and files that they would bring. */
function knownPacks(here: readonly string[]): readonly KnownPack[] {
  const packs = [knownMetrics, knownSchemes, knownFileTypes].flatMap((table) => Object.values(table));
  const names = new Set([...packs, ...Object.keys(modelsFromCode)]);
  return [...names]
    .filter((name) => !here.includes(name))
    .sort()
    .map((name) => {
      const from = (table: Readonly<Record<string, string>>) => Object.keys(table).filter((one) => table[one] === name);
      const brings = {
        evaluators: evaluatorsOf(name),
        metrics: from(knownMetrics),
        models: from(knownSchemes),
        data: from(knownFileTypes),
      };
      return {
        name,
        install: `npm i ${name}`,
        brings: Object.fromEntries(Object.entries(brings).filter(([, listed]) => listed.length > 0)),
      };
    });
}

function evaluatorsOf(pack: string): readonly string[] {
  return presetTable.flatMap(({ evaluator }) => (evaluator?.package === pack ? [evaluator.name] : []));
}

const KINDS: Readonly<Record<keyof Brings, string>> = {
  evaluators: 'evaluators',
  metrics: 'metrics',
  modelTypes: 'model types',
  models: 'models',
  data: 'data',
  trackers: 'trackers',
  services: 'services',
};

function blockText(plugin: InstalledPlugin): string {
  const { name, version, from, contract, conformance, ownCore, brings } = plugin;
  const facts = [
    from,
    `contract ${contract}`,
    ...(conformance === undefined ? [] : [`conformance ${conformance}`]),
    ...(ownCore === undefined ? [] : [`core ${ownCore} of its own`]),
  ];
  const title = version === undefined ? name : `${name} ${version}`;
  const behind = ` (${facts.join(', ')})`;
  const fits = displayWidth(title) + displayWidth(behind) <= printWidth();
  const lines = bringsLines(brings).map(([kind, names]) => [`  ${kind}`, names.join(', ')]);
  return [
    fits ? `${title}${behind}` : `${title}\n ${behind}`,
    ...(lines.length === 0 ? [] : [alignColumns(lines, printWidth())]),
  ].join('\n');
}

function bringsLines(brings: Brings): readonly (readonly [string, readonly string[]])[] {
  return Object.entries(KINDS).flatMap(([key, kind]): readonly (readonly [string, readonly string[]])[] => {
    const names = brings[key as keyof Brings] ?? [];
    return names.length === 0 ? [] : [[kind, key === 'models' ? names.map(written) : names]];
  });
}

function written(scheme: string): string {
  return scheme.startsWith('http') ? `${scheme}://…` : `${scheme}:/…`;
}

function problemTexts(heading: string, leftOut: readonly LeftOut[]): readonly string[] {
  if (leftOut.length === 0) return [];
  const items = leftOut.flatMap(({ problems }) =>
    problems.map(({ message }) => `  - ${wrap(message, printWidth() - 4).join('\n    ')}`),
  );
  return [[heading, ...items].join('\n')];
}

function knownTexts(known: readonly KnownPack[]): readonly string[] {
  if (known.length === 0) return [];
  const lines = known.map(({ name, install, brings }) => {
    const code = Object.hasOwn(modelsFromCode, name) ? [`${modelsFromCode[name]} from code`] : [];
    return [`  ${install}`, someOf([...bringsLines(brings).flatMap(([, names]) => names), ...code])];
  });
  return [['Known, but not installed:', alignColumns(lines, printWidth())].join('\n')];
}

/** Enough to know what it is. */
function someOf(names: readonly string[]): string {
  const shown = names.length > 6 ? names.slice(0, 4) : names;
  return shown.length === names.length ? names.join(', ') : `${shown.join(', ')}, … (${names.length} in all)`;
}

function detailText(plugin: InstalledPlugin, { registrations }: PluginList): string {
  const { name, version, description, from, contract, conformance, ownCore, folder, brings } = plugin;
  const facts = [
    ['from', FROM[from]],
    ['contract', contract],
    ...(conformance === undefined ? [] : [['conformance', `${conformance}, as its package.json says`]]),
    ...(ownCore === undefined ? [] : [['core', `${ownCore}, of its own`]]),
    ...(folder === undefined ? [] : [['folder', folder]]),
  ];
  const parts = bringsLines(brings).map(([kind, names]) => {
    const lines = names.map((one) => [`  ${one}`, aboutOne(kind, one, registrations)]);
    return [kind, alignColumns(lines, printWidth())].join('\n');
  });
  return [
    [
      version === undefined ? name : `${name} ${version}`,
      ...(description === undefined ? [] : [alignColumns([[description]], printWidth())]),
    ].join('\n'),
    alignColumns(facts, printWidth()),
    ...parts,
  ].join('\n\n');
}

const FROM: Readonly<Record<InstalledPlugin['from'], string>> = {
  'command line': 'the command line, which brings it',
  project: 'a dependency of this project',
  config: 'the plugins of the config',
};

/** A line on one metric or model, where it says something of itself. */
function aboutOne(kind: string, name: string, { metrics, adapters }: PluginList['registrations']): string {
  if (kind === KINDS.models) return adapters.get(name.replace(/:.*$/u, ''))?.value.about?.description ?? '';
  if (kind !== KINDS.metrics) return '';
  try {
    return metrics.get(name)?.value.make().description ?? '';
  } catch (error) {
    // It needs options, and says which.
    return messageOf(error);
  }
}
