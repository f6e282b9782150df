import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DATASET_LOADERS, type DatasetLoader, type Registry, type Row } from '@touchstone/core';
import { datasetLoaderConformance, pluginConformance } from '@touchstone/testing';
import { afterAll } from 'vitest';
import files from './index.ts';

pluginConformance(files, { manifest: new URL('../package.json', import.meta.url) });

const folder = mkdtempSync(join(tmpdir(), 'touchstone-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rows = [
  { question: '몇 시에 여나요?', answer: '"아홉 시"', n: 1 },
  { question: 'two\nlines, and a comma', answer: '', n: 2.5 },
];
const csv = 'question,answer,n\n몇 시에 여나요?,"""아홉 시""",1\n"two\nlines, and a comma","",2.5\n';
const jsonl = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
for (const [name, content] of Object.entries({
  'a.csv': csv,
  'b.csv.gz': gzipSync(csv),
  'broken.csv': 'a,b\n1,2\n"open,3\n',
  'a.jsonl': jsonl,
  'b.jsonl.gz': gzipSync(jsonl),
  'broken.jsonl': '{"a":1}\n{"a":\n',
  'a.json': JSON.stringify(rows),
  'broken.json': '[{"a":1},\n{"a":',
})) {
  writeFileSync(join(folder, name), content);
}
const at = (name: string): string => join(folder, name);

const [text, parquet, arrow, lines, json] = loaders();
if (text === undefined || parquet === undefined || arrow === undefined || lines === undefined || json === undefined)
  throw new Error('a loader is missing');

datasetLoaderConformance(text, {
  files: [
    { path: at('a.csv'), rows },
    { path: at('b.csv.gz'), rows },
  ],
  broken: [{ path: at('broken.csv'), says: /line 3/ }],
});
datasetLoaderConformance(lines, {
  files: [
    { path: at('a.jsonl'), rows },
    { path: at('b.jsonl.gz'), rows },
  ],
  broken: [{ path: at('broken.jsonl'), says: /line 2/ }],
});
datasetLoaderConformance(json, {
  files: [{ path: at('a.json'), rows }],
  broken: [{ path: at('broken.json'), says: /line 2/ }],
});

// Written by pyarrow, with the rows as Python wrote them in JSON.
const fixture = (name: string): string => join(import.meta.dirname, '__fixtures__', name);
const texts: readonly Row[] = JSON.parse(readFileSync(fixture('texts.json'), 'utf8'));

datasetLoaderConformance(parquet, { files: [{ path: fixture('texts-snappy-v2.parquet'), rows: texts }] });
datasetLoaderConformance(arrow, { files: [{ path: fixture('texts-lz4.arrow'), rows: texts }] });

function loaders(): readonly DatasetLoader[] {
  const found: DatasetLoader[] = [];
  const registry = { add: (token: symbol, value: unknown) => token === DATASET_LOADERS && found.push(value as DatasetLoader) };
  files().register(registry as unknown as Registry);
  return found;
}
