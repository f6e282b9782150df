/** What all code of the process shares: global names, the environment, the methods of built-in objects. */
export type Globals = ReadonlyMap<string, unknown>;

/** What is now otherwise than it was: `globalThis.cache`, `process.env.LANG`, `Array.prototype.last`. */
export function changedGlobals(before: Globals): readonly string[] {
  const after = globals();
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== LAZY && !Object.is(before.get(name), after.get(name)),
  );
}

/** Node defines some globals with a getter that puts a value in its place; data of `process` changes by itself. */
const LAZY = Symbol('lazy');

/** Objects that are extended by those who should not. */
const SHARED = { Object, Array, String, Number, Promise, Map, Set, Date, RegExp, Math, JSON, Intl, process } as const;

export function globals(): Globals {
  const seen = new Map<string, unknown>([['process.cwd()', process.cwd()]]);
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const property = Object.getOwnPropertyDescriptor(globalThis, name);
    seen.set(`globalThis.${name}`, property?.get === undefined ? property?.value : LAZY);
  }
  for (const [name, value] of Object.entries(process.env)) seen.set(`process.env.${name}`, value);
  for (const [name, shared] of Object.entries(SHARED)) {
    for (const owner of typeof shared === 'function' ? [shared, shared.prototype] : [shared]) {
      const place = owner === shared ? name : `${name}.prototype`;
      for (const key of Reflect.ownKeys(owner)) {
        const property = Reflect.getOwnPropertyDescriptor(owner, key);
        const value: unknown = property?.value;
        if (property?.get === undefined) seen.set(`${place}.${String(key)}`, typeof value === 'function' ? value : LAZY);
      }
    }
  }
  return seen;
}
