/** What a column of a record holds. */
export type StoredValue = null | number | bigint | string | Uint8Array;

/**
 * The values of a record as SQLite lays it out: https://sqlite.org/fileformat2.html#record_format
 * `undefined` when it cannot have been written so: sizes that do not add up, or text that is no UTF-8.
 */
export function readRecord(payload: Uint8Array): readonly StoredValue[] | undefined {
  const header = readVarint(payload, 0);
  if (header === undefined || header.value > payload.length) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const values: StoredValue[] = [];
  let at = header.next;
  let body = header.value;
  while (at < header.value) {
    const type = readVarint(payload, at);
    if (type === undefined) return undefined;
    at = type.next;
    const size = sizeOf(type.value);
    if (size === undefined || body + size > payload.length) return undefined;
    const value = readValue(view, type.value, body, size);
    if (value === undefined) return undefined;
    values.push(value);
    body += size;
  }
  return at === header.value && body === payload.length ? values : undefined;
}

/** A number of one to nine bytes, the highest bit of each saying that another follows. `undefined` for one that no store writes. */
export function readVarint(bytes: Uint8Array, at: number): { readonly value: number; readonly next: number } | undefined {
  let value = 0;
  // Eight bytes hold 56 bits, and no size, type or row number of ours needs more than 53.
  for (let index = at; index < at + 8; index++) {
    const byte = bytes[index];
    if (byte === undefined) return undefined;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return Number.isSafeInteger(value) ? { value, next: index + 1 } : undefined;
  }
  return undefined;
}

/** Bytes of a value by its serial type; 10 and 11 are kept for SQLite itself. */
function sizeOf(type: number): number | undefined {
  if (type >= 12) return Math.floor((type - 12) / 2);
  return [0, 1, 2, 3, 4, 6, 8, 8, 0, 0][type];
}

function readValue(view: DataView, type: number, at: number, size: number): StoredValue | undefined {
  if (type === 0) return null;
  if (type === 7) return view.getFloat64(at);
  if (type === 8 || type === 9) return type - 8;
  if (type < 7) return readInteger(view, at, size);
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, size);
  return type % 2 === 0 ? bytes.slice() : readText(bytes);
}

function readInteger(view: DataView, at: number, size: number): number | bigint {
  if (size === 8) {
    const value = view.getBigInt64(at);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  let value = view.getInt8(at);
  for (let index = 1; index < size; index++) value = value * 256 + view.getUint8(at + index);
  return value;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readText(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
