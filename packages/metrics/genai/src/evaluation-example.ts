import { TouchstoneError } from '@touchstone/core';
import { describeScale, type Scale, verdictOfJson, verdictText } from '@touchstone/judging';

/** An answer with the score that it deserves and why: shown to the judge. */
export interface EvaluationExample {
  /** What was asked; left out of the prompt where the metric shows no input. */
  readonly input?: string;
  readonly output: string;
  /** On the metric's scale. */
  readonly score: number | boolean | string;
  readonly justification?: string;
  /** By column of `gradingContextColumns`; a text alone is for the first of them. */
  readonly gradingContext?: Readonly<Record<string, string>> | string;
}

/** An example as prompts and definitions have it. */
export interface CheckedExample {
  readonly input?: string;
  readonly output: string;
  readonly score: number | boolean | string;
  readonly justification?: string;
  readonly gradingContext: Readonly<Record<string, string>>;
}

/** @throws TouchstoneError `bad-example` for one without a context column, or with a score that is not on the scale */
export function checkExamples(
  name: string,
  examples: readonly EvaluationExample[],
  {
    columns,
    includeInput,
    scale,
  }: { readonly columns: readonly string[]; readonly includeInput: boolean; readonly scale: Scale },
): readonly CheckedExample[] {
  return examples.map((example, index) => {
    const { input, output, score, justification, gradingContext = {} } = example;
    const where = `${name}: examples[${index}]`;
    const bad = (what: string): TouchstoneError => new TouchstoneError('bad-example', `${where} ${what}`);
    const [first] = columns;
    const context = typeof gradingContext !== 'string' ? gradingContext : first === undefined ? {} : { [first]: gradingContext };
    const given = Object.keys(context);
    if (given.length !== columns.length || !columns.every((column) => given.includes(column))) {
      throw bad(
        `has the grading context ${list(given)}, and the metric's gradingContextColumns are ${list(columns)}: each example must have all of them.`,
      );
    }
    if (typeof output !== 'string') throw bad('has no output.');
    if (verdictOfJson(score, scale).status !== 'read')
      throw bad(`has the score ${JSON.stringify(score)}, and the scale is ${describeScale(scale)}.`);
    return {
      ...(input === undefined || !includeInput ? {} : { input }),
      output,
      score,
      ...(justification === undefined ? {} : { justification }),
      gradingContext: context,
    };
  });
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'of no column' : `of ${names.join(', ')}`;
}

/** An example as a prompt shows it; what it has not is left out. */
export function renderExample({ input, output, score, justification, gradingContext }: CheckedExample): string {
  const context = Object.entries(gradingContext).flatMap(([key, value]) => [`key: ${key}`, 'value:', value]);
  const parts = [
    ...(input === undefined ? [] : [`Example Input:\n${input}`]),
    `Example Output:\n${output}`,
    ...(context.length === 0 ? [] : [['Additional information used by the model:', ...context].join('\n')]),
    `Example score: ${verdictText(score)}${justification === undefined ? '' : `\nExample justification: ${justification}`}`,
  ];
  return `\n${parts.join('\n\n')}\n        `;
}
