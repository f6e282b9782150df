// What the fake provider says where there is no key. It looks for words, and is neither a language model nor a judge; but its answers and
// grades follow from the questions, the facts and the prompts, so a change of these changes the numbers.
import type { FakeAnswers } from '@touchstone/testing/fake-provider';
import { type Fact, facts } from './facts.ts';

export const scriptedAnswers: FakeAnswers = {
  chat({ prompt, system, schema }) {
    if (schema === undefined) return system?.includes('Rules:') ? strictAnswer(prompt) : looseAnswer(prompt);
    const [, output = '', reference = ''] = quotedTexts(prompt);
    return JSON.stringify(grade(output, reference));
  },
};

/** As a model with rules answers: in the customer's language, with the entry, and no more than the handbook says. */
function strictAnswer(question: string): string {
  const fact = findFact(question);
  if (fact !== undefined) return `${fact[languageOf(question)]} [${fact.policy}]`;
  return languageOf(question) === 'ko'
    ? '안내서에 없는 내용이라 담당자에게 전달했습니다. 영업일 기준 하루 안에 답변드리겠습니다.'
    : 'The handbook does not say, so I am passing your question to a colleague, who replies within one working day.';
}

/** As one without rules: polite, sometimes in the language of the handbook, and it promises what it does not know. */
function looseAnswer(question: string): string {
  const fact = findFact(question);
  const slips = languageOf(question) === 'ko' && question.length % 3 === 0;
  if (languageOf(question) === 'ko' && !slips) {
    const answer = fact?.ko ?? '네, 물론 가능합니다! 평소처럼 주문해 주시면 됩니다.';
    return `다래카메라를 이용해 주셔서 감사합니다. ${answer} 더 궁금하신 점이 있으면 언제든지 말씀해 주세요.`;
  }
  const answer = fact?.en ?? 'Yes, of course, that is no problem! You can order it as usual.';
  return `Thank you for contacting Darae Camera! ${answer} Is there anything else that I can help you with today?`;
}

type Language = 'en' | 'ko';

function languageOf(text: string): Language {
  return /\p{Script=Hangul}/u.test(text) ? 'ko' : 'en';
}

/** The fact with the most keywords in the question; of several, the first. */
function findFact(question: string): Fact | undefined {
  const text = question.toLowerCase();
  const hits = facts.map(({ keywords }) => keywords.filter((keyword) => mentions(text, keyword)).length);
  const most = Math.max(...hits);
  return most === 0 ? undefined : facts[hits.indexOf(most)];
}

/** Whole words in English; Korean keywords also inside of words, because particles join the noun. */
function mentions(text: string, keyword: string): boolean {
  if (languageOf(keyword) === 'ko') return text.includes(keyword);
  return new RegExp(`(?<!\\p{L})${keyword}(?!\\p{L})`, 'u').test(text);
}

interface Grade {
  readonly justification: string;
  readonly score: number;
}

/** How much of the reference is in the output: numbers, and the beginnings of words. A fifth of it more is a point more. */
function grade(output: string, reference: string): Grade {
  const wanted = pointsOf(reference);
  const given = new Set(pointsOf(output));
  const found = wanted.filter((point) => given.has(point));
  const share = wanted.length === 0 ? 0 : found.length / wanted.length;
  const score = Math.min(5, 1 + Math.floor(share * 5));
  const missing = wanted.filter((point) => !given.has(point));
  const justification = `${found.length} of ${wanted.length} points of the reference are there${missing.length === 0 ? '' : `; missing: ${missing.join(', ')}`}.`;
  return { justification, score };
}

/** Numbers; of English words of four letters and more the first four, of Korean ones the first two syllables. Each once. */
function pointsOf(text: string): readonly string[] {
  const words = text.toLowerCase().match(/\d[\d,]*|\p{Script=Hangul}{2,}|[a-z]{4,}/gu) ?? [];
  return [...new Set(words.map((word) => (/^\d/u.test(word) ? word : word.slice(0, languageOf(word) === 'ko' ? 2 : 4))))];
}

/** The texts that the judge's prompt quotes: input, output, reference. */
function quotedTexts(prompt: string): readonly string[] {
  return prompt.split(/^<data .*>$/mu).flatMap((block) => {
    const lines = block.split('\n').filter((line) => line.startsWith('| '));
    return lines.length === 0 ? [] : [lines.map((line) => line.slice(2)).join('\n')];
  });
}
