import { fileURLToPath } from 'node:url';

const PACKAGES = [
  '@touchstone/core',
  '@touchstone/stats',
  '@touchstone/metric-text',
  '@touchstone/metric-rouge',
  '@touchstone/store-sqlite',
];

/** Package → file: what a user's file may import though only the command line has it installed. One copy for both. */
export const bundledPackages: Readonly<Record<string, string>> = Object.fromEntries([
  ['@touchstone/cli', fileURLToPath(new URL('./index.js', import.meta.url))],
  ...PACKAGES.map((name) => [name, fileURLToPath(import.meta.resolve(name))]),
]);
