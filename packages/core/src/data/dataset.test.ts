import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import type { Dataset } from '../contracts/index.ts';
import { dataset, file } from './dataset.ts';
import { jsonFileLoaders } from './json-file-loaders.ts';
import { openData } from './open-data.ts';
import { toArray } from './opened-data.ts';

interface QA {
  question: string;
  year: number;
}

/** A schema as zod or valibot make them: it checks, and turns the year's digits into a number. */
const schema: StandardSchemaV1<{ question: string; year: string }, QA> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    async validate(value) {
      const { question, year }: { question?: unknown; year?: unknown } = Object(value);
      const issues = [];
      if (typeof question !== 'string') issues.push({ message: 'expected text.', path: ['question'] });
      if (!/^\d+$/.test(String(year))) issues.push({ message: 'expected digits', path: [{ key: 'year' }, 0] });
      return typeof question === 'string' && issues.length === 0 ? { value: { question, year: Number(year) } } : { issues };
    },
  },
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'touchstone-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function read(data: Dataset): Promise<unknown[]> {
  return toArray((await openData(data, { cwd: folder, loaders: jsonFileLoaders })).rows());
}

describe('dataset', () => {
  it('names rows from anywhere and declares their columns', async () => {
    const rows = () => [{ question: 'q', answer: 'a' }];
    const data = dataset({ name: 'qa', rows, targets: 'answer', inputs: ['question'] });
    expectTypeOf(data).toEqualTypeOf<Dataset<{ question: string; answer: string }>>();
    expect(data).toMatchObject({ name: 'qa', rereadable: true, targets: 'answer', inputs: ['question'] });
    expect(await read(data)).toEqual([{ question: 'q', answer: 'a' }]);
    // @ts-expect-error: no such column
    dataset({ name: 'qa', rows, targets: 'anwser' });
  });

  it('has the type and the rows that its schema gives', async () => {
    const data = dataset({ name: 'qa', rows: () => [{ question: 'q', year: '2026' }], schema, targets: 'year' });
    expectTypeOf(data).toEqualTypeOf<Dataset<QA>>();
    expect(await read(data)).toEqual([{ question: 'q', year: 2026 }]);
    // @ts-expect-error: no column of the schema
    dataset({ name: 'qa', rows: () => [], schema, targets: 'answer' });
  });

  it('names the row that does not fit its schema, and why', async () => {
    const data = dataset({ name: 'qa', rows: () => [{ question: 'q', year: '2026' }, { year: 'x' }], schema });
    await expect(read(data)).rejects.toMatchObject({
      code: 'bad-row',
      message: "Row 2 of 'qa' does not fit its schema: column 'question': expected text; column 'year[0]': expected digits.",
    });
  });
});

describe('file', () => {
  it('is read by the loaders of evaluate from its working directory, or by itself', async () => {
    writeFileSync(join(folder, 'qa.jsonl'), '{"question":"q","year":"2026"}');
    const typed = file('qa.jsonl', { schema });
    expectTypeOf(typed).toExtend<Dataset<QA>>();
    expectTypeOf(file('qa.jsonl')).toExtend<Dataset<Record<string, unknown>>>();
    expect(await read(typed)).toEqual([{ question: 'q', year: 2026 }]);
    expect(await read(file('qa.jsonl'))).toEqual([{ question: 'q', year: '2026' }]);
    expect(await toArray(file(join(folder, 'qa.jsonl'), { schema }).rows())).toEqual([{ question: 'q', year: 2026 }]);
  });

  it('says that it does not exist when it is opened', async () => {
    await expect(read(file('qb.jsonl'))).rejects.toMatchObject({
      code: 'data-not-readable',
      message: `There is no file 'qb.jsonl' (${join(folder, 'qb.jsonl')}). Did you mean 'qa.jsonl'?`,
    });
  });
});
