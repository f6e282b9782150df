import { fileURLToPath } from 'node:url';

/** Package → file: what a user's file may import though only the command line has it installed. One copy for both. */
export const bundledPackages: Readonly<Record<string, string>> = {
  '@touchstone/cli': fileURLToPath(new URL('./index.js', import.meta.url)),
  '@touchstone/core': fileURLToPath(import.meta.resolve('@touchstone/core')),
  '@touchstone/dataset-files': fileURLToPath(import.meta.resolve('@touchstone/dataset-files')),
  '@touchstone/metric-genai': fileURLToPath(import.meta.resolve('@touchstone/metric-genai')),
  '@touchstone/metric-readability': fileURLToPath(import.meta.resolve('@touchstone/metric-readability')),
  '@touchstone/metric-rouge': fileURLToPath(import.meta.resolve('@touchstone/metric-rouge')),
  '@touchstone/metric-text': fileURLToPath(import.meta.resolve('@touchstone/metric-text')),
  '@touchstone/metric-tokens': fileURLToPath(import.meta.resolve('@touchstone/metric-tokens')),
  '@touchstone/price-genai': fileURLToPath(import.meta.resolve('@touchstone/price-genai')),
  '@touchstone/stats': fileURLToPath(import.meta.resolve('@touchstone/stats')),
  '@touchstone/store-sqlite': fileURLToPath(import.meta.resolve('@touchstone/store-sqlite')),
};
