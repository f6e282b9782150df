import type { Evaluator, EvaluatorSource, OneToken } from '../contracts/index.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import { type Problem, TouchstoneError } from '../errors/touchstone-error.ts';
import { type Container, resolveOne } from '../registry/container.ts';
import type { Registrations } from '../registry/plugins.ts';
import { defaultEvaluator } from './default-evaluator.ts';

/**
 * The evaluators of one evaluation, built in the container of its run: those asked for by name or object, or else
 * the default one and every registered one that supports the model type.
 */
export function chooseEvaluators(
  asked: unknown,
  modelType: string | undefined,
  from: { readonly container: Container; readonly registrations: Registrations },
  problems: Problem[],
): readonly Evaluator[] {
  const build = (source: EvaluatorSource): Evaluator | undefined => {
    try {
      return buildEvaluator(source, from.container);
    } catch (error) {
      if (!TouchstoneError.isInstance(error)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  if (asked === undefined) {
    const registered = [...from.registrations.evaluators.values()].flatMap(({ value }) => build(value) ?? []);
    return [defaultEvaluator, ...registered.filter((evaluator) => evaluator.supports(modelType))];
  }
  return (Array.isArray(asked) ? asked : [asked]).flatMap((one: unknown, index) => {
    if (typeof one === 'string') {
      if (one === 'default') return [defaultEvaluator];
      const found = from.registrations.evaluators.get(one);
      if (found !== undefined) return build(found.value) ?? [];
      const hint = suggestion(one, ['default', ...from.registrations.evaluators.keys()], { list: 'There are' });
      problems.push({ code: 'unknown-evaluator', message: `There is no evaluator '${one}'.${hint}` });
      return [];
    }
    if (isEvaluatorSource(one)) return build(one) ?? [];
    problems.push({
      code: 'not-an-evaluator',
      message: `evaluators[${index}] is no evaluator: pass a name, or what defineEvaluator made.`,
    });
    return [];
  });
}

function buildEvaluator(source: EvaluatorSource, container: Container): Evaluator {
  if (typeof source === 'function') return container.resolve<Evaluator>(source as new (...dependencies: unknown[]) => Evaluator);
  if ('build' in source)
    return source.build(<T>(token: OneToken<T>) => resolveOne(container, token, `Evaluator '${source.name}'`));
  return source;
}

function isEvaluatorSource(value: unknown): value is EvaluatorSource {
  if (typeof value === 'function') return true;
  return typeof value === 'object' && value !== null && 'name' in value && ('build' in value || 'metrics' in value);
}
