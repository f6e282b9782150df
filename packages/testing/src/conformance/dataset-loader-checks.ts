import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  canonicalJson,
  createTouchstone,
  type Dataset,
  type DatasetLoader,
  definePlugin,
  type EvaluateRequest,
  type EvaluationResult,
  type FileOptions,
  type Json,
  LOGGER,
  messageOf,
  metric,
  type Row,
  TouchstoneError,
} from '@touchstone/core';
import { type Check, demand } from './check.ts';
import { leftOpen } from './left-open.ts';

/** A file, and what is in it. */
export interface LoaderExample {
  readonly path: string | URL;
  /** Its rows as they are in JSON. */
  readonly rows: readonly Row[];
  readonly options?: FileOptions;
}

export interface DatasetLoaderConformanceOptions {
  readonly files: readonly LoaderExample[];
  /** Files that cannot be read to their end, and what must be said of each: the place first of all (`/line 3/`). */
  readonly broken?: readonly { readonly path: string | URL; readonly says: RegExp }[];
}

/** The rules of a loader of data files, each as a check. */
export function datasetLoaderChecks(loader: DatasetLoader, options: DatasetLoaderConformanceOptions): readonly Check[] {
  const files = options.files.map(({ path, ...rest }) => ({ ...rest, path: pathOf(path) }));
  const broken = (options.broken ?? []).map(({ path, says }) => ({ path: pathOf(path), says }));
  return [
    { name: 'says which files it opens', run: () => saysExtensions(loader, files) },
    { name: 'reads the rows of the files', run: () => readsRows(loader, files) },
    { name: 'gives the same rows again, also to two who read at once', run: () => readsAgain(loader, files) },
    { name: 'finds files in folders of any name', run: () => findsAnywhere(loader, files) },
    { name: 'says at once that a file is not there', run: () => saysMissing(loader) },
    { name: 'closes what it has opened, also when nobody reads to the end', run: () => closes(loader, files) },
    { name: 'is read by an evaluation', run: () => isEvaluated(loader, files) },
    ...(broken.length === 0 ? [] : [{ name: 'says where a broken file is broken', run: () => saysWhere(loader, broken) }]),
  ];
}

type File = Omit<LoaderExample, 'path'> & { readonly path: string };

function pathOf(path: string | URL): string {
  return path instanceof URL ? fileURLToPath(path) : path;
}

function saysExtensions(loader: DatasetLoader, files: readonly File[]): void {
  demand(loader.extensions.length > 0, 'It opens no file: extensions is empty.');
  for (const extension of loader.extensions)
    demand(/^\.[a-z0-9.-]+$/u.test(extension), `The extension '${extension}' must have its dot and be lower case: '.jsonl'.`);
  demand(files.length > 0, 'Give at least one file with its rows: files: [{ path, rows }].');
  for (const { path } of files)
    demand(
      loader.extensions.some((one) => path.toLowerCase().endsWith(one)),
      `'${basename(path)}' has none of its extensions.`,
    );
}

async function open(loader: DatasetLoader, { path, options }: Pick<File, 'path' | 'options'>): Promise<Dataset> {
  return loader.open(path, options);
}

async function rowsOf(dataset: Dataset): Promise<readonly object[]> {
  const rows: object[] = [];
  for await (const row of dataset.rows()) rows.push(row);
  return rows;
}

function asJson(row: object): string {
  return canonicalJson(
    JSON.parse(JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? value.toString() : value))) as Json,
  );
}

async function readsRows(loader: DatasetLoader, files: readonly File[]): Promise<void> {
  for (const file of files) {
    const dataset = await open(loader, file);
    const rows = await rowsOf(dataset);
    for (const [index, expected] of file.rows.entries()) {
      const row = rows[index];
      demand(
        row !== undefined && asJson(row) === asJson(expected),
        () =>
          `Row ${index} of ${basename(file.path)} is ${row === undefined ? 'not there' : asJson(row)}, and should be ${asJson(expected)}.`,
      );
    }
    demand(
      rows.length === file.rows.length,
      `${basename(file.path)} has ${rows.length} rows, and should have ${file.rows.length}.`,
    );
    demand(
      dataset.size === undefined || dataset.size === rows.length,
      `The size of ${basename(file.path)} is said to be ${dataset.size}, and there are ${rows.length} rows.`,
    );
    demand(dataset.name !== '', `The data of ${basename(file.path)} have no name.`);
  }
}

