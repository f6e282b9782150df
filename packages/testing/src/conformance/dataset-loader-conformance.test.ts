import { closeSync, openSync } from 'node:fs';
import type { Dataset, DatasetLoader } from '@touchstone/core';
import { afterAll, describe, expect, test } from 'vitest';
import { noteLoader } from './__fixtures__/note-loader.ts';
import { datasetLoaderChecks } from './dataset-loader-checks.ts';
import { datasetLoaderConformance } from './dataset-loader-conformance.ts';
import { violated } from './violated.ts';

const rows = [
  { inputs: '첫 번째 질문', answer: '답' },
  { inputs: 'second question', answer: 'answer: with :: marks' },
];
const options = {
  files: [{ path: new URL('__fixtures__/two.notes', import.meta.url), rows }],
  broken: [{ path: new URL('__fixtures__/broken.notes', import.meta.url), says: /line 2/ }],
};

datasetLoaderConformance(noteLoader, options);

describe('a loader that is broken', () => {
  const but = (change: Partial<Dataset>): DatasetLoader => ({
    ...noteLoader,
    open: async (path) => ({ ...(await noteLoader.open(path)), ...change }),
  });
  let count = 0;
  const leaks: number[] = [];
  afterAll(() => leaks.forEach(closeSync));

  test.each<[string, DatasetLoader, object, string, RegExp]>([
    ['with a bare extension', { ...noteLoader, extensions: ['notes'] }, {}, 'says which files it opens', /must have its dot/u],
    ['for other files', { ...noteLoader, extensions: ['.memo'] }, {}, 'says which files it opens', /has none of its extensions/u],
    [
      'that reads something else',
      noteLoader,
      { files: [{ ...options.files[0], rows: [rows[0], { inputs: 'second', answer: 'x' }] }] },
      'reads the rows of the files',
      /^Row 1 of two\.notes is \{"answer":"answer: with :: marks","inputs":"second question"\}, and should be/u,
    ],
    [
      'that stops early',
      but({ rows: () => rows.slice(0, 1) }),
      {},
      'reads the rows of the files',
      /^Row 1 of two\.notes is not there/u,
    ],
    ['that miscounts', but({ size: 7 }), {}, 'reads the rows of the files', /is said to be 7, and there are 2 rows/u],
    [
      'that can be read once',
      {
        ...noteLoader,
        async open(path) {
          const dataset = await noteLoader.open(path);
          const once = dataset.rows();
          return { ...dataset, rows: () => once };
        },
      },
      {},
      'gives the same rows again, also to two who read at once',
      /must begin anew each time/u,
    ],
    [
      'with a fingerprint by chance',
      but({ fingerprint: async () => String(count++) }),
      {},
      'gives the same rows again, also to two who read at once',
      /another fingerprint each time/u,
    ],
    [
      'that reads paths as addresses',
      { ...noteLoader, open: (path) => noteLoader.open(decodeURIComponent(path.split('#')[0] ?? '')) },
      {},
      'finds files in folders of any name',
      /./u,
    ],
    [
      'that looks later',
      {
        ...noteLoader,
        open: async (path) => ({
          name: path,
          rereadable: true,
          rows: async function* () {
            yield* (await noteLoader.open(path)).rows() as AsyncIterable<object>;
          },
        }),
      },
      {},
      'says at once that a file is not there',
      /^It opens a file that is not there/u,
    ],
    [
      'that throws anything',
      {
        ...noteLoader,
        open: async () => {
          throw new Error('ENOENT');
        },
      },
      {},
      'says at once that a file is not there',
      /it says 'ENOENT': throw a TouchstoneError/u,
    ],
    [
      'that keeps files open',
      {
        ...noteLoader,
        async open(path) {
          const dataset = await noteLoader.open(path);
          return {
            ...dataset,
            rows: () => {
              leaks.push(openSync(path, 'r'));
              return dataset.rows();
            },
          };
        },
      },
      {},
      'closes what it has opened, also when nobody reads to the end',
      /there is open: /u,
    ],
    [
      'whose cells are no data',
      but({ rows: () => rows.map((row) => ({ ...row, more: () => 1 })) }),
      {},
      'is read by an evaluation',
      /function/u,
    ],
    [
      'that passes over what it cannot read',
      but({ rows: () => rows }),
      {},
      'says where a broken file is broken',
      /is broken, and is read as if it were not/u,
    ],
    [
      'that does not say where',
      noteLoader,
      { broken: [{ ...options.broken[0], says: /line 3/ }] },
      'says where a broken file is broken',
      /which does not match \/line 3\//u,
    ],
  ])('%s is caught', async (_, loader, change, rule, message) => {
    const caught = violated(datasetLoaderChecks(loader, { ...options, ...change }), rule);
    expect(await caught.catch((error: unknown) => String(error))).toMatch(message);
  });
});
