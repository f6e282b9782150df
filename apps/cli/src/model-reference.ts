import { isFileReference, modelFromFile } from '@touchstone/core';
import { bundledPackages } from './bundled-packages.ts';

export { isFileReference };

/**
 * A model from `./file.ts#export`; anything else is core's to understand.
 * @param folder where a relative file is looked for
 * @throws TouchstoneError `not-a-model`, and what loading the file throws
 */
export async function modelOf(model: unknown, folder: string): Promise<unknown> {
  if (typeof model !== 'string' || !isFileReference(model)) return model;
  return (await modelFromFile(model, { cwd: folder, alias: bundledPackages })).model;
}
