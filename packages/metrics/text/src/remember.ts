/** The same function, which keeps the last `most` results by their argument. What throws is not kept. */
export function remember<T>(most: number, make: (key: string) => T): (key: string) => T {
  const made = new Map<string, { readonly value: T }>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known.value;
    const value = make(key);
    const [oldest] = made.keys();
    if (made.size === most && oldest !== undefined) made.delete(oldest);
    made.set(key, { value });
    return value;
  };
}
