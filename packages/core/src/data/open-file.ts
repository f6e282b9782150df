import { basename, extname, resolve } from 'node:path';
import type { Dataset, DatasetLoader, Row } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { knownFileTypes } from '../metrics/preset-table.ts';
import { checkReadableFile } from './readable-file.ts';

/**
 * Opens a data file with the loader of its extension; the longest one wins, so `.jsonl.gz` may have its own.
 *
 * @param given the path as typed, taken from `cwd`
 * @throws TouchstoneError `data-not-readable` naming the resolved path, `unknown-file-type` with what to install
 */
export async function openFile(
  given: string,
  options: { readonly cwd: string; readonly loaders: readonly DatasetLoader[] },
): Promise<Dataset<Row>> {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(given)) {
    throw new TouchstoneError(
      'data-not-readable',
      `data is '${given}', an address; it is read from files, so download it and give its path.`,
    );
  }
  const path = resolve(options.cwd, given);
  checkReadableFile(path, given);
  const loader = loaderFor(path, options.loaders);
  if (loader !== undefined) return loader.open(path);
  const extension = extname(path).toLowerCase();
  const known = options.loaders.flatMap(({ extensions }) => extensions).sort();
  const pack = knownFileTypes[extension];
  const what = extension === '' ? `'${given}' has no file extension` : `Nothing here reads '${extension}' files ('${given}')`;
  const hint = pack === undefined ? '' : ` Install it: npm i ${pack}`;
  throw new TouchstoneError('unknown-file-type', `${what}; these are read: ${known.join(', ')}.${hint}`);
}

function loaderFor(path: string, loaders: readonly DatasetLoader[]): DatasetLoader | undefined {
  const name = basename(path).toLowerCase();
  let best: { readonly loader: DatasetLoader; readonly length: number } | undefined;
  for (const loader of loaders) {
    for (const extension of loader.extensions) {
      if (name.endsWith(extension) && extension.length > (best?.length ?? 0)) best = { loader, length: extension.length };
    }
  }
  return best?.loader;
}
