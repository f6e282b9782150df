import { definePlugin, versionOf } from '@touchstone/core';
import { brief, myThing } from './my-thing.ts';

export { brief, myThing } from './my-thing.ts';

/** {description} @example createTouchstone({ plugins: [myThingPlugin()] }) // evaluators: ['my-thing'] */
export default function myThingPlugin() {
  return definePlugin({
    name: 'touchstone-my-thing',
    version: versionOf(import.meta.url),
    // `finish` reads what is given to it since 1.1.
    contract: '1.1',
    metrics: [brief],
    evaluators: [myThing],
  });
}
