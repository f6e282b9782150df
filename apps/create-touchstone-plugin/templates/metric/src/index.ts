import { definePlugin, versionOf } from '@touchstone/core';
import { myThing } from './my-thing.ts';

export { myThing } from './my-thing.ts';

/** {description} @example createTouchstone({ plugins: [myThingPlugin()] }) */
export default function myThingPlugin() {
  return definePlugin({
    name: 'touchstone-my-thing',
    version: versionOf(import.meta.url),
    contract: '1.0',
    metrics: [myThing],
  });
}
