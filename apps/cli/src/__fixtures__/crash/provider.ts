// node provider.ts <folder>: a provider that speaks OpenAI's API and outlives the command line. The same question always gets the same
// answer, which names what it is for, after 25 to 55 ms (the judge: 8 to 20). Each request leaves a line in the folder's calls.log when it
// arrives, and another one when its answer was handed over or nobody was there to take it. Where it is, is written to the file `provider`.
import { createHash } from 'node:crypto';
import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fakeProvider } from '@touchstone/testing/fake-provider';
import { capitals, questions } from './capitals.ts';
import { judgement, judgementIn } from './judgement.ts';

const [, , folder = '.'] = process.argv;
const rows = new Map(questions().map((row) => [String(row.question), row]));
const note = (event: string, key: string): void => appendFileSync(join(folder, 'calls.log'), `${event} 0 ${key}\n`);

const provider = await fakeProvider({
  answers: {
    // The latency is here and not an option of the provider, which would call this only after it.
    async chat({ prompt }) {
      const draw = createHash('sha256').update(prompt).digest().readUInt32LE();
      const row = rows.get(prompt);
      if (row === undefined) {
        note('sent', prompt);
        await sleep(8 + (draw % 13));
        return judgement(prompt, 1 / (1 + (draw % 9)));
      }
      note('asked', String(row.id));
      await sleep(25 + (draw % 31));
      const capital = new Map(capitals).get(String(row.topic)) ?? '';
      return `${draw % 3 === 0 ? 'I do not know.' : capital} [${row.id}]`;
    },
  },
});
writeFileSync(join(folder, 'provider.half'), provider.origin);
renameSync(join(folder, 'provider.half'), join(folder, 'provider'));

const parent = process.ppid;
let told = 0;
const waiting = new Set<number>();
// A test that fails ends without ending it.
while (process.ppid === parent) {
  const calls = provider.calls();
  for (; told < calls.length; told++) waiting.add(told);
  for (const index of waiting) {
    const call = calls[index];
    if (call === undefined || call.outcome === 'open') continue;
    waiting.delete(index);
    noteEnd(call.outcome === 'answered' ? JSON.stringify(call.answer) : undefined);
  }
  await sleep(5);
}
process.exit();

function noteEnd(answer: string | undefined): void {
  if (answer === undefined) return note('gone', '');
  const judged = judgementIn(answer)?.of;
  if (judged !== undefined) note('judged', judged);
  else note('answered', /\[(q\d+)\]/u.exec(answer)?.[1] ?? '');
}
