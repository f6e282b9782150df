/**
 * The sum of `of(0) … of(count - 1)`, added pairwise in the very order in which NumPy adds. Its error hardly grows with the count,
 * and R² of constant targets is nothing but this error: with another order it would be another number than scikit-learn's.
 */
export function pairwiseSum(count: number, of: (index: number) => number): number {
  return sumOf(0, count, of);
}

/** NumPy adds blocks of at most this many numbers in eight rows. */
const BLOCK = 128;

function sumOf(from: number, count: number, of: (index: number) => number): number {
  if (count > BLOCK) {
    const half = Math.floor(count / 2);
    const left = half - (half % 8);
    return sumOf(from, left, of) + sumOf(from + left, count - left, of);
  }
  if (count < 8) {
    let sum = -0;
    for (let index = from; index < from + count; index++) sum += of(index);
    return sum;
  }
  const rows = [0, 1, 2, 3, 4, 5, 6, 7].map((row) => of(from + row));
  const whole = count - (count % 8);
  for (let index = 8; index < whole; index += 8) {
    for (let row = 0; row < 8; row++) rows[row] = (rows[row] ?? 0) + of(from + index + row);
  }
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = rows;
  let sum = a + b + (c + d) + (e + f + (g + h));
  for (let index = whole; index < count; index++) sum += of(from + index);
  return sum;
}
