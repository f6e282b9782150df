import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pluginConformance, type ToldRun, temporaryFolder, trackerConformance } from '@touchstone/testing';
import myThingPlugin, { myThing } from './index.ts';

pluginConformance(myThingPlugin, { manifest: new URL('../package.json', import.meta.url) });

trackerConformance('myThing', () => {
  const file = join(temporaryFolder(), '기록', 'runs.jsonl');
  return {
    tracker: myThing(file),
    told(run): ToldRun | undefined {
      const lines = readFileSync(file, 'utf8').trim().split('\n');
      return lines.map((line) => JSON.parse(line)).findLast((line) => line.run === run && line.event === 'end');
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
});
