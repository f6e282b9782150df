import { TouchstoneError } from '@touchstone/core';

/** A column and what kind of values it holds, in words; `null` where it holds none. */
export type Kinds = ReadonlyMap<string, string>;

/** Files that are read as one have the same columns, in any order. @throws TouchstoneError `different-columns` */
export function checkSameColumns(name: string, columns: readonly string[], firstName: string, first: readonly string[]): void {
  const [here, there] = [new Set(columns), new Set(first)];
  const missing = first.filter((column) => !here.has(column));
  const added = columns.filter((column) => !there.has(column));
  if (missing.length === 0 && added.length === 0) return;
  const differences = [
    ...(missing.length === 0 ? [] : [`lacks ${listed(missing)}`]),
    ...(added.length === 0 ? [] : [`has ${listed(added)} besides`]),
  ];
  throw new TouchstoneError(
    'different-columns',
    `${name} has other columns than ${firstName}: it ${differences.join(', and it ')}. Files that are read as one have the same columns.`,
  );
}

/** The same columns, and in each of them the same kind of values; a column without values fits everywhere. @throws TouchstoneError `different-columns` */
export function checkSameKinds(name: string, kinds: Kinds, firstName: string, first: Kinds): void {
  checkSameColumns(name, [...kinds.keys()], firstName, [...first.keys()]);
  for (const [column, kind] of kinds) {
    const other = first.get(column);
    if (kind === other || kind === 'null' || other === 'null') continue;
    throw new TouchstoneError(
      'different-columns',
      `The column '${column}' holds ${kind} in ${name}, and ${other} in ${firstName}. Files that are read as one hold the same in a column.`,
    );
  }
}

function listed(columns: readonly string[]): string {
  const shown = columns.slice(0, 5).map((column) => `'${column}'`);
  return `${shown.join(', ')}${columns.length > 5 ? ` and ${columns.length - 5} more` : ''}`;
}
