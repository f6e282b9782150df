import { isUtf8 } from 'node:buffer';
import { decimalText, isoDate, isoTime, isoTimestamp, type TimeUnit } from '@touchstone/core';
import type { SchemaElement } from 'hyparquet';

/** What the values of a column are, and how they become cells. */
export interface Leaf {
  /** In words: leaves of one kind give the same kind of cells. */
  readonly kind: string;
  /** A value that is not null, as hyparquet gives it without annotations → a cell. */
  read(value: unknown): unknown;
}

/** 64-bit integers: numbers if all of a column are safe, else digits, which only who has seen all of them knows. */
export const INTEGERS_64 = '64-bit integers';

/** Logical types go before the older converted types: https://github.com/apache/parquet-format/blob/master/LogicalTypes.md */
export function leafOf(element: SchemaElement): Leaf {
  const { type, converted_type: converted, logical_type: logical } = element;
  if (logical?.type === 'NULL') return { kind: 'null', read: () => null };
  if (logical?.type === 'DECIMAL' || converted === 'DECIMAL')
    return decimalLeaf(logical?.type === 'DECIMAL' ? logical.scale : (element.scale ?? 0));
  if (logical?.type === 'DATE' || converted === 'DATE') return { kind: 'dates', read: (value) => isoDate(Number(value)) };
  const time = timeUnitOf(element, 'TIME');
  if (time !== undefined) return { kind: 'times', read: (value) => isoTime(countOf(value), time) };
  const timestamp = timeUnitOf(element, 'TIMESTAMP');
  if (timestamp !== undefined) {
    // A converted type alone is UTC by definition.
    const clock = logical?.type === 'TIMESTAMP' && !logical.isAdjustedToUTC ? 'local' : 'utc';
    return timestampLeaf(timestamp, clock);
  }
  if (logical?.type === 'JSON' || converted === 'JSON') return { kind: 'JSON', read: (value) => JSON.parse(String(value)) };
  if (isText(element)) return { kind: 'text', read: (value) => value };
  switch (type) {
    case 'BOOLEAN':
      return { kind: 'booleans', read: (value) => value };
    case 'INT64':
      return { kind: INTEGERS_64, read: (value) => value };
    case 'INT96':
      // What Impala, Hive and old Sparks wrote for timestamps; hyparquet gives nanoseconds.
      return timestampLeaf('ns', 'local');
    case 'BYTE_ARRAY':
    case 'FIXED_LEN_BYTE_ARRAY':
      return fixedLeaf(element);
    default:
      return { kind: 'numbers', read: (value) => value };
  }
}

/** Whether hyparquet is to make texts of the bytes. */
export function isText({ converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  if (logical !== undefined) return logical.type === 'STRING' || logical.type === 'ENUM' || logical.type === 'JSON';
  return converted === 'UTF8' || converted === 'ENUM' || converted === 'JSON';
}

/** @throws Error for bytes that are no UTF-8 */
export function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  if (text.includes('\uFFFD') && !isUtf8(buffer)) throw new Error('a text in it is not valid UTF-8');
  return text;
}

function timestampLeaf(unit: TimeUnit, clock: 'utc' | 'local'): Leaf {
  return {
    kind: clock === 'utc' ? 'timestamps' : 'timestamps without a zone',
    read: (value) => isoTimestamp(countOf(value), unit, clock),
  };
}

function timeUnitOf(
  { converted_type: converted, logical_type: logical }: SchemaElement,
  what: 'TIME' | 'TIMESTAMP',
): TimeUnit | undefined {
  if (logical?.type === what) return ({ MILLIS: 'ms', MICROS: 'us', NANOS: 'ns' } as const)[logical.unit];
  if (converted === `${what}_MILLIS`) return 'ms';
  return converted === `${what}_MICROS` ? 'us' : undefined;
}

function countOf(value: unknown): bigint | number {
  return typeof value === 'bigint' ? value : Number(value);
}

function decimalLeaf(scale: number): Leaf {
  return { kind: `decimals of scale ${scale}`, read: (value) => decimalText(unscaled(value), scale) };
}

function unscaled(value: unknown): bigint {
  if (!(value instanceof Uint8Array)) return BigInt(countOf(value));
  if (value.length === 0) return 0n;
  return BigInt.asIntN(8 * value.length, BigInt(`0x${hex(value)}`));
}

function fixedLeaf({ converted_type: converted, logical_type: logical }: SchemaElement): Leaf {
  if (logical?.type === 'FLOAT16') return { kind: 'numbers', read: (value) => value };
  if (logical?.type === 'UUID') return { kind: 'text', read: (value) => (value instanceof Uint8Array ? uuid(value) : value) };
  if (converted === 'INTERVAL')
    return { kind: 'intervals', read: (value) => (value instanceof Uint8Array ? interval(value) : value) };
  return { kind: 'bytes', read: (value) => (value instanceof Uint8Array ? bufferOf(value).toString('base64') : value) };
}

function uuid(bytes: Uint8Array): string {
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Months, days and milliseconds. */
function interval(bytes: Uint8Array): readonly number[] {
  const buffer = bufferOf(bytes);
  return [0, 4, 8].map((at) => buffer.readUInt32LE(at));
}

function hex(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('hex');
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
