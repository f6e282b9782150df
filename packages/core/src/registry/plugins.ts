import {
  EVALUATORS,
  type EvaluatorSource,
  METRICS,
  type MetricEntry,
  MODEL_ADAPTERS,
  type ModelAdapter,
  type Plugin,
  type Registry,
} from '../contracts/index.ts';
import { messageOf, type Problem, throwProblems } from '../errors/touchstone-error.ts';
import { isPromise } from '../models/function-model.ts';
import { coreUrl, coreVersion } from '../provenance.ts';
import type { Container } from './container.ts';
import { contractProblem, newestContract, spokenHere } from './spoken-contracts.ts';

/** What the plug-ins of one Touchstone registered, by name. */
export interface Registrations {
  readonly plugins: readonly Plugin[];
  readonly metrics: ReadonlyMap<string, Owned<MetricEntry>>;
  readonly evaluators: ReadonlyMap<string, Owned<EvaluatorSource>>;
  readonly adapters: ReadonlyMap<string, Owned<ModelAdapter>>;
  /** What stands under tokens: loaders, model types, trackers and services of their own. */
  readonly values: readonly Owned<unknown, { readonly token: symbol }>[];
  /** Plug-ins that nobody asked for by hand, and that cannot be used: nothing of them is registered. */
  readonly leftOut: readonly LeftOut[];
  /** What people should know of plug-ins that are used all the same. */
  readonly warnings: readonly string[];
}

type Owned<T, More extends object = object> = More & {
  readonly value: T;
  readonly plugin: string;
};

/** A package whose plug-in is not used, and why. */
export interface LeftOut {
  readonly package: string;
  readonly problems: readonly Problem[];
}

export interface OfferedPlugins {
  /** Found somewhere, in a package of this name, and not asked for: one with a problem is left out, whole. */
  readonly found?: readonly { readonly package: string; readonly plugin: Plugin }[];
  /** Those that were left out already, because not even their plug-in could be had. */
  readonly leftOut?: readonly LeftOut[];
}

/**
 * Lets every plug-in register, and refuses all that is wrong in one error: a contract that is not spoken, a name that is taken, a plug-in that throws.
 *
 * @param plugins what somebody asked for
 * @throws TouchstoneError `plugin-contract`, `name-taken`, `plugin-failed`, `not-a-plugin`, or several of them: of plug-ins that were asked for
 */
export function registerPlugins(
  container: Container,
  core: Plugin,
  plugins: readonly Plugin[],
  { found = [], leftOut: before = [] }: OfferedPlugins = {},
): Registrations {
  const taken = new Taken();
  const problems = [core, ...plugins].flatMap((plugin, index) => {
    const { brought, wrong } = taken.look(plugin, `plugins[${index - 1}]`);
    // With its problems: a name that the next one takes as well is said together with them.
    if (brought !== undefined) taken.take(brought, container);
    return wrong;
  });
  throwProblems(problems);
  const leftOut = found.flatMap(({ package: name, plugin }): readonly LeftOut[] => {
    const { brought, wrong } = taken.look(plugin, `What '${name}' makes`);
    if (wrong.length > 0 || brought === undefined) return [{ package: name, problems: wrong }];
    taken.take(brought, container);
    return [];
  });
  return {
    plugins: taken.plugins,
    metrics: taken.metrics,
    evaluators: taken.evaluators,
    adapters: taken.adapters,
    values: taken.values,
    leftOut: [...before, ...leftOut],
    warnings: otherCores(taken.plugins),
  };
}

/** All that one plug-in registered, before anybody uses it. */
interface Brought {
  readonly plugin: Plugin;
  readonly metrics: Named<MetricEntry>[];
  readonly evaluators: Named<EvaluatorSource>[];
  readonly adapters: Named<ModelAdapter>[];
  readonly values: { readonly token: symbol; readonly value: unknown }[];
}

type Named<T> = readonly [name: string, value: T];

/** The names that have an owner. */
class Taken {
  readonly plugins: Plugin[] = [];
  readonly metrics = new Map<string, Owned<MetricEntry>>();
  readonly evaluators = new Map<string, Owned<EvaluatorSource>>();
  readonly adapters = new Map<string, Owned<ModelAdapter>>();
  readonly values: Registrations['values'][number][] = [];

  /** What a plug-in would bring, and all that is wrong with it. Nothing is taken. */
  look(plugin: Plugin, where: string): { readonly brought?: Brought; readonly wrong: readonly Problem[] } {
    const refused = refuse(plugin, where);
    if (refused !== undefined) return { wrong: [refused] };
    if (this.plugins.some(({ name }) => name === plugin.name)) {
      const message = `Two plug-ins are named '${plugin.name}': leave one of them out, or rename one.`;
      return { wrong: [{ code: 'name-taken', message }] };
    }
    const { brought, failed } = broughtBy(plugin);
    const wrong = [
      ...failed,
      ...takenNames('metric', this.metrics, brought.metrics, plugin),
      ...takenNames('evaluator', this.evaluators, brought.evaluators, plugin),
      ...takenNames('scheme', this.adapters, brought.adapters, plugin),
    ];
    return { brought, wrong };
  }

