import { type AnswerMode, answerInstruction, contextBlock, type Quoting, type Scale } from '@touchstone/judging';
import { type CheckedExample, renderExample } from './evaluation-example.ts';

/** Version of the sentences below: changes when what a judge is told changes. Part of the hash of the prompt. */
export const LAYOUT_VERSION = 1;

/** What a judge grades by. */
export interface Rubric {
  readonly name: string;
  readonly definition: string;
  readonly gradingPrompt: string;
  readonly examples: readonly CheckedExample[];
  readonly includeInput: boolean;
  readonly scale: Scale;
}

/** The texts of a row. */
export interface GradedTexts {
  /** Absent: the metric shows none. */
  readonly input?: string | undefined;
  readonly output: string;
  /** By column, in the metric's order. */
  readonly context: Readonly<Record<string, string>>;
}

/**
 * The one message that the judge gets, in MLflow's order: task, input, output, context, definition, rubric, examples, and once more the form
 * of the answer. Texts are put in once and never read as a template, so that nothing drops out, whatever they hold.
 */
export function judgePrompt(rubric: Rubric, graded: GradedTexts, { notice, quote }: Quoting, mode: AnswerMode): string {
  const { name, definition, gradingPrompt, examples, includeInput, scale } = rubric;
  const form = answerInstruction(mode, name, scale);
  const shown = includeInput ? 'an input that a language model was sent, and the output' : 'the output';
  const what = includeInput ? 'the input and the output' : 'the output';
  const parts = [
    `Task:\n${form}`,
    `You are an impartial judge. Below is ${shown} that the model gave. There may also be additional
information that the model was given, or that the output is held against.`,
    `Your task is to decide on a score called ${name} for ${what}. A definition of ${name} and a grading rubric
are given below. Grade by this rubric and by nothing else, and say why your score is the one that the rubric asks for.`,
    'There may be examples. They show how the rubric is meant to be used; they are not what you grade.',
    ...(notice === '' ? [] : [notice]),
    ...(graded.input === undefined || !includeInput ? [] : [`Input:\n${quote(graded.input)}`]),
    `Output:\n${quote(graded.output)}`,
    contextBlock(graded.context, quote),
    `Metric definition:\n${definition}`,
    `Grading rubric:\n${gradingPrompt}`,
    ...(examples.length === 0 ? [] : [['Examples:', ...examples.map(renderExample)].join('\n')]),
    form,
    'Add nothing before or after these two fields.',
  ];
  return `\n${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
