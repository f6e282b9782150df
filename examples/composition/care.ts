// node examples/composition/care.ts [FOLDER FOR THE RESULT]
import { join } from 'node:path';
import { createTouchstone, definePlugin } from '@touchstone/core';
import readability from '@touchstone/metric-readability';
import tokens from '@touchstone/metric-tokens';
import toxicity from '@touchstone/metric-toxicity';
import openai from '@touchstone/model-openai';
import { replyCare } from './reply-care.ts';
import { judge } from './stand-in-judge.ts';
import { waitingTime } from './waiting-time.ts';

const ours = definePlugin({ name: 'ours', evaluators: [replyCare, waitingTime] });
const touchstone = createTouchstone({ plugins: [openai(), readability(), tokens(), toxicity(), ours] });

const results = await touchstone.evaluate({
  data: join(import.meta.dirname, 'replies.jsonl'),
  inputs: 'question',
  predictions: 'reply',
  modelType: 'text',
  id: 'id',
  judge,
});
console.log(results);
console.table(await results.tables.care_by_channel?.toArray());
console.table(await results.tables.late_without_next_step?.toArray(), ['id', 'waited_hours', 'reply']);
console.log(new TextDecoder().decode(await results.readArtifact('advice.txt')));

const folder = process.argv[2] ?? '.touchstone/reply-care';
await results.save(folder);
console.log(`The picture is ${join(folder, 'care_by_channel.svg')}.`);