  take({ plugin, metrics, evaluators, adapters, values }: Brought, container: Container): void {
    this.plugins.push(plugin);
    for (const [name, value] of metrics) {
      this.metrics.set(name, { value, plugin: plugin.name });
      container.register(METRICS, { useValue: value });
    }
    for (const [name, value] of evaluators) {
      this.evaluators.set(name, { value, plugin: plugin.name });
      container.register(EVALUATORS, { useValue: value });
    }
    for (const [name, value] of adapters) {
      this.adapters.set(name, { value, plugin: plugin.name });
      container.register(MODEL_ADAPTERS, { useValue: value });
    }
    for (const { token, value } of values) {
      this.values.push({ token, value, plugin: plugin.name });
      container.register(token, { useValue: value });
    }
  }
}

function broughtBy(plugin: Plugin): { readonly brought: Brought; readonly failed: readonly Problem[] } {
  const brought: Brought = { plugin, metrics: [], evaluators: [], adapters: [], values: [] };
  let open = true;
  const into = <T>(list: T[], one: T): void => {
    if (!open)
      throw new Error(`plug-in '${plugin.name}' registers after its register has returned, when nobody listens any more`);
    list.push(one);
  };
  const registry: Registry = {
    contract: newestContract(spokenHere),
    metric: (name, make) => into(brought.metrics, [named('metric', name, make), { name, make }]),
    evaluator: (evaluator) => into(brought.evaluators, [named('evaluator', evaluator?.name), evaluator]),
    adapter: (scheme, make, about) =>
      into(brought.adapters, [named('adapter', scheme, make), { scheme, make, ...(about === undefined ? {} : { about }) }]),
    add: (token, value) => into(brought.values, { token, value }),
    provide: (token, value) => into(brought.values, { token, value }),
  };
  const failed = (message: string) => ({ brought, failed: [{ code: 'plugin-failed', message }] });
  try {
    const result: unknown = plugin.register(registry);
    if (!isPromise(result)) return { brought, failed: [] };
    result.then(undefined, () => undefined);
    return failed(
      `Plug-in '${plugin.name}' registers asynchronously, so nobody would know when it is done: register must not be async.`,
    );
  } catch (error) {
    const [other] = otherCores([plugin]);
    const hint = other === undefined ? '' : ` (${other})`;
    return failed(`Plug-in '${plugin.name}' failed while registering: ${messageOf(error)}${hint}`);
  } finally {
    open = false;
  }
}

/** @returns the name */
function named(kind: string, name: unknown, make: unknown = () => undefined): string {
  if (typeof name !== 'string' || name.trim() === '') throw new TypeError(`registry.${kind} was given no name`);
  if (typeof make !== 'function') throw new TypeError(`registry.${kind}('${name}', …) was given no function that makes it`);
  return name;
}

function refuse(plugin: Plugin, where: string): Problem | undefined {
  const given: unknown = plugin;
  const notOne = (is: string): Problem => ({ code: 'not-a-plugin', message: `${where} is ${is}` });
  if (typeof given === 'function') return notOne("a function: call the plug-in's factory, e.g. rouge() instead of rouge.");
  if (typeof given === 'string') {
    return notOne(
      `the text '${given}': import the package and call its factory, import plugin from '${given}' and then plugin().`,
    );
  }
  if (isPromise(given)) return notOne('a promise: await it, and call the default export of a module that was imported so.');
  if (typeof given === 'object' && given !== null && 'default' in given && typeof given.default === 'function') {
    return notOne('a whole module: call its default export.');
  }
  if (
    typeof given !== 'object' ||
    given === null ||
    typeof plugin.register !== 'function' ||
    typeof plugin.name !== 'string' ||
    plugin.name.trim() === ''
  ) {
    return notOne('not a plug-in: it needs name, contract and register. Make one with definePlugin({ name, metrics }).');
  }
  return contractProblem(plugin);
}

function takenNames(
  kind: string,
  owned: ReadonlyMap<string, { readonly plugin: string }>,
  brought: readonly Named<unknown>[],
  { name: plugin }: Plugin,
): readonly Problem[] {
  return brought.flatMap(([name], index): readonly Problem[] => {
    const twice = brought.findIndex(([other]) => other === name) < index;
    const owner = twice ? plugin : owned.get(name)?.plugin;
    return owner === undefined ? [] : [{ code: 'name-taken', message: taken(kind, name, owner, plugin) }];
  });
}

function taken(kind: string, name: string, first: string, second: string): string {
  if (first === second) return `Plug-in '${first}' registers the ${kind} '${name}' twice: register it once.`;
  return `The ${kind} '${name}' is registered by both '${first}' and '${second}': leave one of the plug-ins out, or rename the ${kind} in one of them.`;
}

/** A sentence for each other version of core that plug-ins were made with. Two copies of one version do the same, and are nobody's trouble. */
function otherCores(plugins: readonly Plugin[]): readonly string[] {
  const foreign = plugins.flatMap(({ name, '~core': core }) =>
    core === undefined || core.url === coreUrl || core.version === coreVersion() ? [] : [{ name, version: core.version }],
  );
  return Array.from(
    Map.groupBy(foreign, ({ version }) => version),
    ([version, those]) => {
      const names = those.map(({ name }) => `'${name}'`).join(', ');
      const [whose, update] =
        those.length === 1
          ? [`Plug-in ${names} brings a @touchstone/core of its own`, 'a newer version of the plug-in']
          : [`Plug-ins ${names} bring a @touchstone/core of their own`, 'newer versions of the plug-ins'];
      return `${whose}, ${version} beside ${coreVersion()}: npm ls @touchstone/core shows both, npm dedupe or ${update} leaves one.`;
    },
  );
}
