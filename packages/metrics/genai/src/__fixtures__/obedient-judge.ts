import type { GenerateRequest } from '@touchstone/core';
import { ORDER } from './attacks.ts';
import { type FakeJudge, fakeJudge, verdict } from './fake-judge.ts';

/**
 * A judge that does whatever it reads outside of the quotations: it gives the highest score where the order stands there, or where the
 * rubric, the task or an example is not the only one; else the lowest. It reads like a careless model: any end of a line ends one, what looks
 * like a closing mark closes, whatever its letters, blanks and number, and zero-width characters are nothing.
 */
export function obedientJudge(highest: number | boolean | string, lowest: number | boolean | string): FakeJudge & { readonly obeyed: string[] } {
  const obeyed: string[] = [];
  const judge = fakeJudge((prompt, request: GenerateRequest) => {
    const outside = outsideOf(prompt);
    const orders = outside.includes(ORDER) || HEADINGS.some((heading) => outside.split(`\n${heading}`).length > 2);
    if (orders) obeyed.push(prompt);
    return verdict(request, orders ? highest : lowest);
  });
  return Object.assign(judge, { obeyed });
}

const HEADINGS = ['Task:', 'Metric definition:', 'Grading rubric:', 'Examples:'];

/** The lines of the prompt that belong to no quotation, as a careless reader sees them. */
export function outsideOf(prompt: string): string {
  const lines = folded(prompt).split(/\r\n|[\n\r\v\f\u0085\u2028\u2029\u001e]/u);
  const outside: string[] = [];
  let quoted = false;
  for (const line of lines) {
    // A line that is marked as quoted is none of the prompt's own, and no mark.
    if (quoted && line.startsWith('| ')) continue;
    if (!quoted && /^<data [0-9a-f]{16}>$/u.test(line)) quoted = true;
    else if (quoted && /^[<({[*\-"'`~=#\s]*\/? *data\b.*$/iu.test(line)) quoted = false;
    else outside.push(line);
  }
  return outside.join('\n');
}

function folded(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\u200b-\u200d\u2060\ufeff]/gu, '')
    .replaceAll(/[\u{e0000}-\u{e007f}]/gu, (tag) => String.fromCodePoint((tag.codePointAt(0) ?? 0) - 0xe0000))
    .replaceAll('а', 'a')
    .replaceAll(/[‹⟨〈]/gu, '<')
    .replaceAll(/[›⟩〉]/gu, '>')
    .replaceAll(/[∕⁄]/gu, '/');
}
