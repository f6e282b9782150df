import type { Evaluator, EvaluatorSource, OneToken } from '../contracts/index.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import { messageOf, type Problem, TouchstoneError } from '../errors/touchstone-error.ts';
import { type Container, construct, resolveOne } from '../registry/container.ts';
import type { Registrations } from '../registry/plugins.ts';
import { defaultEvaluator } from './default-evaluator.ts';

/**
 * The evaluators of one evaluation, built in the container of its run: those asked for by name or object, or else
 * the default one and every registered one that supports the model type. Each is there once.
 */
export function chooseEvaluators(
  asked: unknown,
  modelType: string | undefined,
  from: { readonly container: Container; readonly registrations: Registrations },
  problems: Problem[],
): readonly Evaluator[] {
  const registered = from.registrations.evaluators;
  const build = (source: EvaluatorSource): readonly Evaluator[] => {
    try {
      return [buildEvaluator(source, from.container)];
    } catch (error) {
      if (!TouchstoneError.isInstance(error)) throw error;
      problems.push(...error.problems);
      return [];
    }
  };
  if (asked === undefined) {
    const applying = [...registered.values()]
      .filter(({ value }) => !('supports' in value) || value.supports?.(modelType) !== false)
      .flatMap(({ value }) => build(value))
      .filter((evaluator) => evaluator.supports(modelType));
    return uniqueByName([defaultEvaluator, ...applying]);
  }
  const chosen = (Array.isArray(asked) ? asked : [asked]).flatMap((one: unknown, index): readonly Evaluator[] => {
    if (one === 'default') return [defaultEvaluator];
    if (typeof one === 'string') {
      const found = registered.get(one);
      if (found !== undefined) return build(found.value);
      const named = classNamed(one, from);
      if (named !== undefined) return [named];
      const hint = suggestion(one, ['default', ...registered.keys()], { list: 'There are' });
      problems.push({ code: 'unknown-evaluator', message: `There is no evaluator '${one}'.${hint}` });
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

/** A registered class is known by its own name until it is built; then it may say another. */
function classNamed(
  name: string,
  { container, registrations }: { readonly container: Container; readonly registrations: Registrations },
): Evaluator | undefined {
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
