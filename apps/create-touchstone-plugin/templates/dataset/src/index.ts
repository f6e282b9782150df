import { definePlugin, versionOf } from '@touchstone/core';
import { myThing } from './my-thing.ts';

export { type MyThingRow, myThing } from './my-thing.ts';

/** {description} @example createTouchstone({ plugins: [myThingPlugin()] }) // data: 'questions.my-thing' */
export default function myThingPlugin() {
  return definePlugin({
    name: 'touchstone-my-thing',
    version: versionOf(import.meta.url),
    contract: '1.0',
    datasetLoaders: [myThing],
  });
}
