import * as zlib from 'node:zlib';
import { type ArrowField, ArrowRows, messageOf, TouchstoneError } from '@touchstone/core';
import type { Table } from '@uwdata/flechette';
import { kindOfArrow } from './arrow-kind.ts';
import { type ArrowBatch, type ArrowIndex, indexArrow, type Place } from './arrow-messages.ts';
import { describeFiles, type SyncDataset } from './describe-files.ts';
import { libraries } from './libraries.ts';
import { unpackLz4Frame } from './lz4.ts';
import { type RandomAccess, randomAccess } from './random-access.ts';
import { checkSameKinds, type Kinds } from './same-columns.ts';

/** Batches are decoded together up to about so many rows: small ones would decode their dictionaries again and again. */
const ROWS_AT_ONCE = 65_536;

/**
 * Arrow IPC files and streams (.arrow, .feather, .arrows), also with LZ4 or ZSTD inside, also gzipped. They are read batch
 * by batch. Numbers stay numbers; what else becomes of the types, `ArrowRows` of core says.
 *
 * @param path one file, or several that have the same columns of the same kinds
 * @throws TouchstoneError `data-not-readable`, `empty-data`, `broken-data`; when rows are read `different-columns`, `bad-cell` naming row and column, `file-changed`
 * @example
 * evaluate({ data: arrowFile('answers.feather'), predictions: 'output', … })
 */
export function arrowFile(path: string | readonly string[]): SyncDataset {
  const files = [path].flat().map((one): ArrowData => {
    const bytes = randomAccess(one);
    return { bytes, index: indexArrow(bytes) };
  });
  const batches = files.flatMap(({ index }) => index.batches);
  let reader: ArrowRows | undefined;
  return {
    ...describeFiles(
      files.map(({ bytes }) => bytes),
      {},
    ),
    size: batches.reduce((sum, { rows }) => sum + rows, 0),
    *rows() {
      reader ??= surveyed(files);
      let earlier = 0;
      for (const table of tables(files)) {
        yield* reader.rows(table, earlier);
        earlier += table.numRows;
      }
    },
  };
}

interface ArrowData {
  readonly bytes: RandomAccess;
  readonly index: ArrowIndex;
}

/** Integers of 64 bits must have been seen, all of them, before it is known whether they are numbers. */
function surveyed(files: readonly ArrowData[]): ArrowRows {
  const reader = new ArrowRows(commonFields(files), files[0]?.bytes.name ?? '');
  if (reader.hasWideIntegers) for (const table of tables(files)) reader.survey(table);
  return reader;
}

/** The columns of the first file, each with the type of a file that has values in it. */
function commonFields(files: readonly ArrowData[]): readonly ArrowField[] {
  const schemas = files.map(({ bytes, index }) => decode(bytes, [index.schema]).schema.fields);
  const [first = [], ...others] = schemas;
  for (const [index, other] of others.entries()) {
    checkSameKinds(files[index + 1]?.bytes.name ?? '', kindsOf(other), files[0]?.bytes.name ?? '', kindsOf(first));
  }
  return first.map((field) => {
    const candidates = schemas.map((fields) => fields.find(({ name }) => name === field.name));
    return candidates.find((candidate) => candidate !== undefined && kindOfArrow(candidate.type) !== 'null') ?? field;
  });
}

function kindsOf(fields: readonly ArrowField[]): Kinds {
  return new Map(fields.map(({ name, type }) => [name, kindOfArrow(type)]));
}

/** All rows of all files as tables with the columns of the first file, in its order. */
function* tables(files: readonly ArrowData[]): Generator<Table> {
  let names: readonly string[] | undefined;
  for (const { bytes, index } of files) {
    const structs = hasMember(decode(bytes, [index.schema]).schema.fields, '__proto__') ? 'proxies' : 'objects';
    for (const group of groups(index.batches)) {
      const places = [index.schema, ...(group[0]?.dictionaries ?? []), ...group.map(({ place }) => place)];
      const table = decode(bytes, places, structs);
      names ??= table.names.map(String);
      yield names.every((name, at) => table.names[at] === name) ? table : table.select([...names]);
    }
  }
}

function hasMember(fields: readonly ArrowField[], name: string): boolean {
  return fields.some(({ type }) => {
    const members = type.dictionary?.children ?? type.children ?? [];
    return members.some((member) => member.name === name) || hasMember(members, name);
  });
}

/** Neighbours that share their dictionaries. */
function* groups(batches: readonly ArrowBatch[]): Generator<readonly ArrowBatch[]> {
  let group: ArrowBatch[] = [];
  let rows = 0;
  for (const batch of batches) {
    const [first] = group;
    if (first !== undefined && (first.dictionaries !== batch.dictionaries || rows + batch.rows > ROWS_AT_ONCE)) {
      yield group;
      group = [];
      rows = 0;
    }
    group.push(batch);
    rows += batch.rows;
  }
  if (group.length > 0) yield group;
}

/**
 * @param structs flechette makes objects of structs, on which a member `__proto__` is lost, or proxies, on which `constructor` is
 * @throws TouchstoneError `broken-data`
 */
function decode(file: RandomAccess, places: readonly Place[], structs: 'objects' | 'proxies' = 'objects'): Table {
  const { tableFromIPC } = withCodecs(libraries.flechette());
  try {
    return tableFromIPC(
      places.map(([start, end]) => aligned(file.slice(start, end))),
      { useBigInt: true, useBigIntTimestamp: true, useDecimalInt: true, useProxy: structs === 'proxies' },
    );
  } catch (error) {
    if (TouchstoneError.isInstance(error)) throw error;
    throw new TouchstoneError(
      'broken-data',
      `${file.name} cannot be read: ${messageOf(error)}. It is damaged, or uses something of Arrow that is not known here.`,
      { cause: error },
    );
  }
}

/** Columns are typed arrays over the bytes, which must begin at a multiple of eight. */
function aligned(bytes: Buffer): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
}

/** flechette has one set of codecs a process; what somebody else has set stays. What is written with these is stored as it is. */
function withCodecs(flechette: ReturnType<typeof libraries.flechette>): typeof flechette {
  const { CompressionType, getCompressionCodec, setCompressionCodec } = flechette;
  const encode = (bytes: Uint8Array): Uint8Array => bytes;
  if (getCompressionCodec(CompressionType.LZ4_FRAME) === null)
    setCompressionCodec(CompressionType.LZ4_FRAME, { decode: unpackLz4Frame, encode });
  if (getCompressionCodec(CompressionType.ZSTD) === null)
    setCompressionCodec(CompressionType.ZSTD, { decode: unpackZstd, encode });
  return flechette;
}

function unpackZstd(bytes: Uint8Array): Uint8Array {
  if (typeof zlib.zstdDecompressSync !== 'function') throw new Error('its ZSTD needs Node 22.15 or newer');
  return aligned(zlib.zstdDecompressSync(bytes));
}
