/** Rows of a matrix, one after another. */
export interface Rows {
  readonly values: Float32Array;
  readonly width: number;
}

/** One example: a row of the matrix, what it is, and how much it counts. */
export interface Example {
  readonly row: number;
  readonly toxic: boolean;
  readonly weight: number;
}

/** `width` weights and, last, the bias. */
export type Weights = Float64Array;

/**
 * Logistic regression with an L2 penalty on the weights (not on the bias), by L-BFGS (Nocedal and Wright, Numerical Optimization,
 * algorithm 7.5) with backtracking. No random numbers: the same examples in the same order give the same weights.
 */
export function learn(rows: Rows, examples: readonly Example[], penalty: number): Weights {
  let weights: Weights = new Float64Array(rows.width + 1);
  let now = lossAt(rows, examples, penalty, weights);
  const steps: Step[] = [];
  for (let round = 0; round < 500 && norm(now.gradient) > 1e-6; round++) {
    const direction = descent(now.gradient, steps);
    const slope = dot(direction, now.gradient);
    let [length, next] = [1, weights];
    let then = now;
    do {
      next = weights.map((weight, index) => weight + length * (direction[index] ?? 0));
      then = lossAt(rows, examples, penalty, next);
      length /= 2;
    } while (then.loss > now.loss + 1e-4 * 2 * length * slope && length > 1e-10);
    steps.push({ moved: difference(next, weights), bent: difference(then.gradient, now.gradient) });
    if (steps.length > 10) steps.shift();
    [weights, now] = [next, then];
  }
  return weights;
}

/** The probability of toxicity that the weights give to a row. */
export function probability(rows: Rows, row: number, weights: Weights): number {
  return 1 / (1 + Math.exp(-margin(rows, row, weights)));
}

function margin({ values, width }: Rows, row: number, weights: Weights): number {
  let sum = weights[width] ?? 0;
  const offset = row * width;
  for (let index = 0; index < width; index++) sum += (weights[index] ?? 0) * (values[offset + index] ?? 0);
  return sum;
}

interface Loss {
  readonly loss: number;
  readonly gradient: Float64Array;
}

/** Weighted mean of the negative log-likelihood, and the penalty. */
function lossAt(rows: Rows, examples: readonly Example[], penalty: number, weights: Weights): Loss {
  const { values, width } = rows;
  const gradient = new Float64Array(width + 1);
  let [loss, total] = [0, 0];
  for (const { row, toxic, weight } of examples) {
    const signed = toxic ? margin(rows, row, weights) : -margin(rows, row, weights);
    // log(1 + e^-x) without overflow.
    loss += weight * (Math.max(0, -signed) + Math.log1p(Math.exp(-Math.abs(signed))));
    total += weight;
    const pull = (weight / (1 + Math.exp(signed))) * (toxic ? -1 : 1);
    const offset = row * width;
    for (let index = 0; index < width; index++) gradient[index] = (gradient[index] ?? 0) + pull * (values[offset + index] ?? 0);
    gradient[width] = (gradient[width] ?? 0) + pull;
  }
  let squares = 0;
  for (let index = 0; index <= width; index++) {
    const shrunk = index < width ? penalty * (weights[index] ?? 0) : 0;
    squares += shrunk * (weights[index] ?? 0);
    gradient[index] = (gradient[index] ?? 0) / total + shrunk;
  }
  return { loss: loss / total + squares / 2, gradient };
}

interface Step {
  readonly moved: Float64Array;
  readonly bent: Float64Array;
}

/** The two loops of L-BFGS: the gradient times an estimate of the inverse Hessian, downhill. */
function descent(gradient: Float64Array, steps: readonly Step[]): Float64Array {
  const direction = gradient.map((value) => -value);
  const shares = steps.toReversed().map(({ moved, bent }) => {
    const share = dot(moved, direction) / dot(moved, bent);
    add(direction, bent, -share);
    return share;
  });
  const last = steps.at(-1);
  if (last !== undefined) {
    const scale = dot(last.moved, last.bent) / dot(last.bent, last.bent);
    for (let index = 0; index < direction.length; index++) direction[index] = (direction[index] ?? 0) * scale;
  }
  for (const [index, { moved, bent }] of steps.entries()) {
    const share = shares[steps.length - 1 - index] ?? 0;
    add(direction, moved, share - dot(bent, direction) / dot(moved, bent));
  }
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}

function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, index) => value - (b[index] ?? 0));
}

function add(to: Float64Array, a: Float64Array, times: number): void {
  for (let index = 0; index < to.length; index++) to[index] = (to[index] ?? 0) + times * (a[index] ?? 0);
}
