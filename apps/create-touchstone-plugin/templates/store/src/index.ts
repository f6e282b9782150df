import { definePlugin, RUN_STORE, versionOf } from '@touchstone/core';
import { myThing } from './my-thing.ts';

export { myThing } from './my-thing.ts';

/** {description} @example createTouchstone({ store: myThing() }), or plugins: [myThingPlugin()] */
export default function myThingPlugin() {
  return definePlugin({
    name: 'touchstone-my-thing',
    version: versionOf(import.meta.url),
    contract: '1.0',
    register: (registry) => registry.provide(RUN_STORE, myThing()),
  });
}
