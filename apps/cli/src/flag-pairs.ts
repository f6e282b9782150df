import { TouchstoneError } from '@touchstone/core';

/** `['a=b']` → `{ a: 'b' }`. @throws TouchstoneError `bad-option` */
export function pairsOf(flag: string, pairs: readonly string[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at <= 0) throw new TouchstoneError('bad-option', `${flag} is '${pair}': write ${flag} NAME=VALUE.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
