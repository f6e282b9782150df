/** A table of FlatBuffers (https://flatbuffers.dev/internals), read field by field: as much as the framing of Arrow data needs. */
export class FlatTable {
  readonly #bytes: Buffer;
  readonly #at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** The table that a buffer holds. */
  static root(bytes: Buffer): FlatTable {
    return new FlatTable(bytes, bytes.readUInt32LE(0));
  }

  /** @param field its number, from 0 @throws RangeError as all others, when the buffer is too short */
  byte(field: number): number {
    const at = this.#field(field);
    return at === undefined ? 0 : this.#bytes.readUInt8(at);
  }

  long(field: number): bigint {
    const at = this.#field(field);
    return at === undefined ? 0n : this.#bytes.readBigInt64LE(at);
  }

  table(field: number): FlatTable | undefined {
    const at = this.#field(field);
    return at === undefined ? undefined : new FlatTable(this.#bytes, at + this.#bytes.readUInt32LE(at));
  }

  /** The first long of each struct of a vector. */
  longs(field: number, structSize: number): readonly bigint[] {
    const at = this.#field(field);
    if (at === undefined) return [];
    const start = at + this.#bytes.readUInt32LE(at);
    return Array.from({ length: this.#bytes.readUInt32LE(start) }, (_, index) =>
      this.#bytes.readBigInt64LE(start + 4 + index * structSize),
    );
  }

  /** Where a field is; `undefined` when it has its default. */
  #field(field: number): number | undefined {
    const layout = this.#at - this.#bytes.readInt32LE(this.#at);
    const entry = 4 + 2 * field;
    if (entry >= this.#bytes.readUInt16LE(layout)) return undefined;
    const offset = this.#bytes.readUInt16LE(layout + entry);
    return offset === 0 ? undefined : this.#at + offset;
  }
}
