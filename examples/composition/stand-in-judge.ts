import type { GenerateRequest, LanguageModel } from '@touchstone/core';

/** Which judge this environment has: `JUDGE=openai:/gpt-5-mini` with OPENAI_API_KEY names a real one. */
export const judge: string | LanguageModel = process.env.JUDGE ?? standInJudge();

/** Stands in for a language model where no key is set, so that the examples run for everyone. It looks for words, and is no judge of anything. */
export function standInJudge(): LanguageModel {
  return {
    kind: 'language',
    id: 'stand-in:/words',
    identity: { words: 'next step, sorry' },
    scopes: async () => ['stand-in|this process|no key'],
    send: async (request) => ({ value: { text: answer(request) }, usage: { inputTokens: 0, outputTokens: 0 } }),
  };
}

const NEXT_STEP = /\bwill\b|\bwithin\b|드리겠|안에|까지/u;
const TROUBLE = /\blate\b|missing|torn|\brain\b|twice|weeks ago|지났|젖어|일주일/u;

function answer({ messages, output }: GenerateRequest): string {
  const prompt = String(messages.at(-1)?.content);
  const quoted = prompt.split(/^<data .*>$/mu).map((block) =>
    block
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .join('\n'),
  );
  const blocks = quoted.filter((block) => block !== '');
  if (output !== undefined) return verdict(NEXT_STEP.test(blocks.at(-1) ?? ''));
  if (prompt.includes('yes or no')) return TROUBLE.test(blocks[0] ?? '') ? 'yes' : 'no';
  return `Say when, not only that: ${blocks.length} customers waited for more than a day, and then learned of no next step.`;
}

function verdict(passes: boolean): string {
  const justification = passes
    ? '1: pass, because it says what happens next'
    : '1: fail, because it does not say what happens next';
  return JSON.stringify({ justification, score: passes });
}
