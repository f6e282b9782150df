import { globSync, statSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import type { Dataset, DatasetLoader, FileOptions } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { fileOptionPacks, knownFileTypes } from '../metrics/preset-table.ts';
import { nameOfFiles } from './file-bytes.ts';
import { joinFiles } from './join-files.ts';
import { checkReadableFile } from './readable-file.ts';

export interface OpenFileOptions {
  /** Where relative paths start. */
  readonly cwd: string;
  readonly loaders: readonly DatasetLoader[];
  readonly fileOptions?: FileOptions;
  /** Megabytes up to which addresses are downloaded. Default: they are not. */
  readonly maxDownload?: number;
}

/**
 * Opens data files with the loader of their extension; the longest one wins, so `.jsonl.gz` may have its own. Several files
 * are one data set: their rows one file after the other, those of a pattern in the order of their names.
 *
 * @param given paths from `cwd`, patterns such as `part-*.csv`, and http(s) addresses where `maxDownload` allows them
 * @throws TouchstoneError `data-not-readable` naming the resolved path, `unknown-file-type` with what to install, `mixed-files`,
 *   `named-twice`, `unknown-option`, and what the loader throws
 */
export async function openFile(given: string | readonly string[], options: OpenFileOptions): Promise<Dataset> {
  const asked = typeof given === 'string' ? [given] : given;
  const files: FoundFile[] = [];
  for (const one of asked) files.push(...(await findFiles(one, options)));
  const [first, ...others] = files;
  if (first === undefined) throw new TouchstoneError('data-not-readable', 'data is a list of files, and the list is empty.');
  checkNamedOnce(files);
  const loaders = files.map((file) => loaderFor(file, options));
  if (others.length > 0) return named(await openTogether(files, loaders, options), asked, options);
  const dataset = await openOne(first, loaders[0], options);
  return isAddress(first.given) ? { ...dataset, source: first.given } : dataset;
}

/** A file that was found, and how it was asked for. */
interface FoundFile {
  readonly path: string;
  /** The path, pattern or address as typed. */
  readonly given: string;
}

async function findFiles(given: string, options: OpenFileOptions): Promise<readonly FoundFile[]> {
  if (isAddress(given)) {
    if (options.maxDownload === undefined)
      throw new TouchstoneError(
        'data-not-readable',
        `data is '${given}', an address; it is read from files, so download it and give its path, or allow a download of at most 100 MB: file('…', { maxDownload: 100 }).`,
      );
    const { download } = await import('./download.ts');
    return [{ path: await download(given, options.maxDownload), given }];
  }
  const path = resolve(options.cwd, given);
  // A question mark at the end of a word is that of a question, which was meant as data.
  if (/[*[{]|\?\S/.test(given) && !exists(path)) return filesOfPattern(given, options.cwd);
  checkReadableFile(path, given);
  return [{ path, given }];
}

function isAddress(given: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(given);
}

/** False as well for a text that can be no name of a file. */
function exists(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** In the order of their UTF-16 units, which is the same on every machine. */
function filesOfPattern(pattern: string, cwd: string): readonly FoundFile[] {
  const paths = globSync(pattern, { cwd })
    .map((path) => resolve(cwd, path))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
    .sort();
  if (paths.length === 0)
    throw new TouchstoneError(
      'data-not-readable',
      `There is no file '${pattern}', and as a pattern it matches no file in ${cwd}.`,
    );
  for (const path of paths) checkReadableFile(path);
  return paths.map((path) => ({ path, given: pattern }));
}

function checkNamedOnce(files: readonly FoundFile[]): void {
  const seen = new Set<string>();
  for (const { path, given } of files) {
    if (seen.has(path))
      throw new TouchstoneError(
        'named-twice',
        `'${given}' names ${basename(path)} a second time, and its rows would count twice.`,
      );
    seen.add(path);
  }
}

/** Of loaders for the same extension the first one that takes the options. */
function loaderFor({ path, given }: FoundFile, { loaders, fileOptions = {} }: OpenFileOptions): DatasetLoader {
  const name = basename(path).toLowerCase();
  const fit = ({ extensions }: DatasetLoader) =>
    Math.max(0, ...extensions.map((extension) => (name.endsWith(extension) ? extension.length : 0)));
  const length = Math.max(0, ...loaders.map(fit));
  if (length === 0) throw unknownFileType(path, given, loaders);
  const fitting = loaders.filter((loader) => fit(loader) === length);
  const asked = Object.keys(fileOptions);
  const loader = fitting.find(({ options = [] }) => asked.every((option) => options.some((taken) => taken === option)));
  if (loader === undefined) throw wrongOption(asked, name.slice(-length), fitting, loaders);
  return loader;
}

function unknownFileType(path: string, given: string, loaders: readonly DatasetLoader[]): TouchstoneError {
  const extension = extname(path).toLowerCase();
  const known = loaders.flatMap(({ extensions }) => extensions).sort();
  const pack = knownFileTypes[extension];
  const what = extension === '' ? `'${given}' has no file extension` : `Nothing here reads '${extension}' files ('${given}')`;
  const hint = pack === undefined ? '' : ` Install it: npm i ${pack}`;
  return new TouchstoneError('unknown-file-type', `${what}; these are read: ${[...new Set(known)].join(', ')}.${hint}`);
}

function wrongOption(
  asked: readonly string[],
  extension: string,
  fitting: readonly DatasetLoader[],
  loaders: readonly DatasetLoader[],
): TouchstoneError {
  const takenOf = (some: readonly DatasetLoader[]) => new Set<string>(some.flatMap(({ options = [] }) => options));
  const taken = takenOf(fitting);
  const option = asked.find((one) => !taken.has(one)) ?? asked.join(' and ');
  const pack = fileOptionPacks[option];
  if (pack !== undefined && !takenOf(loaders).has(option))
    return new TouchstoneError(
      'unknown-option',
      `'${option}' is an option of ${pack}, which is not among the plug-ins: npm i ${pack}, and add it to plugins.`,
    );
  const what = taken.size === 0 ? 'which take none' : `which take: ${[...taken].join(', ')}`;
  return new TouchstoneError('unknown-option', `'${option}' is no option for ${extension} files, ${what}.`);
}

async function openOne(
  { path }: FoundFile,
  loader: DatasetLoader | undefined,
  { fileOptions }: OpenFileOptions,
): Promise<Dataset> {
  if (loader === undefined) throw new RangeError('there is no loader');
  return fileOptions === undefined ? loader.open(path) : loader.open(path, fileOptions);
}

/** All at once by a loader that wants to see all of them; else one by one, and then it does not matter whose they are. */
async function openTogether(
  files: readonly FoundFile[],
  loaders: readonly DatasetLoader[],
  options: OpenFileOptions,
): Promise<Dataset> {
  const [first] = loaders;
  const stranger = loaders.findIndex((loader) => loader !== first);
  if (stranger === -1 && first?.openAll !== undefined) {
    const paths = files.map(({ path }) => path);
    return options.fileOptions === undefined ? first.openAll(paths) : first.openAll(paths, options.fileOptions);
  }
  if (loaders.some((loader) => loader.openAll !== undefined)) {
    const [one, other] = [files[0], files[stranger]].map((file) => basename(file?.path ?? ''));
    throw new TouchstoneError(
      'mixed-files',
      `${one} and ${other} are files of different kinds, and a data set is of one kind: convert one of them, or start two runs.`,
    );
  }
  return joinFiles(await Promise.all(files.map((file, index) => openOne(file, loaders[index], options))));
}

/** Where the rows of several files, of a pattern or of an address came from, as it was asked for. */
function named(dataset: Dataset, asked: readonly string[], { cwd }: OpenFileOptions): Dataset {
  const source = asked.map((one) => (isAddress(one) ? one : resolve(cwd, one))).join(', ');
  return { ...dataset, name: nameOfFiles(asked), source };
}
