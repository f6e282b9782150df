import type { Evaluator, EvaluatorSource, ModelType, OneToken } from '../contracts/index.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import { messageOf, type Problem, TouchstoneError } from '../errors/touchstone-error.ts';
import { type Container, construct, resolveOne } from '../registry/container.ts';
import { missingPack, perhapsLeftOut } from '../registry/left-out.ts';
import type { Registrations } from '../registry/plugins.ts';
import { defaultEvaluator } from './default-evaluator.ts';
import { orderEvaluators } from './order-evaluators.ts';

export interface EvaluatorSupply {
  readonly container: Container;
  readonly registrations: Registrations;
  readonly modelTypes: readonly ModelType[];
}

/**
 * The evaluators of one evaluation, built in the container of its run: those asked for by name or object, or else
 * the default one and every registered one that supports the model type. Each is there once, after those whose outcomes it reads.
 * The default one gives way to the evaluator that the model type names, where that one is registered.
 */
export function chooseEvaluators(
  asked: unknown,
  modelType: string | undefined,
  from: EvaluatorSupply,
  problems: Problem[],
): readonly Evaluator[] {
  const earlier = problems.length;
  const chosen = chosenEvaluators(asked, modelType, from, problems);
  // One that could not be made would be missed by those that wait for it, which is said already.
  if (problems.length > earlier) return chosen;
  const { registrations } = from;
  return orderEvaluators(
    chosen,
    {
      asked: asked !== undefined,
      isKnown: (name) => name === 'default' || registrations.evaluators.has(name) || chosen.some((one) => one.name === name),
      unknown: (name, others) => unknownEvaluator(name, from, others),
    },
    problems,
  );
}

function chosenEvaluators(
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
      if (asked === undefined && refusesUnbuilt(source, modelType)) return [];
      problems.push(...error.problems);
      return [];
    }
  };
  const defaults = (): readonly Evaluator[] => (standIn === undefined ? [defaultEvaluator] : build(standIn.value));
  if (asked === undefined) {
    const applying = applyingSources(modelType, from)
      .flatMap(build)
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

/** Those that may apply, as far as that is known before they are built: what does not apply may miss its services. */
function applyingSources(modelType: string | undefined, { registrations }: EvaluatorSupply): readonly EvaluatorSource[] {
  const registered = registrations.evaluators;
  let applying = [...registered.values()]
    .map(({ value }) => value)
    .filter((source) => !('supports' in source) || source.supports?.(modelType) !== false);
  for (;;) {
    const names = new Set(applying.map(({ name }) => name));
    const left = applying.filter((source) => !awaited(source).some((name) => registered.has(name) && !names.has(name)));
    if (left.length === applying.length) return left;
    applying = left;
  }
}

/** Whether a class that cannot be built would not apply anyway: what it says of the model type without its services. */
function refusesUnbuilt(source: EvaluatorSource, modelType: string | undefined): boolean {
  if (typeof source !== 'function') return false;
  try {
    const unbuilt: Evaluator = Object.create(source.prototype);
    return unbuilt.supports(modelType) === false;
  } catch {
    // It needs what its constructor makes, so nobody can tell.
    return false;
  }
}

function awaited(source: EvaluatorSource): readonly string[] {
  const after: unknown = 'after' in source ? source.after : undefined;
  return isNames(after) ? after : [];
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
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
  if (isEvaluator(built) && (built.after === undefined || isNames(built.after))) return built;
  if (isEvaluator(built))
    throw new TouchstoneError(
      'not-an-evaluator',
      `${what}: after must be a list of names of evaluators, such as ['classifier'].`,
    );
  throw new TouchstoneError(
    'not-an-evaluator',
    `${what} is no evaluator: it needs name, supports(modelType) and metrics(request).`,
  );
}

function unknownEvaluator(
  name: string,
  { registrations, modelTypes }: EvaluatorSupply,
  others: readonly string[] = ['default'],
): string {
  const pack = modelTypes.find(({ evaluator }) => evaluator?.name === name)?.evaluator?.package;
  if (pack !== undefined) return `The evaluator '${name}' comes with ${pack}, ${missingPack(pack, registrations)}`;
  const hint = suggestion(name, new Set([...others, ...registrations.evaluators.keys()]), { list: 'There are' });
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
