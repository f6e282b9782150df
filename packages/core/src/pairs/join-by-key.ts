/** Two items of one key, or one that has no partner. */
export type Joined<T> =
  | { readonly a: T; readonly b: T }
  | { readonly a: T; readonly b?: undefined }
  | { readonly a?: undefined; readonly b: T };

/**
 * Full outer join of two sequences whose keys are unique: in the order of the first, then what only the second has, in its order.
 * Both are read side by side. Equal orders hold one item in memory; for others, as many as the orders are apart.
 */
export async function* joinByKey<T>(
  first: AsyncIterable<T>,
  second: AsyncIterable<T>,
  keyOf: (item: T) => string,
): AsyncGenerator<Joined<T>> {
  const waiting = new Map<string, T>();
  const others = second[Symbol.asyncIterator]();
  let done = false;
  try {
    for await (const a of first) {
      const key = keyOf(a);
      while (!waiting.has(key) && !done) {
        const next = await others.next();
        if (next.done === true) done = true;
        else waiting.set(keyOf(next.value), next.value);
      }
      const b = waiting.get(key);
      waiting.delete(key);
      yield b === undefined ? { a } : { a, b };
    }
    for (const b of waiting.values()) yield { b };
    while (!done) {
      const next = await others.next();
      if (next.done === true) done = true;
      else yield { b: next.value };
    }
  } finally {
    if (!done) await others.return?.();
  }
}
