import type { Evaluator } from '../contracts/index.ts';
import type { Problem } from '../errors/touchstone-error.ts';

export interface OrderSetting {
  /** Whether somebody asked for these. The others apply by themselves, and only together with those that they wait for. */
  readonly asked: boolean;
  /** Whether there is such an evaluator, be it part of this evaluation or not. */
  isKnown(name: string): boolean;
  /** A sentence about a name that is not known. */
  unknown(name: string, known: readonly string[]): string;
}

/** Orders evaluators so that each finishes after those whose outcomes it reads; otherwise in the order given. Names what is missing and what goes in circles. */
export function orderEvaluators(
  evaluators: readonly Evaluator[],
  setting: OrderSetting,
  problems: Problem[],
): readonly Evaluator[] {
  const byName = new Map(evaluators.map((one) => [one.name, one]));
  const ordered: Evaluator[] = [];
  const state = new Map<string, 'open' | 'placed' | 'left out'>();
  const path: string[] = [];

  /** Whether it is part of the evaluation. */
  const place = (one: Evaluator): boolean => {
    const known = state.get(one.name);
    if (known === 'open') {
      const circle = [...path.slice(path.indexOf(one.name)), one.name].join(' → ');
      problems.push({
        code: 'circular-evaluators',
        message: `These evaluators finish after each other in a circle: ${circle}. Take one name out of after.`,
      });
      return true;
    }
    if (known !== undefined) return known === 'placed';
    state.set(one.name, 'open');
    path.push(one.name);
    const missing = (one.after ?? []).filter((name) => {
      const other = byName.get(name);
      return other === undefined || !place(other);
    });
    path.pop();
    for (const name of missing) {
      if (!setting.isKnown(name)) {
        const others = [...byName.keys()].filter((known) => known !== one.name);
        problems.push({
          code: 'unknown-evaluator',
          message: `Evaluator '${one.name}' finishes after another one: ${beginningSmall(setting.unknown(name, others))}`,
        });
      } else if (setting.asked) {
        const together = [...missing, ...byName.keys()].map((name) => `'${name}'`).join(', ');
        problems.push({
          code: 'missing-evaluator',
          message: `Evaluator '${one.name}' finishes after '${name}', which is not part of this evaluation: ask for both, evaluators: [${together}].`,
        });
      }
    }
    state.set(one.name, missing.length === 0 ? 'placed' : 'left out');
    if (missing.length === 0) ordered.push(one);
    return missing.length === 0;
  };
  for (const one of evaluators) place(one);
  return ordered;
}

function beginningSmall(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}
