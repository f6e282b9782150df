/** Throws when a program gets something else than it should. Needs no package and no types of Node. */
export function equal(actual: unknown, expected: unknown): void {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (got !== wanted) throw new Error(`expected ${wanted}, and it is ${got}`);
}

export function close(actual: number | undefined, expected: number): void {
  if (actual === undefined || Math.abs(actual - expected) > 1e-9) throw new Error(`expected ${expected}, and it is ${actual}`);
}
