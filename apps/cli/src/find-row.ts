import { type JournalReader, type RunRecord, suggestion, TouchstoneError } from '@touchstone/core';

export interface Place {
  readonly ordinal: number;
  readonly key: string;
}

/** Keys that a mistyped one is compared with. */
const MOST_COMPARED = 10_000;

/**
 * A row by its key, else by its number, which begins at 1, else by the only key that begins so.
 * @throws TouchstoneError `row-not-found`, `row-ambiguous`
 */
export async function findRow(asked: string, reader: JournalReader, { name }: Pick<RunRecord, 'name'>): Promise<Place> {
  const number = /^[1-9]\d*$/u.test(asked) ? Number(asked) : undefined;
  const keys: string[] = [];
  const beginning: Place[] = [];
  let numbered: Place | undefined;
  for await (const rows of reader.rows()) {
    for (const { ordinal, key } of rows) {
      if (key === asked) return { ordinal, key };
      if (ordinal + 1 === number) numbered = { ordinal, key };
      if (asked !== '' && key.startsWith(asked)) beginning.push({ ordinal, key });
      if (keys.length < MOST_COMPARED) keys.push(key);
    }
  }
  if (numbered !== undefined) return numbered;
  const [only, ...others] = beginning;
  if (only !== undefined && others.length === 0) return only;
  const how = 'name it by its key, or by its number as touchstone rows shows it.';
  if (only !== undefined) {
    const message = `${beginning.length} rows of run ${name} have keys that begin with '${asked}': type more of the key.`;
    throw new TouchstoneError('row-ambiguous', message);
  }
  throw new TouchstoneError('row-not-found', `Run ${name} has no row '${asked}': ${how}${suggestion(asked, keys)}`);
}
