// node provider.ts <folder>: a provider that speaks OpenAI's API and outlives the command line. The same question always gets the same
// answer, which names its row, after 25 to 55 ms. Each request leaves a line in the folder's calls.log before it is answered, and another
// one when its answer was handed over. Where it is, is written to the file `provider`.
import { createHash } from 'node:crypto';
import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fakeProvider } from '@touchstone/testing/fake-provider';
import { capitals, questions } from './capitals.ts';

const [, , folder = '.'] = process.argv;
const rows = new Map(questions().map((row) => [String(row.question), row]));
const note = (event: string, id: string): void => appendFileSync(join(folder, 'calls.log'), `${event} 0 ${id}\n`);

const provider = await fakeProvider({
  latency: { from: 25, to: 55 },
  answers: {
    chat({ prompt }) {
      const row = rows.get(prompt);
      note('asked', String(row?.id));
      const capital = new Map(capitals).get(String(row?.topic)) ?? '';
      const draw = createHash('sha256').update(prompt).digest().readUInt32LE();
      return `${draw % 3 === 0 ? 'I do not know.' : capital} [${row?.id}]`;
    },
  },
});
writeFileSync(join(folder, 'provider.half'), provider.openai);
renameSync(join(folder, 'provider.half'), join(folder, 'provider'));

let told = 0;
const waiting = new Set<number>();
for (;;) {
  const calls = provider.calls();
  for (; told < calls.length; told++) waiting.add(told);
  for (const index of waiting) {
    const call = calls[index];
    if (call === undefined || call.outcome === 'open') continue;
    waiting.delete(index);
    if (call.outcome === 'answered') note('answered', idIn(call.answer));
  }
  await new Promise((resolve) => setTimeout(resolve, 5));
}

function idIn(answer: unknown): string {
  return /\[(q\d+)\]/u.exec(JSON.stringify(answer))?.[1] ?? '';
}
