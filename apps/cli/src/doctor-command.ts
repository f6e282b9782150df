import { coreVersion, messageOf, TouchstoneError, TouchstoneRuntime } from '@touchstone/core';
import { checkStore, type StoreCheck } from '@touchstone/store-sqlite';
import { adapterList, credentialsOf, stateText } from './adapter-list.ts';
import { alignColumns } from './align-columns.ts';
import { type Discovery, discoverPlugins } from './discover-plugins.ts';
import { EXIT } from './exit-codes.ts';
import { type LoadedConfig, loadConfig } from './load-config.ts';
import { nextCommand, type StoreFlags, storePath } from './open-touchstone.ts';
import { repairStore } from './repair-store.ts';
import { print, printWidth } from './say.ts';
import { sayRepair } from './say-end.ts';

interface DoctorFlags extends StoreFlags {
  readonly json?: boolean;
  readonly repair?: boolean;
  /** Where to save what can be read of a damaged store. */
  readonly to?: string;
}

/** `touchstone doctor`: what is here, and whether it is well. Exit 3 when something is broken. */
export async function doctorCommand(flags: DoctorFlags): Promise<number> {
  if (flags.repair === true) return repairStore(storePath(flags, await configIfReadable(flags)), flags);
  if (flags.to !== undefined) {
    throw new TouchstoneError('bad-option', '--to names the file that --repair writes: add --repair, or leave --to out.');
  }
  const problems: string[] = [];
  const config = await loadConfig(flags.config).catch((error: unknown): LoadedConfig | undefined => {
    problems.push(messageOf(error));
    return undefined;
  });
  const discovery = await discoverPlugins(config?.config.plugins);
  const path = storePath(flags, config);
  const check = checkStore(path);
  const { file: _, ok, problems: broken, ...store } = check;
  problems.push(...broken.map(({ message }) => message));
  const registrations = registeredBy(discovery, problems);
  const plugins = (registrations?.plugins ?? []).map(({ name }) => name).filter((name) => name !== '@touchstone/core');
  const credentials = registrations === undefined ? [] : credentialsOf(adapterList(registrations));
  const versions = { node: process.versions.node, core: coreVersion() };
  if (flags.json === true) {
    const report = { ...versions, config: config?.path, plugins, credentials, store: { path, ok, ...store }, problems };
    await print(JSON.stringify(report, null, 2));
  } else {
    const lines = [
      ...Object.entries(versions),
      ['config', config?.path ?? 'none'],
      ['plug-ins', plugins.join(', ')],
      ...credentials.map((one, index) => [index === 0 ? 'credentials' : '', `${one.name} ${stateText(one)}`]),
      ['store', store.exists ? healthText(path, check) : `${path}: not there yet`],
      ...diedLines(path, check),
      ...problems.map((problem) => ['problem', problem]),
    ];
    await print(alignColumns(lines, printWidth()));
  }
  if (broken.some(({ code }) => code === 'store-corrupt')) sayRepair(path);
  return problems.length === 0 ? EXIT.ok : EXIT.incomplete;
}

/** A config that is broken must not keep anybody from repairing a store that was named. */
async function configIfReadable(flags: DoctorFlags): Promise<LoadedConfig | undefined> {
  return typeof flags.store === 'string' ? undefined : loadConfig(flags.config);
}

function healthText(path: string, { ok, runs, bytes, walBytes, leftoverLeases }: StoreCheck): string {
  const facts = [ok ? 'well' : 'damaged', runs === 1 ? '1 run' : `${runs} runs`, megabytes(bytes)];
  if (walBytes > 0) facts.push(`of which ${megabytes(walBytes)} in its log`);
  const left = leftoverLeases.length;
  if (left > 0) facts.push(`${left} lease ${left === 1 ? 'file' : 'files'} of dead processes, which hold nothing`);
  return `${path}: ${facts.join(', ')}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function diedLines(path: string, { died }: StoreCheck): readonly (readonly string[])[] {
  return died.map(({ id, name }, index) => [
    index === 0 ? 'unfinished' : '',
    `${name}: its process died. Go on with ${nextCommand(`resume ${id.slice(0, 8)}`, path)}`,
  ]);
}

/** What all plug-ins that can be used bring; `undefined` where those of the config cannot be together. */
function registeredBy(
  { configured, bundled, found, leftOut }: Discovery,
  problems: string[],
): TouchstoneRuntime['registrations'] | undefined {
  try {
    const { registrations } = new TouchstoneRuntime({ plugins: [...configured, ...bundled] }, {}, {}, { found, leftOut });
    problems.push(
      ...registrations.leftOut.flatMap((one) => one.problems.map(({ message }) => message)),
      ...registrations.warnings,
    );
    return registrations;
  } catch (error) {
    problems.push(messageOf(error));
    return undefined;
  }
}
