import type { Evaluator, EvaluatorSource, ModelType, OneToken } from '../contracts/index.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import { messageOf, type Problem, TouchstoneError } from '../errors/touchstone-error.ts';
import { type Container, construct, resolveOne } from '../registry/container.ts';
import { missingPack, perhapsLeftOut } from '../registry/left-out.ts';
import type { Registrations } from '../registry/plugins.ts';
import { defaultEvaluator } from './default-evaluator.ts';

export interface EvaluatorSupply {
  readonly container: Container;
  readonly registrations: Registrations;
  readonly modelTypes: readonly ModelType[];
}

/**
 * The evaluators of one evaluation, built in the container of its run: those asked for by name or object, or else
 * the default one and every registered one that supports the model type. Each is there once.
 * The default one gives way to the evaluator that the model type names, where that one is registered.
 */
export function chooseEvaluators(
  asked: unknown,
  modelType: string | undefined,
  from: EvaluatorSupply,
  problems: Problem[],
): readonly Evaluator[] {
  const registered = from.registrations.evaluators;
  const standIn = registered.get(from.modelTypes.find(({ name }) => name === modelType)?.evaluator?.name ?? '');
  const build = (source: EvaluatorSource): readonly Evaluator[] => {
    try {
      return [buildEvaluator(source, from.container)];
    } catch (error) {
      if (!TouchstoneError.isInstance(error)) throw error;
      problems.push(...error.problems);
      return [];
    }
  };
  const defaults = (): readonly Evaluator[] => (standIn === undefined ? [defaultEvaluator] : build(standIn.value));
  if (asked === undefined) {
    const applying = [...registered.values()]
      .filter(({ value }) => !('supports' in value) || value.supports?.(modelType) !== false)
      .flatMap(({ value }) => build(value))
      .filter((evaluator) => evaluator.supports(modelType));
    return uniqueByName([...defaults(), ...applying]);
  }
  const chosen = (Array.isArray(asked) ? asked : [asked]).flatMap((one: unknown, index): readonly Evaluator[] => {
    if (one === 'default') return defaults();
    if (typeof one === 'string') {
      const found = registered.get(one);
      if (found !== undefined) return build(found.value);
      const named = classNamed(one, from);
      if (named !== undefined) return [named];
      problems.push({ code: 'unknown-evaluator', message: unknownEvaluator(one, from) });
      return [];
    }
    if (isEvaluatorSource(one)) return build(one);
    const which = Array.isArray(asked) ? `evaluators[${index}]` : 'evaluators';
    const message = `${which} is no evaluator: pass a name, or what defineEvaluator made.`;
    problems.push({ code: 'not-an-evaluator', message });
    return [];
  });
  return uniqueByName(chosen);
}

/** @throws TouchstoneError `not-provided`, `not-injectable`, `evaluator-failed`, `not-an-evaluator` */
function buildEvaluator(source: EvaluatorSource, container: Container): Evaluator {
  const what = `Evaluator '${source.name}'`;
  let built: Evaluator;
  try {
    if (typeof source === 'function') built = construct(container, source, what);
    else if ('build' in source) built = source.build(<T>(token: OneToken<T>) => resolveOne(container, token, what));
    else built = source;
  } catch (error) {
    if (TouchstoneError.isInstance(error)) throw error;
    throw new TouchstoneError('evaluator-failed', `${what} could not be made: ${messageOf(error)}`, { cause: error });
  }
  if (isEvaluator(built)) return built;
  throw new TouchstoneError(
    'not-an-evaluator',
    `${what} is no evaluator: it needs name, supports(modelType) and metrics(request).`,
  );
}

function unknownEvaluator(name: string, { registrations, modelTypes }: EvaluatorSupply): string {
  const pack = modelTypes.find(({ evaluator }) => evaluator?.name === name)?.evaluator?.package;
  if (pack !== undefined) return `The evaluator '${name}' comes with ${pack}, ${missingPack(pack, registrations)}`;
  const hint = suggestion(name, ['default', ...registrations.evaluators.keys()], { list: 'There are' });
  return `There is no evaluator '${name}'.${hint}${perhapsLeftOut(registrations)}`;
}

/** A registered class is known by its own name until it is built; then it may say another. */
function classNamed(name: string, { container, registrations }: EvaluatorSupply): Evaluator | undefined {
  for (const { value } of registrations.evaluators.values()) {
    if (typeof value !== 'function') continue;
    try {
      const built = buildEvaluator(value, container);
      if (built.name === name) return built;
    } catch {
      // Another evaluator was asked for; what is wrong with this one does not matter.
    }
  }
  return undefined;
}

function uniqueByName(evaluators: readonly Evaluator[]): readonly Evaluator[] {
  return evaluators.filter(({ name }, at) => evaluators.findIndex((other) => other.name === name) === at);
}

function isEvaluatorSource(value: unknown): value is EvaluatorSource {
  if (typeof value === 'function') return true;
  return typeof value === 'object' && value !== null && 'name' in value && ('build' in value || 'metrics' in value);
}

function isEvaluator(value: unknown): value is Evaluator {
  if (typeof value !== 'object' || value === null) return false;
  const { name, supports, metrics }: Readonly<Record<string, unknown>> = Object(value);
  return typeof name === 'string' && typeof supports === 'function' && typeof metrics === 'function';
}
