import { TouchstoneError } from '@touchstone/core';
import { FlatTable } from './flat-table.ts';
import type { RandomAccess } from './random-access.ts';

/** The record batches of Arrow data, and what is needed to decode them. */
export interface ArrowIndex {
  readonly schema: Place;
  readonly batches: readonly ArrowBatch[];
}

export interface ArrowBatch {
  readonly rows: number;
  readonly place: Place;
  /** The dictionaries that hold for it, in order; the same list for batches that share them. */
  readonly dictionaries: readonly Place[];
}

/** From the first byte of a message to behind its last. */
export type Place = readonly [start: number, end: number];

/**
 * Finds the record batches of an Arrow IPC file or stream, without reading their bodies. Format:
 * https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc
 *
 * @throws TouchstoneError `empty-data`; `broken-data` when it is no Arrow data, or a part of it is missing
 */
export function indexArrow(file: RandomAccess): ArrowIndex {
  if (file.size === 0) throw new TouchstoneError('empty-data', `${file.name} is empty; Arrow data holds at least a schema.`);
  const start = file.slice(0, 8).toString('latin1');
  if (start.startsWith('FEA1')) {
    throw new TouchstoneError(
      'broken-data',
      `${file.name} is Feather of version 1, which nothing writes any more: write it again as Arrow (Feather 2) or Parquet.`,
    );
  }
  try {
    return start.startsWith('ARROW1') ? indexFile(file) : indexStream(file);
  } catch (error) {
    if (error instanceof RangeError) throw noArrow(file, error);
    throw error;
  }
}

/** The file format: a footer says where everything is, and all dictionaries hold for all batches. */
function indexFile(file: RandomAccess): ArrowIndex {
  const tail = file.slice(Math.max(8, file.size - 10), file.size);
  const footerEnd = file.size - 10;
  const footerStart = footerEnd - (tail.length === 10 ? tail.readInt32LE(0) : 0);
  if (tail.toString('latin1', 4) !== 'ARROW1' || footerStart < 8 || footerStart >= footerEnd) throw cutOff(file);
  const footer = FlatTable.root(file.slice(footerStart, footerEnd));
  const messages = (field: number) => footer.longs(field, BLOCK).map((start) => knownMessage(file, Number(start)));
  const dictionaries = messages(FOOTER.dictionaries).map(({ place }) => place);
  return {
    schema: knownMessage(file, 8).place,
    batches: messages(FOOTER.recordBatches).map(({ rows, place }) => ({ rows, place, dictionaries })),
  };
}

/** The stream format: messages one after the other, and a dictionary holds for the batches behind it. */
function indexStream(file: RandomAccess): ArrowIndex {
  const schema = messageAt(file, 0);
  if (schema?.type !== HEADER.schema) throw noArrow(file);
  const batches: ArrowBatch[] = [];
  const dictionaries = new Map<bigint, readonly Place[]>();
  let current: readonly Place[] = [];
  let message = messageAt(file, schema.place[1]);
  for (; message !== undefined; message = messageAt(file, message.place[1])) {
    const { type, place, rows, dictionary, isDelta } = message;
    if (type === HEADER.recordBatch) batches.push({ rows, place, dictionaries: current });
    if (type !== HEADER.dictionaryBatch) continue;
    dictionaries.set(dictionary, isDelta ? [...(dictionaries.get(dictionary) ?? []), place] : [place]);
    current = [...dictionaries.values()].flat();
  }
  return { schema: schema.place, batches };
}

/** Fields of the tables in Message.fbs and File.fbs, by number. */
const MESSAGE = { headerType: 1, header: 2, bodyLength: 3 } as const;
const HEADER = { schema: 1, dictionaryBatch: 2, recordBatch: 3 } as const;
const FOOTER = { dictionaries: 2, recordBatches: 3 } as const;
/** The struct that says where a message of a file is; its first member is the offset. */
const BLOCK = 24;

interface Message {
  readonly type: number;
  readonly place: Place;
  /** Of a record batch. */
  readonly rows: number;
  /** Of a dictionary: its id, and whether it adds to the one before it. */
  readonly dictionary: bigint;
  readonly isDelta: boolean;
}

/** `undefined` at the end of a stream: its mark, or the end of the file. */
function messageAt(file: RandomAccess, start: number): Message | undefined {
  const prefix = file.slice(start, start + 8);
  if (prefix.length === 0) return undefined;
  if (prefix.length < 4) throw cutOff(file);
  // Before Arrow 0.15 the length came without the mark in front of it.
  const isMarked = prefix.readInt32LE(0) === -1;
  if (isMarked && prefix.length < 8) throw cutOff(file);
  const length = prefix.readInt32LE(isMarked ? 4 : 0);
  if (length === 0) return undefined;
  const from = start + (isMarked ? 8 : 4);
  if (length < 0) throw noArrow(file);
  if (from + length > file.size) throw start === 0 ? noArrow(file) : cutOff(file);
  const message = FlatTable.root(file.slice(from, from + length));
  const end = from + length + Number(message.long(MESSAGE.bodyLength));
  if (end > file.size) throw cutOff(file);
  const header = message.table(MESSAGE.header);
  const number = header?.long(0) ?? 0n;
  return {
    type: message.byte(MESSAGE.headerType),
    place: [start, end],
    rows: Number(number),
    dictionary: number,
    isDelta: (header?.byte(2) ?? 0) !== 0,
  };
}

function knownMessage(file: RandomAccess, start: number): Message {
  const message = messageAt(file, start);
  if (message === undefined) throw noArrow(file);
  return message;
}

function noArrow({ name }: RandomAccess, cause?: unknown): TouchstoneError {
  return new TouchstoneError(
    'broken-data',
    `${name} is no Arrow data, or is damaged: it does not begin, or go on, as Arrow files and streams do.`,
    {
      cause,
    },
  );
}

function cutOff({ name }: RandomAccess): TouchstoneError {
  return new TouchstoneError('broken-data', `${name} ends too early, so a part of it is missing; copy or download it again.`);
}
