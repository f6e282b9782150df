import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTouchstone, metric } from '@touchstone/core';
import * as flechette from '@uwdata/flechette';
import * as arrow from 'apache-arrow';
import { describe, expect, it } from 'vitest';

const bytes = readFileSync(join(import.meta.dirname, '__fixtures__/types.arrow'));
const expected: Record<string, unknown>[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '__fixtures__/types.json'), 'utf8'),
);

/** The rows that a model is given. */
async function rowsOf(data: Iterable<object>): Promise<unknown[]> {
  const rows: unknown[] = [];
  const model = (row: object) => {
    rows.push({ ...row });
    return 'answer';
  };
  await createTouchstone().evaluate({
    data,
    model,
    inputs: 'text' as never,
    extraMetrics: [metric('seen', () => true)],
    limits: { concurrency: 1 },
  });
  return rows;
}

/** Only what a library itself loses may be left out. */
function without(...columns: string[]) {
  return expected.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !columns.includes(column))));
}

describe('an Arrow table as data', () => {
  it('of apache-arrow keeps what its types say', async () => {
    // Its timestamps of nanoseconds are floating-point milliseconds, 256-bit decimals it cannot print, and in its structs and maps
    // a member called __proto__ is lost.
    const lost = ['local', 'huge', 'struct', 'map'];
    const names = Object.keys(expected[0] ?? {}).filter((column) => !lost.includes(column));
    expect(await rowsOf(arrow.tableFromIPC(bytes).select(names))).toEqual(without(...lost));
  });

  it('of flechette keeps what its types say, when asked for bigints', async () => {
    const lost = ['struct'];
    const table = flechette.tableFromIPC(bytes, { useBigInt: true, useBigIntTimestamp: true, useDecimalInt: true });
    const names = table.names.map(String).filter((column) => !lost.includes(column));
    expect(await rowsOf(table.select(names))).toEqual(without(...lost));
  });

  it('of flechette without options keeps what there still is', async () => {
    const names = ['text', 'price', 'day', 'clock', 'instant', 'list'];
    const table = flechette.tableFromIPC(bytes).select(names);
    expect(await rowsOf(table)).toEqual(expected.map((row) => Object.fromEntries(names.map((name) => [name, row[name]]))));
  });

  it('has a size, a fingerprint, and columns that are checked', async () => {
    const table = arrow.tableFromArrays({ q: ['a', 'b'], n: Int32Array.from([1, 2]) });
    const touchstone = createTouchstone();
    const length = metric('length', ({ predictions }) => predictions.length);
    const result = await touchstone.evaluate({ data: table, predictions: 'q', extraMetrics: [length] });
    expect(result.metrics['length/mean']).toBe(1);
    expect(result.run.rows).toBe(2);
    expect(result.plans[0]?.data.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    await expect(touchstone.evaluate({ data: table, predictions: 'p' as never, extraMetrics: [length] })).rejects.toThrow(
      "predictions is 'p'",
    );
  });

  it('that cannot be read says where', async () => {
    const wide = flechette.tableFromIPC(bytes).select(['text', 'wide']);
    await expect(rowsOf(wide)).rejects.toMatchObject({
      code: 'bad-cell',
      message:
        "Row 1 of the table, column 'wide' cannot be read: BigInt exceeds integer number representation: 9007199254740993.",
    });
    await expect(rowsOf(arrow.tableFromArrays({ text: [] as string[] }))).rejects.toMatchObject({
      code: 'empty-data',
      message: 'data is an Arrow table without rows; there is nothing to evaluate.',
    });
  });
});
