/**
 * Inverse of a symmetric positive definite matrix of `size` rows, given and returned row by row; undefined when it is
 * singular up to rounding.
 */
export function inverseOf(matrix: Float64Array, size: number): Float64Array | undefined {
  const factor = cholesky(matrix, size);
  if (factor === undefined) return undefined;
  const inverse = new Float64Array(size * size);
  for (let column = 0; column < size; column++) {
    const unit = new Float64Array(size);
    unit[column] = 1;
    solveFactored(factor, unit).forEach((value, row) => {
      inverse[row * size + column] = value;
    });
  }
  return inverse;
}

/** The solution x of matrix · x = right, under the same conditions. */
export function solve(matrix: Float64Array, right: Float64Array): Float64Array | undefined {
  const factor = cholesky(matrix, right.length);
  return factor && solveFactored(factor, right);
}

/** Lower triangle L with L·Lᵀ = matrix. */
function cholesky(matrix: Float64Array, size: number): Float64Array | undefined {
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * size + j] ?? 0;
      for (let k = 0; k < j; k++) rest -= (lower[i * size + k] ?? 0) * (lower[j * size + k] ?? 0);
      if (i > j) {
        lower[i * size + j] = rest / (lower[j * size + j] ?? 1);
        continue;
      }
      // What is left of a pivot after rounding is no pivot.
      if (!(rest > 1e-13 * (matrix[i * size + i] ?? 0))) return undefined;
      lower[i * size + i] = Math.sqrt(rest);
    }
  }
  return lower;
}

function solveFactored(lower: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const x = Float64Array.from(right);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i] = (x[i] ?? 0) - (lower[i * size + k] ?? 0) * (x[k] ?? 0);
    x[i] = (x[i] ?? 0) / (lower[i * size + i] ?? 1);
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i] = (x[i] ?? 0) - (lower[k * size + i] ?? 0) * (x[k] ?? 0);
    x[i] = (x[i] ?? 0) / (lower[i * size + i] ?? 1);
  }
  return x;
}
