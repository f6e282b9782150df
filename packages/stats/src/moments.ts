/** Mean and centred sum of squares of at least one value. */
export interface Moments {
  readonly mean: number;
  /** Σ(x − mean)². */
  readonly squares: number;
}

/**
 * Two passes: the second one corrects the mean by the mean residual and the squares by the squared sum of residuals
 * (Chan, Golub & LeVeque 1983, "corrected two-pass"), so that values far from 0 keep their variance.
 */
export function moments(values: Float64Array): Moments {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i] ?? 0;
  const rough = sum / n;
  let residuals = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const residual = (values[i] ?? 0) - rough;
    residuals += residual;
    squares += residual * residual;
  }
  return { mean: rough + residuals / n, squares: Math.max(0, squares - (residuals * residuals) / n) };
}
