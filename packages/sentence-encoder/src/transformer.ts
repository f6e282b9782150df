import { COLUMNS, matrixKernel, packPanels, ROWS } from './matrix-kernel.ts';
import type { Linear, ModelWeights, Norm } from './model-weights.ts';
import { wasm } from './web-assembly.ts';

/** Tokens of one text that the model looks at. */
export const MOST_TOKENS = 128;
export const DIMENSIONS = 512;
const EMBEDDING = 256;
const HEADS = 4;
const WIDEST = 1536;
/** Of all texts that are computed together; more is not faster (measured: 128 is slower by 2 %, 1024 the same), and takes memory. */
const BATCH_TOKENS = 256;
const PAGE = 65_536;

export interface Transformer {
  /** One unit vector of {@link DIMENSIONS} numbers a text. @param texts tokens of each, at most {@link MOST_TOKENS} */
  encode(texts: readonly (readonly number[])[]): Float32Array[];
}

/** A layer with its weights in the kernel's memory. */
interface Placed {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: number;
  readonly bias: number;
}

/**
 * The encoder of the Universal Sentence Encoder lite: two pre-norm transformer layers, the mean over the tokens, a tanh layer, length 1.
 * Source: D. Cer et al., Universal Sentence Encoder, 2018; the graph of the published model.
 */
