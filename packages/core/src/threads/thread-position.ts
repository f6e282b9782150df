/** Where a thread is. The thread writes it before every call of a metric; the other side reads it when the thread hangs or has died. */
export interface ThreadPosition {
  /** Grows with every call, so that one that does not grow is a thread that hangs. */
  readonly calls: number;
  /** Of the rows message; 0 before the first. */
  readonly message: number;
  /** Index of the metric that is called; −1 between calls. */
  readonly metric: number;
  readonly firstRow: number;
  readonly rows: number;
}

const CALLS = 0;
const MESSAGE = 1;
const METRIC = 2;
const FIRST_ROW = 3;
const ROWS = 4;

export function newPosition(): SharedArrayBuffer {
  return new SharedArrayBuffer(5 * Int32Array.BYTES_PER_ELEMENT);
}

export function readPosition(memory: SharedArrayBuffer): ThreadPosition {
  const cells = new Int32Array(memory);
  const at = (cell: number): number => Atomics.load(cells, cell);
  return { calls: at(CALLS), message: at(MESSAGE), metric: at(METRIC), firstRow: at(FIRST_ROW), rows: at(ROWS) };
}

export function positionWriter(memory: SharedArrayBuffer) {
  const cells = new Int32Array(memory);
  return {
    enter(message: number, metric: number, firstRow: number, rows: number): void {
      Atomics.store(cells, MESSAGE, message);
      Atomics.store(cells, METRIC, metric);
      Atomics.store(cells, FIRST_ROW, firstRow);
      Atomics.store(cells, ROWS, rows);
      Atomics.add(cells, CALLS, 1);
    },
    leave(): void {
      Atomics.store(cells, METRIC, -1);
      Atomics.add(cells, CALLS, 1);
    },
  };
}
