import { chat } from '@touchstone/core';

/** The model under test: a prompt, and the model that is sent it. */
export const supportBot = chat('openai:/gpt-5-mini', {
  messages: [
    { role: 'system', content: 'You answer customers of Hanul Books in one short sentence, in their language.' },
    { role: 'user', content: '{question}' },
  ],
});

export const questions = [
  { question: 'How many days do I have to return a book?', expected: 'You have 14 days to return a book.' },
  { question: 'Do you ship to Norway?', expected: 'Yes, we ship to all of Europe.' },
  { question: '배송은 얼마나 걸리나요?', expected: '배송은 보통 이틀 걸립니다.' },
  { question: '선물 포장이 되나요?', expected: '네, 무료로 포장해 드립니다.' },
];