export function transformer(model: ModelWeights): Transformer {
  const room = allocator();
  const place = (layer: Linear): Placed => room.place(layer);
  const layers = model.layers.map((layer) => ({
    layer,
    queriesKeysValues: place(layer.queriesKeysValues),
    attended: place(layer.attended),
    residual: layer.residual === undefined ? undefined : place(layer.residual),
    widen: place(layer.widen),
    narrow: place(layer.narrow),
  }));
  const last = place(model.last);
  const tokenRoom = BATCH_TOKENS + ROWS;
  const [states, normed, wide, narrow] = [
    room.floats(tokenRoom * DIMENSIONS),
    room.floats(tokenRoom * DIMENSIONS),
    room.floats(tokenRoom * WIDEST),
    room.floats(tokenRoom * DIMENSIONS),
  ];
  const wideMeans = room.floats(tokenRoom * WIDEST);
  const headRoom = MOST_TOKENS + COLUMNS;
  const [queries, keys, values, weights, heard, zeros] = [
    room.floats(headRoom * (DIMENSIONS / HEADS)),
    room.floats(headRoom * (DIMENSIONS / HEADS)),
    room.floats(headRoom * (DIMENSIONS / HEADS)),
    room.floats(headRoom * headRoom),
    room.floats(headRoom * (DIMENSIONS / HEADS)),
    room.floats(headRoom),
  ];
  const memory = new Float32Array(room.memory.buffer);
  const view = (address: number, length: number): Float32Array => memory.subarray(address / 4, address / 4 + length);
  const kernel = matrixKernel(room.memory);
  const multiply = (input: number, { inputs, outputs, weights: w, bias }: Placed, output: number, tokens: number): void =>
    kernel.multiply(input, w, output, bias, rounded(tokens, ROWS), inputs, outputs);

  return {
    encode(texts) {
      const vectors: Float32Array[] = [];
      let from = 0;
      while (from < texts.length) {
        let tokens = 0;
        let to = from;
        // Texts without tokens take a place too.
        while (
          to < texts.length &&
          to - from < BATCH_TOKENS &&
          (to === from || tokens + (texts[to]?.length ?? 0) <= BATCH_TOKENS)
        ) {
          tokens += texts[to]?.length ?? 0;
          to++;
        }
        vectors.push(...encodeBatch(texts.slice(from, to)));
        from = to;
      }
      return vectors;
    },
  };

  function encodeBatch(texts: readonly (readonly number[])[]): Float32Array[] {
    const tokens = texts.reduce((sum, text) => sum + text.length, 0);
    if (tokens > 0) {
      embed(texts, view(states, tokens * EMBEDDING));
      for (const one of layers) {
        const { layer } = one;
        normalize(view(states, tokens * layer.width), layer.norm, layer.width, view(normed, tokens * layer.width));
        multiply(normed, one.queriesKeysValues, wide, tokens);
        attend(texts, layer.width);
        // What the heads heard is in `normed`.
        multiply(normed, one.attended, narrow, tokens);
        if (one.residual !== undefined) {
          multiply(states, one.residual, normed, tokens);
          view(states, tokens * DIMENSIONS).set(view(normed, tokens * DIMENSIONS));
        }
        add(view(states, tokens * DIMENSIONS), view(narrow, tokens * DIMENSIONS));
        normalize(view(states, tokens * DIMENSIONS), layer.feedForwardNorm, DIMENSIONS, view(normed, tokens * DIMENSIONS));
        multiply(normed, one.widen, wide, tokens);
        rectify(view(wide, tokens * WIDEST));
        // Of the last layer the mean over the tokens is all that counts, and the mean of products is the product of the mean.
        if (one === layers.at(-1)) break;
        multiply(wide, one.narrow, narrow, tokens);
        add(view(states, tokens * DIMENSIONS), view(narrow, tokens * DIMENSIONS));
      }
    }
    return conclude(texts);
  }

  /** Twice the embedding, and the position signal once: the graph adds the input to the input with its signal. */
  function embed(texts: readonly (readonly number[])[], into: Float32Array): void {
    const half = EMBEDDING / 2;
    let at = 0;
    for (const text of texts) {
      for (const [position, token] of text.entries()) {
        const from = token * EMBEDDING;
        for (let i = 0; i < half; i++) {
          const angle = Math.fround(position * (model.frequencies[i] ?? 0));
          into[at + i] = 2 * (model.embeddings[from + i] ?? 0) + Math.sin(angle);
          into[at + half + i] = 2 * (model.embeddings[from + half + i] ?? 0) + Math.cos(angle);
        }
        at += EMBEDDING;
      }
    }
  }

  /** Queries, keys and values in `wide`; what each head hears goes to `normed`. Texts do not hear each other. */
  function attend(texts: readonly (readonly number[])[], width: number): void {
    const size = width / HEADS;
    const scale = 1 / Math.sqrt(size);
    let first = 0;
    for (const { length } of texts) {
      if (length === 0) continue;
      const padded = rounded(length, COLUMNS);
      for (let head = 0; head < HEADS; head++) {
        const offset = wide / 4 + head * size;
        gather(memory, offset + first * 3 * width, 3 * width, length, size, scale, view(queries, rounded(length, ROWS) * size));
        packTransposed(memory, offset + width + first * 3 * width, 3 * width, length, size, view(keys, padded * size));
        kernel.multiply(queries, keys, weights, zeros, rounded(length, ROWS), size, padded);
        softmax(view(weights, length * padded), length, padded);
        packRows(memory, offset + 2 * width + first * 3 * width, 3 * width, length, padded, size, view(values, padded * size));
        kernel.multiply(weights, values, heard, zeros, rounded(length, ROWS), padded, size);
        const target = normed / 4 + first * width + head * size;
        for (let row = 0; row < length; row++) {
          memory.copyWithin(target + row * width, heard / 4 + row * size, heard / 4 + (row + 1) * size);
        }
      }
      first += length;
    }
  }

  /** The mean over the tokens, the tanh layer, and length 1. A text without tokens is what the layer makes of zeros. */
  function conclude(texts: readonly (readonly number[])[]): Float32Array[] {
    view(normed, rounded(texts.length, ROWS) * DIMENSIONS).fill(0);
    view(wideMeans, rounded(texts.length, ROWS) * WIDEST).fill(0);
    let first = 0;
    for (const [index, { length }] of texts.entries()) {
      average(states / 4 + first * DIMENSIONS, DIMENSIONS, length, view(normed + 4 * index * DIMENSIONS, DIMENSIONS));
      average(wide / 4 + first * WIDEST, WIDEST, length, view(wideMeans + 4 * index * WIDEST, WIDEST));
      first += length;
    }
    const narrowLast = layers.at(-1)?.narrow;
    if (narrowLast !== undefined) multiply(wideMeans, narrowLast, narrow, texts.length);
    for (const [index, { length }] of texts.entries()) {
      // Of nothing the mean is nothing, without what the layer adds to everything.
      if (length > 0) add(view(normed + 4 * index * DIMENSIONS, DIMENSIONS), view(narrow + 4 * index * DIMENSIONS, DIMENSIONS));
    }
    multiply(normed, last, narrow, texts.length);
    return texts.map((_, index) => unit(view(narrow + 4 * index * DIMENSIONS, DIMENSIONS)));
  }

  function average(from: number, width: number, count: number, into: Float32Array): void {
    for (let at = from; at < from + count * width; at += width) {
      for (let i = 0; i < width; i++) into[i] = (into[i] ?? 0) + (memory[at + i] ?? 0);
    }
    if (count > 1) for (let i = 0; i < width; i++) into[i] = (into[i] ?? 0) / count;
  }
}

