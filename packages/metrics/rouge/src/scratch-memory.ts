/** Zeros, at least as many as asked for. They belong to the caller until the next call. */
export type ScratchMemory = (length: number) => Int32Array;

/**
 * Working memory that one synchronous function uses again at each call: at the length of most texts a new typed array takes
 * longer to create than to use. What is large is made anew and given back to the collector.
 */
export function createScratchMemory(): ScratchMemory {
  let kept = new Int32Array(1024);
  return (length) => {
    if (length > largestKept) return new Int32Array(length);
    if (length > kept.length) kept = new Int32Array(2 ** Math.ceil(Math.log2(length)));
    else kept.fill(0, 0, length);
    return kept;
  };
}

const largestKept = 2 ** 16;
