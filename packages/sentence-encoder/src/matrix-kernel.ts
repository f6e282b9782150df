import { type WasmMemory, wasm } from './web-assembly.ts';

/**
 * The product of two matrices as a WebAssembly module, written out here instruction by instruction, so that nothing has to be compiled
 * or downloaded and every byte of it can be read.
 *
 * `multiply(a, b, c, bias, m, k, n)` computes c[m × n] = a[m × k] · b[k × n] + bias[n] in 32-bit floats; all but m, k, n are addresses.
 * m must be a multiple of 4 and n of 8. b is packed in panels of 8 columns: [n / 8][k][8] ({@link packPanels}).
 * Each element is summed in the order of k, whatever stands in the other rows: a text's vector does not depend on its batch.
 */
export interface MatrixKernel {
  multiply(a: number, b: number, c: number, bias: number, m: number, k: number, n: number): void;
}

export const ROWS = 4;
export const COLUMNS = 8;

export function matrixKernel(memory: WasmMemory): MatrixKernel {
  // Fused multiply-add where the engine has it: twice as fast, and rounded once instead of twice.
  const fused = new Uint8Array(moduleBytes(FUSED));
  const module = new wasm.Module(wasm.validate(fused) ? fused : new Uint8Array(moduleBytes(SEPARATE)));
  const { exports } = new wasm.Instance(module, { env: { memory } });
  const { multiply } = exports;
  if (typeof multiply !== 'function') throw new Error('the module exports its function');
  return { multiply: (a, b, c, bias, m, k, n) => void multiply(a, b, c, bias, m, k, n) };
}

/** b[k × n], row by row, in panels. */
export function packPanels(b: Float32Array, k: number, n: number, target: Float32Array): void {
  let at = 0;
  for (let panel = 0; panel < n; panel += COLUMNS) {
    for (let row = 0; row < k; row++) {
      const from = row * n + panel;
      for (let column = 0; column < COLUMNS; column++) target[at++] = b[from + column] ?? 0;
    }
  }
}

type Code = readonly number[];

/** Numbers of instructions: WebAssembly core specification 2.0, §5.4; relaxed_madd from the relaxed SIMD proposal. */
const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;
const LOCAL_TEE = 0x22;
const I32_ADD = 0x6a;
const I32_SUB = 0x6b;
const I32_MUL = 0x6c;
const I32_SHL = 0x74;
const SIMD = 0xfd;
const FUSED: Code = [SIMD, ...unsigned(0x105)];
const SEPARATE_MUL: Code = [SIMD, ...unsigned(0xe6)];
const F32X4_ADD: Code = [SIMD, ...unsigned(0xe4)];
const SEPARATE = 'separate';

// Parameters, then locals: pointers and counters, then the sums and what is multiplied.
const [A, B, C, BIAS, M, K, N] = [0, 1, 2, 3, 4, 5, 6];
const [COLUMN, LEFT_ROWS, LEFT_K, PB, PC, ROW_BYTES, C_BYTES, PA_START, PC_START] = [7, 8, 9, 10, 11, 12, 13, 14, 15];
/** One pointer for each of the rows of a: engines do not take the computing of addresses out of the loop. */
const POINTERS = 16;
const SUMS = POINTERS + ROWS;
const [B0, B1, VALUE] = [SUMS + 2 * ROWS, SUMS + 2 * ROWS + 1, SUMS + 2 * ROWS + 2];

function moduleBytes(madd: Code | typeof SEPARATE): Code {
  const types = section(1, vector([[0x60, ...vector(Array(7).fill([0x7f])), ...vector([])]]));
  const imports = section(2, vector([[...name('env'), ...name('memory'), 0x02, 0x00, ...unsigned(1)]]));
  const functions = section(3, vector([[0]]));
  const exported = section(7, vector([[...name('multiply'), 0x00, 0]]));
  const locals = vector([
    [...unsigned(SUMS - 7), 0x7f],
    [...unsigned(2 * ROWS + 3), 0x7b],
  ]);
  const body = [...locals, ...instructions(madd), 0x0b];
  const code = section(10, vector([[...unsigned(body.length), ...body]]));
  return [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, ...types, ...imports, ...functions, ...exported, ...code];
}

