import { definePlugin, versionOf } from '@touchstone/core';
import { about, myThing } from './my-thing.ts';

/** {description} @example createTouchstone({ plugins: [myThingPlugin()] }) // model: 'my-thing:/small' */
export default function myThingPlugin() {
  return definePlugin({
    name: 'touchstone-my-thing',
    version: versionOf(import.meta.url),
    contract: '1.0',
    register: (registry) => registry.adapter('my-thing', (uri) => myThing(uri), about),
  });
}
