import {
  CONTRACT_VERSION,
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
import type { Container } from './container.ts';

/** What the plug-ins of one Touchstone registered, by name. */
export interface Registrations {
  readonly plugins: readonly Plugin[];
  readonly metrics: ReadonlyMap<string, Owned<MetricEntry>>;
  readonly evaluators: ReadonlyMap<string, Owned<EvaluatorSource>>;
  readonly adapters: ReadonlyMap<string, Owned<ModelAdapter>>;
}

interface Owned<T> {
  readonly value: T;
  readonly plugin: string;
}

/**
 * Lets every plug-in register, and refuses all that is wrong in one error: a newer contract, a name that is taken, a plug-in that throws.
 * @throws TouchstoneError `plugin-contract`, `name-taken`, `plugin-failed`, `not-a-plugin`, or several of them
 */
export function registerPlugins(container: Container, core: Plugin, plugins: readonly Plugin[]): Registrations {
  const problems: Problem[] = [];
  const metrics = new Map<string, Owned<MetricEntry>>();
  const evaluators = new Map<string, Owned<EvaluatorSource>>();
  const adapters = new Map<string, Owned<ModelAdapter>>();

  const names = new Set<string>();

  const all = [core, ...plugins];
  for (const [index, plugin] of all.entries()) {
    const wrong = refuse(plugin, `plugins[${index - 1}]`);
    if (wrong !== undefined) {
      problems.push(wrong);
      continue;
    }
    if (names.has(plugin.name)) {
      const message = `Two plug-ins are named '${plugin.name}': leave one of them out, or rename one.`;
      problems.push({ code: 'name-taken', message });
      continue;
    }
    names.add(plugin.name);
    const take = <T>(kind: string, owned: Map<string, Owned<T>>, name: string, value: T): void => {
      const owner = owned.get(name);
      if (owner === undefined) owned.set(name, { value, plugin: plugin.name });
      else problems.push({ code: 'name-taken', message: taken(kind, name, owner.plugin, plugin.name) });
    };
    const registry: Registry = {
      metric: (name, make) => {
        const entry = { name, make };
        take('metric', metrics, name, entry);
        container.register(METRICS, { useValue: entry });
      },
      evaluator: (evaluator) => {
        take('evaluator', evaluators, evaluator.name, evaluator);
        container.register(EVALUATORS, { useValue: evaluator });
      },
      adapter: (scheme, make, about) => {
        const adapter = { scheme, make, ...(about === undefined ? {} : { about }) };
        take('scheme', adapters, scheme, adapter);
        container.register(MODEL_ADAPTERS, { useValue: adapter });
      },
      add: (token, value) => container.register(token, { useValue: value }),
      provide: (token, value) => container.register(token, { useValue: value }),
    };
    try {
      const result: unknown = plugin.register(registry);
      if (isPromise(result)) {
        result.then(undefined, () => undefined);
        const message = `Plug-in '${plugin.name}' registers asynchronously, so nobody would know when it is done: register must not be async.`;
        problems.push({ code: 'plugin-failed', message });
      }
    } catch (error) {
      problems.push({ code: 'plugin-failed', message: `Plug-in '${plugin.name}' failed while registering: ${messageOf(error)}` });
    }
  }
  throwProblems(problems);
  return { plugins: all, metrics, evaluators, adapters };
}

function refuse(plugin: Plugin, where: string): Problem | undefined {
  if (typeof plugin === 'function') {
    return {
      code: 'not-a-plugin',
      message: `${where} is a function: call the plug-in's factory, e.g. rouge() instead of rouge.`,
    };
  }
  if (typeof plugin !== 'object' || plugin === null || typeof plugin.register !== 'function' || typeof plugin.name !== 'string') {
    return {
      code: 'not-a-plugin',
      message: `${where} is not a plug-in: it needs name, contract and register. Make one with definePlugin({ name, metrics }).`,
    };
  }
  if (plugin.contract > CONTRACT_VERSION) {
    return {
      code: 'plugin-contract',
      message: `Plug-in '${plugin.name}' was written for contract ${plugin.contract}, and this @touchstone/core speaks contract ${CONTRACT_VERSION}: update @touchstone/core.`,
    };
  }
  if (plugin.contract !== CONTRACT_VERSION) {
    return {
      code: 'plugin-contract',
      message: `Plug-in '${plugin.name}' says contract ${String(plugin.contract)}, and this @touchstone/core speaks contract ${CONTRACT_VERSION}: update the plug-in.`,
    };
  }
  return undefined;
}

function taken(kind: string, name: string, first: string, second: string): string {
  if (first === second) return `Plug-in '${first}' registers the ${kind} '${name}' twice: register it once.`;
  return `The ${kind} '${name}' is registered by both '${first}' and '${second}': leave one of the plug-ins out, or rename the ${kind} in one of them.`;
}
