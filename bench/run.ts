// Measures what README.md states: `pnpm bench [part …] [--quick] [--without <peer>]`.

import { measureClassic } from './classic/measure.ts';
import { measureCrash } from './crash/measure.ts';
import { measureLatency } from './latency/measure.ts';
import { measureLimits } from './limits/measure.ts';
import { measureMillion } from './million/measure.ts';
import { measureMt } from './mt/measure.ts';
import { readOptions } from './options.ts';
import { measureOverhead } from './overhead/measure.ts';
import { measureReadability } from './readability/measure.ts';
import { writeTables } from './readme.ts';
import { measureRouge } from './rouge/measure.ts';
import { measureStore } from './store/measure.ts';
import { toMarkdown } from './table.ts';
import { measureWeight } from './weight/measure.ts';

const measures = {
  overhead: measureOverhead,
  rouge: measureRouge,
  mt: measureMt,
  million: measureMillion,
  readability: measureReadability,
  classic: measureClassic,
  crash: measureCrash,
  latency: measureLatency,
  limits: measureLimits,
  weight: measureWeight,
  store: measureStore,
};

const options = readOptions(process.argv.slice(2));
for (const part of options.parts) {
  console.error(`\n${part} …`);
  const tables = await measures[part](options);
  console.log(`\n${tables.map(toMarkdown).join('\n\n')}`);
  if (!options.quick) writeTables(part, tables);
}
