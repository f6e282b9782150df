import { readFileSync } from 'node:fs';
import { contractProblem, createTouchstone, messageOf, type Plugin, TouchstoneError } from '@touchstone/core';
import { changedGlobals, globals } from './changed-globals.ts';
import { type Check, demand } from './check.ts';
import { CONFORMANCE_VERSION } from './conformance-version.ts';
import { outsideContacts } from './outside-contacts.ts';
import { registeredBy } from './registered-by.ts';
import { withEnvironment } from './with-environment.ts';

export interface PluginConformanceOptions {
  /** The package.json: `new URL('../package.json', import.meta.url)`. */
  readonly manifest: URL | string;
}

/** The rules of a package that is a plug-in, each as a check. */
export function pluginChecks(factory: () => Plugin, { manifest }: PluginConformanceOptions): readonly Check[] {
  const before = globals();
  return [
    { name: 'makes a plug-in of this contract', run: () => makesPlugin(factory, readManifest(manifest)) },
    { name: 'has a manifest by which it is found', run: () => isFound(readManifest(manifest)) },
    { name: 'registers something, under names of its own', run: () => registersNames(factory) },
    { name: 'serves two Touchstones at once', run: () => servesTwo(factory) },
    { name: 'registers without environment, network or traces', run: () => registersQuietly(factory, before) },
  ];
}

interface Manifest {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly type?: unknown;
  readonly exports?: unknown;
  readonly engines?: { readonly node?: unknown };
  readonly dependencies?: Readonly<Record<string, unknown>>;
  readonly peerDependencies?: Readonly<Record<string, unknown>>;
  readonly touchstone?: { readonly plugin?: unknown; readonly conformance?: unknown };
}

function readManifest(path: URL | string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function makesPlugin(factory: () => Plugin, manifest: Manifest): void {
  const plugin = factory();
  demand(typeof plugin?.register === 'function', 'The factory makes no plug-in: return definePlugin({ name, … }).');
  demand(
    plugin.name === manifest.name,
    `The plug-in is named '${plugin.name}', and its package '${manifest.name}': messages and duplicates go by the name.`,
  );
  const wrong = contractProblem(plugin);
  demand(wrong === undefined, wrong?.message ?? '');
  demand(
    plugin.version === undefined || plugin.version === manifest.version,
    `It says version ${plugin.version}, and its package is ${manifest.version}: version: versionOf(import.meta.url) is always right.`,
  );
  demand(factory() !== plugin, 'The factory gives the same plug-in twice, so two Touchstones would share it.');
}

function isFound(manifest: Manifest): void {
  const { touchstone, type, engines, exports, dependencies, peerDependencies } = manifest;
  demand(
    typeof touchstone?.plugin === 'string' && touchstone.plugin.startsWith('./'),
    `package.json must say where the plug-in is: "touchstone": { "plugin": "./dist/index.js" }.`,
  );
  demand(
    type === 'module' || touchstone.plugin.endsWith('.mjs'),
    'package.json must say "type": "module": plug-ins are ES modules.',
  );
  demand(exports !== undefined, 'package.json must have exports, or nobody can import the metrics by the name of the package.');
  demand(typeof engines?.node === 'string', 'package.json must say which Node it needs: "engines": { "node": ">=22.13" }.');
  demand(
    { ...dependencies, ...peerDependencies }['@touchstone/core'] !== undefined,
    'package.json must name @touchstone/core among its peerDependencies: with a copy of its own, its classes are not those of the user.',
  );
  demand(
    touchstone.conformance === undefined || touchstone.conformance === CONFORMANCE_VERSION,
    `package.json declares conformance ${touchstone.conformance}, and these suites are version ${CONFORMANCE_VERSION}.`,
  );
}

function registersNames(factory: () => Plugin): void {
  const { metrics, adapters, evaluators, loaders, trackers, services } = registeredBy(factory());
  const count = [metrics, adapters, evaluators, loaders, trackers, services].reduce((sum, { length }) => sum + length, 0);
  demand(count > 0, 'It registers nothing.');
  for (const { name, make } of metrics) {
    try {
      const { name: made } = make();
      demand(
        made === name || (name.endsWith('_k') && made.startsWith(name.slice(0, -1))),
        `The metric that is registered as '${name}' is called '${made}': results would not be found by the name that was asked for.`,
      );
    } catch (error) {
      // Some make no metric without options, and say which they need.
      if (!TouchstoneError.isInstance(error)) throw error;
    }
  }
  for (const { extensions } of loaders) {
    for (const extension of extensions)
      demand(/^\.[a-z0-9.-]+$/u.test(extension), `The extension '${extension}' must have its dot and be lower case: '.jsonl'.`);
  }
  for (const { scheme } of adapters) demand(/^[a-z][a-z0-9+.-]*$/u.test(scheme), `The scheme '${scheme}' is none of a URI.`);
}

async function servesTwo(factory: () => Plugin): Promise<void> {
  try {
    await using one = createTouchstone({ plugins: [factory()] });
    await using two = createTouchstone({ plugins: [factory()] });
    const [first, second] = [one, two].map(({ registrations }) => [...registrations.metrics.keys()].join());
    demand(first === second, `The second Touchstone has other metrics than the first: ${second} and not ${first}.`);
  } catch (error) {
    demand(!TouchstoneError.isInstance(error), `A Touchstone refuses it: ${messageOf(error)}`);
    throw error;
  }
}

async function registersQuietly(factory: () => Plugin, before: ReturnType<typeof globals>): Promise<void> {
  const contacts = await outsideContacts(() => withEnvironment({}, () => registeredBy(factory())));
  demand(contacts.length === 0, `It contacts ${contacts.join(', ')} while it registers.`);
  const changed = changedGlobals(before);
  demand(changed.length === 0, `It changes ${changed.slice(0, 3).join(', ')}, which all code of the process shares.`);
}
