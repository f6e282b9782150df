import { statSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { coreVersion, messageOf, type Plugin, type Problem } from '@touchstone/core';
import { type DependencyPackage, isRecord, type Manifest } from './dependency-packages.ts';

const RIGHT = '"touchstone": { "plugin": "./dist/index.js" }';

/**
 * The plug-in of an installed package that says in its package.json that it is one, made without options.
 * @returns the plug-in as its factory made it, not yet looked at; or why there is none
 */
export async function loadPlugin({
  name,
  folder = '',
  manifest,
}: DependencyPackage): Promise<{ readonly plugin: Plugin } | { readonly problem: Problem }> {
  const problem = (code: string, says: string) => ({ problem: { code, message: `Plug-in '${name}' ${says}` } });
  const entry = isRecord(manifest.touchstone) ? manifest.touchstone.plugin : undefined;
  if (typeof entry !== 'string' || entry.trim() === '') {
    const said = JSON.stringify(manifest.touchstone);
    return problem(
      'plugin-manifest',
      `does not say where it begins: its package.json has "touchstone": ${said} in place of ${RIGHT}.`,
    );
  }
  const file = resolve(folder, entry);
  if (isOutside(folder, file)) {
    return problem('plugin-manifest', `says that it begins in '${entry}', which is outside of the package: write ${RIGHT}.`);
  }
  if (!isFile(file)) {
    return problem(
      'plugin-entry',
      `has no file '${entry}', which its package.json names as "touchstone.plugin": install it again, or build it where it is linked.`,
    );
  }
  let exports: Readonly<Record<string, unknown>>;
  try {
    exports = await import(pathToFileURL(file).href);
  } catch (error) {
    return problem('plugin-not-loaded', notLoaded(error));
  }
  const factory = factoryIn(exports);
  if (factory === undefined) return problem('plugin-factory', notAFactory(exports, manifest));
  try {
    return { plugin: factory() };
  } catch (error) {
    return problem('plugin-factory', notMade(error, name));
  }
}

/** The default export; of CommonJS `module.exports`, or what compilers write as `exports.default`. */
function factoryIn(exports: Readonly<Record<string, unknown>>): (() => Plugin) | undefined {
  const candidates = [exports.default, isRecord(exports.default) ? exports.default.default : undefined];
  return candidates.find((candidate): candidate is () => Plugin => typeof candidate === 'function');
}

function notAFactory(exports: Readonly<Record<string, unknown>>, { type }: Manifest): string {
  const made = exports.default;
  if (isRecord(made) && typeof made.register === 'function') {
    return 'exports a plug-in where it should export what makes one: export default () => plugin.';
  }
  // Node 22 does not tell CommonJS by this name.
  if ('module.exports' in exports || (type !== 'module' && isRecord(made))) {
    return 'is CommonJS and exports no function: write module.exports = () => plugin, or ES modules with export default.';
  }
  const names = Object.keys(exports).filter((name) => name !== 'default');
  const others = names.length === 0 ? '' : ` It exports ${names.join(', ')}.`;
  const what = made === undefined ? 'has no default export' : 'has a default export that is no function';
  return `${what}: it must be what makes the plug-in, export default () => definePlugin({ … }).${others}`;
}

function notLoaded(error: unknown): string {
  const [message = ''] = messageOf(error).split('\n');
  const unknown = /requested module '@touchstone\/core' does not provide an export named '([^']+)'/u.exec(message)?.[1];
  if (unknown !== undefined) {
    return `was built for another @touchstone/core: it imports '${unknown}', and ${coreVersion()} has nothing of that name. Update @touchstone/core, or the plug-in.`;
  }
  if (/\b(?:require|module|exports|__dirname|__filename) is not defined in ES module scope/u.test(message)) {
    return 'is CommonJS in a package that says "type": "module": build it as ES modules, or name the file .cjs.';
  }
  const missing = /^Cannot find (?:package|module) '([^'./][^']*)'/u.exec(message)?.[1];
  if (missing !== undefined) return `needs ${missing}, which is not installed: npm i ${missing}`;
  if (error instanceof Error && 'code' in error && error.code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING') {
    return 'begins in a TypeScript file, which Node does not run below node_modules: publish what tsc makes of it.';
  }
  return `could not be loaded: ${message}`;
}

function notMade(error: unknown, name: string): string {
  const message = messageOf(error);
  if (message.includes("cannot be invoked without 'new'")) {
    return 'has a class as its default export, which must be a function that makes the plug-in: export default () => definePlugin({ … }).';
  }
  const called = name
    .replace(/^.*\//u, '')
    .replace(/^touchstone-/u, '')
    .replaceAll(/[-.]+(\w?)/gu, (_, letter: string) => letter.toUpperCase());
  return `could not be made without options: ${message}${/[.!?]$/u.test(message) ? '' : '.'} If it needs some, say them in touchstone.config.ts: plugins: [${called}({ … })].`;
}

function isOutside(folder: string, file: string): boolean {
  const path = relative(folder, file);
  return path.startsWith('..') || isAbsolute(path);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
