import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * Libraries that only some files need. Loaded with the first of these, so that the plug-in costs little until then; and
 * synchronously, because rows are read so.
 */
export const libraries = {
  flechette: (): typeof import('@uwdata/flechette') => require('@uwdata/flechette'),
  iconv: (): typeof import('iconv-lite') => require('iconv-lite'),
  minizlib: (): typeof import('minizlib') => require('minizlib'),
};
