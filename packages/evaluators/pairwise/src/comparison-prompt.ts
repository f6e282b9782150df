import { type AnswerMode, answerInstruction, contextBlock, quoting, type Scale } from '@touchstone/judging';

/** Version of the sentences below: changes when what a judge is told changes. Part of the hash of the prompt. */
export const LAYOUT_VERSION = 1;

/** What a judge may answer: a place, because it does not know which system stands where. */
export const places: Scale = { kind: 'labels', weights: { first: 1, second: 0, tie: 0.5 } };

/** What is better, where nobody says. */
export const DEFAULT_CRITERIA =
  'The better output does what the input asks for: it is correct, leaves out nothing that matters, is clear, and adds nothing that is not needed.';

/** The texts of a comparison, in the order in which the judge sees them. */
export interface Compared {
  /** Absent: the judge is shown none. */
  readonly input?: string | undefined;
  /** By column. */
  readonly context: Readonly<Record<string, string>>;
  readonly first: string;
  readonly second: string;
}

/** The one message that the judge gets. Texts are put in once and never read as a template. */
export function comparisonPrompt({ input, context, first, second }: Compared, criteria: string, mode: AnswerMode): string {
  const { notice, quote } = quoting([...(input === undefined ? [] : [input]), ...Object.values(context), first, second]);
  const form = `${answerInstruction(mode, 'preference', places)}
The score says which output is better: first, second, or tie where neither is better.`;
  const shown = input === undefined ? 'two outputs' : 'an input, and two outputs that different systems gave for it';
  const parts = [
    `Task:\n${form}`,
    `You are an impartial judge. Below are ${shown}. Decide which of the two is better, by the criteria below and by nothing else.
The place of an output says nothing about it. Neither does its length or its tone, unless the criteria say so.`,
    notice,
    ...(input === undefined ? [] : [`Input:\n${quote(input)}`]),
    contextBlock(context, quote),
    `First output:\n${quote(first)}`,
    `Second output:\n${quote(second)}`,
    `Criteria:\n${criteria}`,
    form,
    'Add nothing before or after these two fields.',
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
