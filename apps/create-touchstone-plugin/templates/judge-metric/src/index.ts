import { definePlugin, versionOf } from '@touchstone/core';
import { myThing } from './my-thing.ts';

export { type MyThingOptions, myThing } from './my-thing.ts';

/** {description} @example createTouchstone({ plugins: [openai(), myThingPlugin()] }) */
export default function myThingPlugin() {
  return definePlugin({
    name: 'touchstone-my-thing',
    version: versionOf(import.meta.url),
    contract: '1.0',
    register: (registry) => registry.metric('my_thing', (options) => myThing(options)),
  });
}
