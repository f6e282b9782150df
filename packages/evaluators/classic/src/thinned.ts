/** More points than this are not told apart in a picture, and make a table that nobody reads. */
const MOST = 1_000;

/**
 * At most some 1,000 points of a curve, spread evenly along its length, the first and the last among them: what lies between
 * two of them is nearer to both than a pixel.
 */
export function thinned<T>(points: readonly T[], at: (point: T) => readonly [number, number]): readonly T[] {
  if (points.length <= MOST) return points;
  let length = 0;
  const lengths = points.map((point, index) => {
    const [x, y] = at(point);
    const [lastX, lastY] = at(points[index - 1] ?? point);
    length += Math.abs(x - lastX) + Math.abs(y - lastY);
    return length;
  });
  let next = 0;
  return points.filter((_, index) => {
    const isLast = index === points.length - 1;
    if (!isLast && (lengths[index] ?? 0) < next) return false;
    next = (lengths[index] ?? 0) + length / (MOST - 2);
    return true;
  });
}
