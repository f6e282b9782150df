import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Spec } from '../contracts/index.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import { messageOf, TouchstoneError } from '../errors/touchstone-error.ts';

export interface UserModule {
  readonly path: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

export interface LoadUserModuleOptions {
  /** Where a relative path starts; the working directory by default. */
  readonly cwd?: string;
  /** Package name → file, for packages that the module may import without having them installed beside it. */
  readonly alias?: Readonly<Record<string, string>>;
}

/**
 * Loads a user's own file: configuration, model, metric. TypeScript of any style runs as it is, through jiti
 * (Node's own type stripping refuses decorators, enums and imports without extension); plain JavaScript needs nothing.
 *
 * @throws TouchstoneError `module-not-found`, `module-failed` with the module's own error as cause, `jiti-missing`
 */
export async function loadUserModule(file: string, options: LoadUserModuleOptions = {}): Promise<UserModule> {
  const path = resolve(options.cwd ?? process.cwd(), file);
  await readSource(path, file);
  try {
    return { path, exports: await importFile(path, options.alias ?? {}) };
  } catch (error) {
    if (TouchstoneError.isInstance(error)) throw error;
    throw new TouchstoneError('module-failed', `'${file}' could not be loaded: ${messageOf(error)}`, { cause: error });
  }
}

/**
 * One export of a user's file, named as the command line does: `./answer.ts#answer`; without `#` the default export.
 * @returns the value, and how to find it again: with a hash of the file, so that a changed file is noticed
 * @throws TouchstoneError as `loadUserModule`, and `export-not-found` with a did-you-mean
 */
export async function loadUserExport(
  reference: string,
  options: LoadUserModuleOptions = {},
): Promise<{ readonly value: unknown; readonly spec: Spec }> {
  const at = reference.lastIndexOf('#');
  const [file, name] = at === -1 ? [reference, 'default'] : [reference.slice(0, at), reference.slice(at + 1)];
  const cwd = options.cwd ?? process.cwd();
  const module = await loadUserModule(file, options);
  const value = Object.hasOwn(module.exports, name) ? module.exports[name] : undefined;
  if (value === undefined) {
    const names = Object.keys(module.exports);
    const what =
      name === 'default' ? `'${file}' has no default export: name one, ${file}#NAME.` : `'${file}' does not export '${name}'.`;
    throw new TouchstoneError('export-not-found', `${what}${suggestion(name, names, { list: 'It exports' })}`);
  }
  const source = await readSource(module.path, file);
  const local = relative(cwd, module.path).split(sep).join('/');
  return {
    value,
    spec: {
      module: local.startsWith('.') ? local : `./${local}`,
      export: name,
      options: null,
      sourceHash: createHash('sha256').update(source).digest('hex'),
    },
  };
}

async function readSource(path: string, given: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const hint = missing ? suggestion(basename(path), await readdir(dirname(path)).catch(() => [])) : '';
    const message = missing
      ? `There is no file '${given}' (looked for ${path}).${hint}`
      : `'${given}' cannot be read: ${messageOf(error)}`;
    throw new TouchstoneError('module-not-found', message, { cause: error });
  }
}

async function importFile(path: string, alias: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>> {
  if (/\.m?js$/u.test(path) && Object.keys(alias).length === 0) return import(pathToFileURL(path).href);
  let createJiti: typeof import('jiti').createJiti;
  try {
    ({ createJiti } = await import('jiti'));
  } catch (error) {
    if (/\.m?js$/u.test(path)) return import(pathToFileURL(path).href);
    throw new TouchstoneError('jiti-missing', `Loading '${path}' needs jiti: npm i jiti.`, { cause: error });
  }
  const jiti = createJiti(path, { alias: { ...alias }, interopDefault: false, fsCache: false });
  return jiti.import(path);
}
