import { TouchstoneError } from '../errors/touchstone-error.ts';

/**
 * Loaded when it is used, and installed by those who use it: most of core's users never export a run. The command line brings both.
 * @throws TouchstoneError `zip-library-missing`
 */
export async function zipLibrary<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new TouchstoneError('zip-library-missing', 'Files of runs need two libraries for zips: npm install yazl yauzl.', {
      cause: error,
    });
  }
}
