import { solve } from '../cholesky.ts';

/** A concave log-likelihood near one point. */
export interface LocalLikelihood {
  readonly value: number;
  readonly gradient: Float64Array;
  /** Minus the second derivatives, row by row. */
  readonly information: Float64Array;
}

/** Where a log-likelihood is largest. */
export interface Maximum extends LocalLikelihood {
  readonly at: Float64Array;
}

/**
 * Newton's method with step halving for a concave log-likelihood, until no parameter moves by 1e-10. Undefined when there
 * is no finite maximum: the parameters run off, or the data do not determine them all.
 */
export function maximum(start: Float64Array, likelihood: (at: Float64Array) => LocalLikelihood): Maximum | undefined {
  let here: Maximum = { at: start, ...likelihood(start) };
  // A finite maximum takes fewer than ten steps; parameters that run off to infinity move by about one each time.
  for (let iteration = 0; iteration < 100; iteration++) {
    const step = solve(here.information, here.gradient);
    if (step === undefined) return undefined;
    here = climb(here, step, likelihood);
    if (step.every((move) => Math.abs(move) < 1e-10)) return here;
  }
  return undefined;
}

/** The step, or the largest half, quarter, … of it that does not go down by more than rounding. */
function climb(from: Maximum, step: Float64Array, likelihood: (at: Float64Array) => LocalLikelihood): Maximum {
  let share = 1;
  for (;;) {
    const at = from.at.map((value, i) => value + share * (step[i] ?? 0));
    const there = likelihood(at);
    if (there.value >= from.value - 1e-10 * Math.abs(from.value) || share < 1e-6) return { at, ...there };
    share /= 2;
  }
}
