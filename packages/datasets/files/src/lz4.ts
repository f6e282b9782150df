/**
 * Unpacks an LZ4 frame, which is what Arrow calls `lz4`. Format: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 * and …/lz4_Block_format.md. Checksums are not looked at.
 *
 * @param size of what comes out, in bytes
 * @throws RangeError when the frame is damaged, or gives another number of bytes
 */
export function unpackLz4Frame(frame: Uint8Array, size: number): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== 0x184d2204) throw new RangeError('it is no LZ4 frame');
  const flags = view.getUint8(4);
  const hasBlockChecksum = (flags & 0x10) !== 0;
  // After flags and block size: the size and the dictionary's id, where the flags say so, and a checksum of one byte.
  let at = 6 + ((flags & 0x08) !== 0 ? 8 : 0) + ((flags & 0x01) !== 0 ? 4 : 0) + 1;
  const out = new Uint8Array(size);
  let length = 0;
  for (let word = view.getUint32(at, true); word !== 0; word = view.getUint32(at, true)) {
    const blockLength = word & 0x7fffffff;
    const block = frame.subarray(at + 4, at + 4 + blockLength);
    if (word >>> 31 === 1) {
      out.set(block, length);
      length += block.length;
    } else {
      length = unpackBlock(block, out, length);
    }
    at += 4 + blockLength + (hasBlockChecksum ? 4 : 0);
  }
  if (length !== size) throw new RangeError(`LZ4 data gives ${length} bytes instead of ${size}`);
  return out;
}

/**
 * Unpacks a single LZ4 block, which is what Parquet calls `LZ4_RAW`.
 * @throws RangeError as {@link unpackLz4Frame}
 */
export function unpackLz4Block(block: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  const length = unpackBlock(block, out, 0);
  if (length !== size) throw new RangeError(`LZ4 data gives ${length} bytes instead of ${size}`);
  return out;
}

/** Sequences of literal bytes and of copies from what came out before, also of earlier blocks. @returns the new length of `out` */
function unpackBlock(block: Uint8Array, out: Uint8Array, start: number): number {
  let [from, to] = [0, start];
  const extended = (count: number): number => {
    let total = count;
    for (let byte = count === 15 ? 255 : 0; byte === 255; total += byte) byte = block[from++] ?? 0;
    return total;
  };
  while (from < block.length) {
    const token = block[from++] ?? 0;
    const literals = extended(token >> 4);
    if (from + literals > block.length) throw new RangeError('LZ4 data ends too early');
    out.set(block.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from === block.length) break;
    const distance = (block[from] ?? 0) | ((block[from + 1] ?? 0) << 8);
    from += 2;
    const matched = extended(token & 15) + 4;
    if (distance === 0 || distance > to || to + matched > out.length) throw new RangeError('LZ4 data is damaged');
    // Byte by byte: what is copied may reach into what it makes.
    for (const end = to + matched; to < end; to++) out[to] = out[to - distance] ?? 0;
  }
  return to;
}
