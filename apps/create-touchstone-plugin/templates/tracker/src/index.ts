import { definePlugin, TRACKERS, versionOf } from '@touchstone/core';
import { myThing } from './my-thing.ts';

export { myThing } from './my-thing.ts';

export interface MyThingOptions {
  /** Default: `.touchstone/my-thing.jsonl`. */
  readonly file?: string;
}

/** {description} @example createTouchstone({ plugins: [myThingPlugin({ file: 'runs.jsonl' })] }) */
export default function myThingPlugin({ file = '.touchstone/my-thing.jsonl' }: MyThingOptions = {}) {
  return definePlugin({
    name: 'touchstone-my-thing',
    version: versionOf(import.meta.url),
    // `end` is told which run it speaks of since 1.1.
    contract: '1.1',
    register: (registry) => registry.add(TRACKERS, myThing(file)),
  });
}
