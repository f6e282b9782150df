import { existsSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { type CassetteOption, loadUserModule, suggestion, TouchstoneError } from '@touchstone/core';
import { bundledPackages } from './bundled-packages.ts';
import type { ConfiguredEvaluation, TouchstoneConfig } from './define-config.ts';

export interface LoadedConfig {
  readonly path: string;
  readonly folder: string;
  readonly config: TouchstoneConfig;
}

const NAMES = ['touchstone.config.ts', 'touchstone.config.mts', 'touchstone.config.js', 'touchstone.config.mjs'];
const KEYS = ['plugins', 'evaluations', 'judge', 'store'];

/**
 * The config that was named, or the one of the working directory, or none.
 * @throws TouchstoneError `bad-config`, and what loading the file throws
 */
export async function loadConfig(given: string | undefined): Promise<LoadedConfig | undefined> {
  const path =
    given === undefined ? NAMES.map((name) => resolve(name)).find((candidate) => existsSync(candidate)) : resolve(given);
  if (path === undefined) return undefined;
  const { exports } = await loadUserModule(given ?? path, { alias: bundledPackages });
  const config = exports.default;
  if (!isRecord(config))
    throw new TouchstoneError(
      'bad-config',
      `'${given ?? path}' has no default export that is a config: write export default defineConfig({ … }).`,
    );
  for (const key of Object.keys(config)) {
    if (!KEYS.includes(key))
      throw new TouchstoneError('bad-config', `The config has no part '${key}'.${suggestion(key, KEYS, { list: 'There are' })}`);
  }
  if (config.plugins !== undefined && !Array.isArray(config.plugins))
    throw new TouchstoneError('bad-config', "The config's plugins must be a list: plugins: [rouge()].");
  if (config.evaluations !== undefined && !isRecord(config.evaluations))
    throw new TouchstoneError('bad-config', "The config's evaluations must be an object: name → options of evaluate.");
  return { path, folder: dirname(path), config };
}

/**
 * An evaluation of the config by name, its paths of data and cassette made absolute.
 * @throws TouchstoneError `unknown-evaluation`
 */
export function evaluationOf(loaded: LoadedConfig, name: string): ConfiguredEvaluation {
  const evaluations = loaded.config.evaluations ?? {};
  const found = Object.hasOwn(evaluations, name) ? evaluations[name] : undefined;
  if (found === undefined) {
    const hint = suggestion(name, Object.keys(evaluations), { list: 'It has' });
    throw new TouchstoneError('unknown-evaluation', `${loaded.path} has no evaluation '${name}'.${hint}`);
  }
  const { data, cassette } = found;
  return {
    ...found,
    ...(typeof data !== 'string' || isAbsolute(data) || URL.canParse(data) ? {} : { data: resolve(loaded.folder, data) }),
    ...(cassette === undefined ? {} : { cassette: placed(cassette, loaded.folder) }),
  };
}

function placed(cassette: CassetteOption, folder: string): CassetteOption {
  return typeof cassette === 'string' ? resolve(folder, cassette) : { ...cassette, file: resolve(folder, cassette.file) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
