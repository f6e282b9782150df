import { definePlugin, versionOf } from '@touchstone/core';
import { parleyAbout, parleyModel } from './parley-model.ts';

/** What holds for every `parley:/…` of a Touchstone; options of a single model win. Left out: the environment says. */
export interface ParleyOptions {
  /** Default: `PARLEY_KEY`. */
  readonly apiKey?: string;
  /** Default: `PARLEY_URL`. There is no public server. */
  readonly url?: string;
}

/** Voices of a Parley server. @example createTouchstone({ plugins: [parley({ url: 'http://localhost:7070' })] }) // model: 'parley:/clara' */
export default function parley(options: ParleyOptions = {}) {
  return definePlugin({
    name: 'touchstone-parley',
    version: versionOf(import.meta.url),
    contract: '1.0',
    register: (registry) => registry.adapter('parley', (uri, given) => parleyModel(uri, given, options), parleyAbout),
  });
}
