import type { DatasetLoader } from '@touchstone/core';
import { registerChecks } from './check.ts';
import { type DatasetLoaderConformanceOptions, datasetLoaderChecks } from './dataset-loader-checks.ts';

/**
 * What every loader of data files must do, as Vitest tests.
 *
 * @example
 * datasetLoaderConformance(noteLoader, {
 *   files: [{ path: new URL('__fixtures__/two.notes', import.meta.url), rows: [{ inputs: 'one' }, { inputs: '둘' }] }],
 *   broken: [{ path: new URL('__fixtures__/broken.notes', import.meta.url), says: /line 2/ }],
 * });
 */
export function datasetLoaderConformance(loader: DatasetLoader, options: DatasetLoaderConformanceOptions): void {
  registerChecks(`${loader.extensions.join(', ')} files are read by a loader that`, datasetLoaderChecks(loader, options));
}
