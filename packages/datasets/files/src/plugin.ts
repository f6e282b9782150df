import { definePlugin, versionOf } from '@touchstone/core';

/**
 * Data files by their extension.
 *
 * @example createTouchstone({ plugins: [files()] })
 */
export default function files() {
  return definePlugin({ name: '@touchstone/dataset-files', version: versionOf(import.meta.url), datasetLoaders: [] });
}