/** For each panel of b: for each four rows of a: for each k: eight sums of four. */
function instructions(madd: Code | typeof SEPARATE): Code {
  return [
    ...set(ROW_BYTES, get(K), constant(2), [I32_SHL]),
    ...set(C_BYTES, get(N), constant(2), [I32_SHL]),
    ...set(COLUMN, get(N)),
    ...set(PC_START, get(C)),
    ...loop(COLUMN, COLUMNS, [
      ...set(PA_START, get(A)),
      ...set(PC, get(PC_START)),
      ...set(LEFT_ROWS, get(M)),
      ...loop(LEFT_ROWS, ROWS, [
        ...rows((row) => [...set(SUMS + 2 * row, get(BIAS), load(0)), ...set(SUMS + 2 * row + 1, get(BIAS), load(16))]),
        ...rows((row) => set(POINTERS + row, get(PA_START), row === 0 ? [] : times(row, ROW_BYTES))),
        ...set(PB, get(B)),
        ...set(LEFT_K, get(K)),
        ...loop(LEFT_K, 1, [
          ...set(B0, get(PB), load(0)),
          ...set(B1, get(PB), load(16)),
          ...rows((row) => [
            ...set(VALUE, get(POINTERS + row), splat),
            ...accumulate(madd, SUMS + 2 * row, B0),
            ...accumulate(madd, SUMS + 2 * row + 1, B1),
            ...set(POINTERS + row, get(POINTERS + row), constant(4), [I32_ADD]),
          ]),
          ...set(PB, get(PB), constant(32), [I32_ADD]),
        ]),
        ...rows((row) => [
          ...get(PC),
          ...(row === 0 ? [] : times(row, C_BYTES)),
          ...[LOCAL_TEE, POINTERS],
          ...get(SUMS + 2 * row),
          ...store(0),
          ...get(POINTERS),
          ...get(SUMS + 2 * row + 1),
          ...store(16),
        ]),
        ...set(PA_START, get(PA_START), times(ROWS, ROW_BYTES)),
        ...set(PC, get(PC), times(ROWS, C_BYTES)),
      ]),
      ...set(B, get(B), get(K), constant(5), [I32_SHL, I32_ADD]),
      ...set(BIAS, get(BIAS), constant(32), [I32_ADD]),
      ...set(PC_START, get(PC_START), constant(32), [I32_ADD]),
    ]),
  ];
}

function rows(code: (row: number) => Code): Code {
  return Array.from({ length: ROWS }, (_, row) => code(row)).flat();
}

function accumulate(madd: Code | typeof SEPARATE, sum: number, factor: number): Code {
  if (madd === SEPARATE) return set(sum, get(VALUE), get(factor), SEPARATE_MUL, get(sum), F32X4_ADD);
  return set(sum, get(VALUE), get(factor), get(sum), madd);
}

/** Adds a multiple of a local to what is on the stack. */
function times(factor: number, local: number): Code {
  return [...get(local), ...(factor === 1 ? [] : [...constant(factor), I32_MUL]), I32_ADD];
}

/** do { code; counter -= step } while (counter != 0) */
function loop(counter: number, step: number, code: Code): Code {
  return [0x03, 0x40, ...code, ...get(counter), ...constant(step), I32_SUB, LOCAL_TEE, counter, 0x0d, 0x00, 0x0b];
}

function get(local: number): Code {
  return [LOCAL_GET, local];
}

function set(local: number, ...code: readonly Code[]): Code {
  return [...code.flat(), LOCAL_SET, local];
}

/** @param value below 64, which is one byte */
function constant(value: number): Code {
  return [0x41, value];
}

/** v128.load */
function load(offset: number): Code {
  return [SIMD, 0x00, 0x02, offset];
}

/** v128.store */
function store(offset: number): Code {
  return [SIMD, 0x0b, 0x02, offset];
}

/** v128.load32_splat */
const splat: Code = [SIMD, 0x09, 0x02, 0];

function section(number: number, content: Code): Code {
  return [number, ...unsigned(content.length), ...content];
}

function vector(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function name(text: string): Code {
  return [...unsigned(text.length), ...[...text].map((letter) => letter.charCodeAt(0))];
}

/** LEB128 */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}
