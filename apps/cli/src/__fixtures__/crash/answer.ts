// A slow model without randomness: the same row and trial always get the same answer, after the same time (25 to 55 ms).
// Every call leaves two lines in calls.log beside this file, written through before anything else happens, so that a process
// that is killed at any moment leaves a record in which no call is missing.
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { note } from './calls.ts';
import { capitals } from './capitals.ts';

interface Question {
  readonly topic: string;
}

interface Call {
  readonly rowKey: string;
  readonly trial: number;
}

export async function answer(row: Question, call: Call): Promise<string> {
  note('asked', call.rowKey, call.trial);
  await sleep(25 + (drawn(call) % 31));
  note('answered', call.rowKey, call.trial);
  return reply(row, call);
}

export function reply({ topic }: Question, call: Call): string {
  const capital = new Map(capitals).get(topic) ?? '';
  const isKorean = /\p{Script=Hangul}/u.test(topic);
  const sentence = isKorean ? `${topic}의 수도는 ${capital}입니다.` : `The capital of ${topic} is ${capital}.`;
  switch (drawn(call) % 7) {
    case 0:
      return isKorean ? '잘 모르겠습니다.' : 'I do not know.';
    case 1:
      return capital;
    case 2:
      return `${sentence} ${isKorean ? '아마도요.' : 'I think.'}`;
    case 3:
      if (drawn(call) % 3 === 0) throw new Error('this question is too hard');
      return sentence.toLowerCase();
    default:
      return sentence;
  }
}

function drawn({ rowKey, trial }: Call): number {
  return createHash('sha256').update(`${rowKey} ${trial}`).digest().readUInt32LE();
}
