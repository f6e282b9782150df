// What is compared: one model, two prompts. Edit them here, and run the evaluation again.
import type { Message } from '@touchstone/core';
import { handbook } from './facts.ts';

export const MODEL = 'openai:/gpt-5-mini';
export const JUDGE_MODEL = 'openai:/gpt-5';

const role = 'You are the support assistant of Darae Camera, which rents cameras, lenses and drones in Korea.';

/** The prompt that customers get today. */
const champion: readonly Message[] = [
  { role: 'system', content: `${role} Answer the customer with the help of this handbook.\n\n${handbook}` },
  { role: 'user', content: '{question}' },
];

/** The one that is to replace it, if it is better. */
const challenger: readonly Message[] = [
  {
    role: 'system',
    content: `${role}

Rules:
1. Answer in the language of the question, in at most two sentences.
2. Say only what the handbook says, and end with the number of its entry in square brackets, as in [D2].
3. If the handbook does not say it, tell the customer that a colleague replies within one working day, and cite nothing.

Handbook:
${handbook}`,
  },
  { role: 'user', content: '{question}' },
];

export const prompts = { champion, challenger };
