/** Numbers from 0 to below 1, the same ones for the same seed (xorshift32; good enough to draw words with). */
export function uniforms(seed: number): () => number {
  let state = seed + 0x9e3779b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