async function readsAgain(loader: DatasetLoader, files: readonly File[]): Promise<void> {
  for (const file of files) {
    const dataset = await open(loader, file);
    demand(dataset.rereadable, 'A file can be read again: rereadable must be true, or no run on it is ever resumed.');
    const first = (await rowsOf(dataset)).map(asJson);
    const [second, third] = await Promise.all([rowsOf(dataset), rowsOf(dataset)]);
    for (const rows of [second, third])
      demand(
        JSON.stringify(rows.map(asJson)) === JSON.stringify(first),
        `${basename(file.path)} has other rows when it is read again: rows() must begin anew each time.`,
      );
    const other = await open(loader, file);
    demand(
      (await dataset.fingerprint?.()) === (await other.fingerprint?.()),
      `${basename(file.path)} has another fingerprint each time, so no run on it is ever resumed.`,
    );
  }
}

/** Runs `work` in a folder of its own. */
async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'touchstone 자료 '));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function findsAnywhere(loader: DatasetLoader, files: readonly File[]): Promise<void> {
  await inFolder(async (folder) => {
    for (const file of files) {
      const path = join(folder, '설문 #1 (끝)', `질문 50%${extensionOf(loader, file.path)}`);
      mkdirSync(join(folder, '설문 #1 (끝)'), { recursive: true });
      if (statSync(file.path).isDirectory()) cpSync(file.path, path, { recursive: true });
      else copyFileSync(file.path, path);
      const rows = await rowsOf(await open(loader, { ...file, path }));
      demand(rows.length === file.rows.length, `It does not read '${path.slice(folder.length + 1)}': take the path as it is.`);
    }
  });
}

function extensionOf(loader: DatasetLoader, path: string): string {
  return loader.extensions.find((one) => path.toLowerCase().endsWith(one)) ?? extname(path);
}

async function saysMissing(loader: DatasetLoader): Promise<void> {
  await inFolder(async (folder) => {
    const path = join(folder, `not-there${loader.extensions[0]}`);
    try {
      await loader.open(path);
    } catch (error) {
      demand(
        TouchstoneError.isInstance(error) && error.code === 'data-not-readable' && error.message.includes('not-there'),
        `Of a file that is not there it says '${messageOf(error)}': throw a TouchstoneError('data-not-readable') that names the path.`,
      );
      return;
    }
    demand(
      false,
      'It opens a file that is not there, so that the run fails when it has begun: check in open() that it can be read.',
    );
  });
}

async function closes(loader: DatasetLoader, files: readonly File[]): Promise<void> {
  for (const file of files) {
    await rowsOf(await open(loader, file));
    const stillOpen = await leftOpen(async () => {
      for await (const _ of (await open(loader, file)).rows()) break;
      await rowsOf(await open(loader, file));
    });
    demand(
      stillOpen.length === 0,
      `After ${basename(file.path)} was left in its middle, there is open: ${stillOpen.join(', ')}. Close in finally.`,
    );
  }
}

const seen = metric('conformance_row', () => 1);

async function isEvaluated(loader: DatasetLoader, files: readonly File[]): Promise<void> {
  const plugin = definePlugin({
    name: 'conformance',
    datasetLoaders: [loader],
    register: (registry) => registry.provide(LOGGER, { info: () => undefined, warn: () => undefined }),
  });
  for (const file of files.filter(({ options, rows }) => options === undefined && rows.length > 0)) {
    // The columns are known only here.
    const touchstone = createTouchstone({ plugins: [plugin] }) as unknown as {
      evaluate(request: EvaluateRequest): Promise<EvaluationResult>;
    };
    const result = await touchstone.evaluate({ data: file.path, model: () => 'x', extraMetrics: [seen] });
    demand(
      result.coverage.conformance_row?.scored === file.rows.length,
      `An evaluation of ${basename(file.path)} ends with ${result}`,
    );
  }
}

async function saysWhere(
  loader: DatasetLoader,
  broken: NonNullable<{ readonly path: string; readonly says: RegExp }[]>,
): Promise<void> {
  for (const { path, says } of broken) {
    try {
      await rowsOf(await loader.open(path));
    } catch (error) {
      demand(TouchstoneError.isInstance(error), `Of ${basename(path)} it says '${messageOf(error)}': throw a TouchstoneError.`);
      demand(says.test(error.message), `Of ${basename(path)} it says '${error.message}', which does not match ${says}.`);
      continue;
    }
    demand(false, `${basename(path)} is broken, and is read as if it were not.`);
  }
}
