import { requestRandom } from './request-random.ts';

/** A vector of length 1 whose direction depends on seed, model and text only: equal texts are equal, others nearly orthogonal. */
export function defaultVector(seed: number, model: string, text: string, dimensions: number): readonly number[] {
  const direction = requestRandom(seed, `${model}\n${text}`).normals('vector', dimensions);
  const length = Math.hypot(...direction);
  return Array.from(direction, (value) => value / length);
}
