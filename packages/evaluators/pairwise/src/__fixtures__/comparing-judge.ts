import type { GenerateRequest, LanguageModel } from '@touchstone/core';

export interface ComparingJudge extends LanguageModel {
  /** The prompts that it was sent. */
  readonly asked: string[];
}

export type Place = 'first' | 'second' | 'tie';

/** A judge that is a function of the two outputs that it reads, in the order in which it reads them. A longer text is its whole answer. */
export function comparingJudge(verdict: (first: string, second: string) => string, id = 'fake:/judge'): ComparingJudge {
  const asked: string[] = [];
  return {
    kind: 'language',
    id,
    identity: { id },
    scopes: async () => [id],
    asked,
    send: async (request) => {
      const prompt = String(request.messages[0]?.content);
      asked.push(prompt);
      const said = verdict(quoted(prompt, 'First output'), quoted(prompt, 'Second output'));
      return { value: { text: /^(?:first|second|tie)$/u.test(said) ? answer(request, said) : said }, servedBy: `${id}-2026-11-01`, finish: 'stop' };
    },
  };
}

/** Prefers the output that comes earlier in the list; neither where both are in it at one place, or neither is. */
export function preferring(...best: readonly string[]): (first: string, second: string) => Place {
  const rank = (output: string): number => best.findIndex((one) => output.includes(one)) >>> 0;
  return (first, second) => (rank(first) === rank(second) ? 'tie' : rank(first) < rank(second) ? 'first' : 'second');
}

function answer({ output }: GenerateRequest, score: string): string {
  const justification = `because it is ${score}`;
  return output === undefined ? `justification: ${justification}\nscore: ${score}` : JSON.stringify({ justification, score });
}

/** What stands in the quotation below a heading. */
export function quoted(prompt: string, heading: string): string {
  const [, block = ''] = new RegExp(`^${heading}:\\n<data [0-9a-f]+>\\n([\\s\\S]*?)\\n</data`, 'mu').exec(prompt) ?? [];
  return block.replaceAll(/^\| /gmu, '');
}