function unit(values: Float32Array): Float32Array {
  const vector = values.map((value) => Math.tanh(value));
  let sum = 0;
  for (const value of vector) sum += value * value;
  const factor = 1 / Math.sqrt(Math.max(sum, 1e-12));
  return vector.map((value) => value * factor);
}

/** Layer normalization, ε = 10⁻⁶. */
function normalize(input: Float32Array, { scale, bias }: Norm, width: number, output: Float32Array): void {
  for (let from = 0; from < input.length; from += width) {
    let mean = 0;
    for (let i = 0; i < width; i++) mean += input[from + i] ?? 0;
    mean /= width;
    let variance = 0;
    for (let i = 0; i < width; i++) variance += ((input[from + i] ?? 0) - mean) ** 2;
    const factor = 1 / Math.sqrt(variance / width + 1e-6);
    for (let i = 0; i < width; i++)
      output[from + i] = ((input[from + i] ?? 0) - mean) * factor * (scale[i] ?? 0) + (bias[i] ?? 0);
  }
}

function rectify(values: Float32Array): void {
  for (let i = 0; i < values.length; i++) if ((values[i] ?? 0) < 0) values[i] = 0;
}

function add(into: Float32Array, other: Float32Array): void {
  for (let i = 0; i < into.length; i++) into[i] = (into[i] ?? 0) + (other[i] ?? 0);
}

/** Rows of `size` numbers that lie `stride` apart, times `scale`. */
function gather(
  from: Float32Array,
  offset: number,
  stride: number,
  rows: number,
  size: number,
  scale: number,
  into: Float32Array,
): void {
  into.fill(0);
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < size; i++) into[row * size + i] = (from[offset + row * stride + i] ?? 0) * scale;
}

/** Rows as the columns of a packed matrix [size × rows]: panels of 8 rows. */
function packTransposed(
  from: Float32Array,
  offset: number,
  stride: number,
  rows: number,
  size: number,
  into: Float32Array,
): void {
  into.fill(0);
  for (let row = 0; row < rows; row++) {
    const panel = Math.floor(row / COLUMNS) * size * COLUMNS + (row % COLUMNS);
    for (let i = 0; i < size; i++) into[panel + i * COLUMNS] = from[offset + row * stride + i] ?? 0;
  }
}

/** Rows as a packed matrix [rows × size], with zeros up to `padded` rows. */
function packRows(
  from: Float32Array,
  offset: number,
  stride: number,
  rows: number,
  padded: number,
  size: number,
  into: Float32Array,
): void {
  into.fill(0);
  for (let column = 0; column < size; column += COLUMNS) {
    const panel = column * padded;
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < COLUMNS; i++) into[panel + row * COLUMNS + i] = from[offset + row * stride + column + i] ?? 0;
    }
  }
}

/** Over the first `count` numbers of each row of `stride`; the others become 0. */
function softmax(values: Float32Array, count: number, stride: number): void {
  for (let from = 0; from < values.length; from += stride) {
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < count; i++) most = Math.max(most, values[from + i] ?? 0);
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const value = Math.exp((values[from + i] ?? 0) - most);
      values[from + i] = value;
      sum += value;
    }
    for (let i = 0; i < count; i++) values[from + i] = (values[from + i] ?? 0) / sum;
    values.fill(0, from + count, from + stride);
  }
}

function rounded(count: number, multiple: number): number {
  return Math.ceil(count / multiple) * multiple;
}

/** Hands out places in one memory, which is as large as what was asked for. */
function allocator() {
  const memory = new wasm.Memory({ initial: 1 });
  let end = 16;
  const reserve = (bytes: number): number => {
    const address = end;
    end += rounded(bytes, 16);
    const missing = end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    return address;
  };
  return {
    memory,
    floats: (count: number): number => reserve(4 * count),
    place({ inputs, outputs, weights, bias }: Linear): Placed {
      const at = { weights: reserve(4 * weights.length), bias: reserve(4 * bias.length) };
      packPanels(weights, inputs, outputs, new Float32Array(memory.buffer, at.weights, weights.length));
      new Float32Array(memory.buffer, at.bias, bias.length).set(bias);
      return { inputs, outputs, ...at };
    },
  };
}
