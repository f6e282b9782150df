import { chat } from '@touchstone/core';

/** The model of most snippets: a prompt, and who is sent it. Its only placeholder is no column of the data, so it takes `inputs`. */
export const basicQa = chat('openai:/gpt-5-mini', {
  messages: [
    { role: 'system', content: 'Answer in two sentences at most.' },
    { role: 'user', content: '{question}' },
  ],
});
