import { TouchstoneError } from '../../errors/touchstone-error.ts';
import { readCassette, readText, writeCassette } from './cassette-file.ts';
import { cassetteNotFound } from './check-cassette.ts';
import { hashOf, type LastUse, readLastUse, writeLastUse } from './last-use.ts';

export interface PrunedCassette {
  readonly file: string;
  readonly kept: number;
  readonly dropped: number;
  readonly lastUse: Pick<LastUse, 'at' | 'mode'>;
}

/**
 * Drops the calls that the last use of a cassette did not ask for, and puts the rest in order.
 *
 * @throws TouchstoneError `cassette-not-found`, `bad-cassette`, `cassette-not-written`; `last-use-unknown` when it cannot be told what is
 *   needed: nobody has used the file here, it has changed since, or the last use was a part of an evaluation
 */
export async function pruneCassette(file: string): Promise<PrunedCassette> {
  const text = readText(file);
  const lines = readCassette(file);
  if (text === undefined || lines === undefined) throw cassetteNotFound(file);
  const use = readLastUse(file);
  const unknown = reasonNotToTell(file, use, text);
  if (use === undefined || unknown !== undefined) {
    throw new TouchstoneError(
      'last-use-unknown',
      `${unknown} Run all evaluations of this cassette to their end, by one command and with mode 'replay', and prune then. Nothing was dropped.`,
    );
  }
  const used = new Set(use.keys);
  const kept = Array.from(lines, ([key, line]) => ({ key, text: line })).filter(({ key }) => used.has(key));
  const pruned = await writeCassette(file, kept, new Map());
  await writeLastUse(file, { ...use, cassette: hashOf(pruned) });
  return { file, kept: kept.length, dropped: lines.size - kept.length, lastUse: { at: use.at, mode: use.mode } };
}

function reasonNotToTell(file: string, use: LastUse | undefined, text: string): string | undefined {
  if (use === undefined) return `It is not known which calls of '${file}' are needed: nobody has used it here.`;
  if (use.cassette !== hashOf(text))
    return `It is not known which calls of '${file}' are needed: it has changed since its last use.`;
  if (use.extent === 'whole') return undefined;
  return `It is not known which calls of '${file}' are needed: its last use was interrupted, or went on with an earlier one.`;
}
