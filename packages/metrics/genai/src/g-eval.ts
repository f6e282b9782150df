import { createHash } from 'node:crypto';
import {
  type CommonMetricOptions,
  type DefinedMetric,
  type GenerateRequest,
  type Json,
  type LanguageModel,
  ServiceError,
  TouchstoneError,
  truncate,
  type Work,
} from '@touchstone/core';
import {
  type AskJudge,
  answerInstruction,
  askJudge,
  contextBlock,
  type Judgement,
  judgeDefaults,
  PARSER_VERSION,
  plainOptions,
  quoting,
  readScale,
  refuseUnknownOptions,
} from '@touchstone/judging';
import { expectedScore } from './expected-score.ts';
import { genaiDefinition } from './genai-definition.ts';
import { commonOptions, gradedMetric } from './graded-metric.ts';
import { checkPanelOptions, type PanelOptions, panelOptions } from './panel-options.ts';

/** What {@link gEval} takes. */
export interface GEvalOptions<Name extends string = string, Column extends string = string>
  extends PanelOptions,
    Omit<CommonMetricOptions, 'name'> {
  readonly name: Name;
  /** What makes an output good, in a few sentences. */
  readonly criteria: string;
  /** How to judge by them, step by step. Default: each judge writes its own, once for all rows. */
  readonly steps?: readonly string[] | undefined;
  /** Lowest and highest score, whole numbers, at most 20 apart. Default: `[1, 5]`. */
  readonly scale?: readonly [number, number] | undefined;
  /** Columns that the judge is shown besides input and output. */
  readonly gradingContextColumns?: Column | readonly Column[] | undefined;
  /** Whether the judge is shown the input. Default: `true`. */
  readonly includeInput?: boolean | undefined;
  /** Default: `true`. */
  readonly greaterIsBetter?: boolean | undefined;
  /** Kept with the definition. */
  readonly metricMetadata?: Readonly<Record<string, Json>> | undefined;
}

/** Version of the sentences below. */
const LAYOUT = 1;
const WIDEST = 20;
/** A default of ours: a judge that cannot tell is asked without. */
const LOGPROBS = { logprobs: true, topLogprobs: 20 };

/**
 * G-Eval: the judge turns criteria into steps, judges by them, and the score is the mean over the numbers that it might have said, weighted
 * by their probabilities. `details.expected` has what it did say and how much probability the numbers had together. A judge that does not
 * tell probabilities gives the score that it says, and `details` have no `expected`.
 *
 * Steps that a judge writes itself are its own for each trial, and for each run that has no answer of an earlier one in the store's cache: name
 * `steps` to compare runs.
 *
 * @throws TouchstoneError `bad-option`
 * @example gEval({ name: 'helpfulness', criteria: 'The answer solves the problem of the person who asks.', model: 'openai:/gpt-4.1' })
 */
export function gEval<const Name extends string, const Column extends string = never>(
  options: GEvalOptions<Name, Column>,
): DefinedMetric<Name, Readonly<Record<'predictions' | Column, unknown>>> {
  const { name, criteria, steps, includeInput = true, greaterIsBetter = true, gradingContextColumns = [] } = checked(options);
  const scale = readScale(name, options, { kind: 'numeric', min: 1, max: 5 });
  const [min, max] = scale.kind === 'numeric' ? [scale.min, scale.max] : [0, Number.NaN];
  if (!Number.isInteger(min) || !Number.isInteger(max) || max - min > WIDEST) {
    throw new TouchstoneError(
      'bad-option',
      `${name}: the scale of G-Eval goes from one whole number to another, at most ${WIDEST} apart.`,
    );
  }
  const columns = [gradingContextColumns].flat() as readonly string[];
  const ask: AskJudge = async (question, judge, work, repeat) => {
    const plan = steps ?? (await writtenSteps(criteria, judge, work));
    if ('failed' in plan) return plan;
    const list = plan.map((step, index) => `${index + 1}. ${step}`).join('\n');
    const prompt = (mode: 'structured' | 'text'): string =>
      [
        question.prompt(mode),
        `Evaluation steps, to be followed in this order:\n${list}`,
        answerInstruction(mode, name, scale),
      ].join('\n\n');
    const judgement = await withProbabilities({ ...question, prompt }, judge, work, repeat);
    return expected(judgement, [min, max], steps === undefined ? plan : undefined);
  };
  return gradedMetric({
    name,
    description: truncate(criteria.split('\n')[0] ?? name, 160),
    greaterIsBetter,
    scale,
    context: columns,
    shown: includeInput ? ['inputs', 'predictions'] : ['predictions'],
    prompt: ({ inputs, predictions = '', ...context }) => {
      const { notice, quote } = quoting([inputs ?? '', predictions, ...Object.values(context)]);
      const parts = [
        `You are an impartial judge. Decide how well the output below meets the criteria of ${name}, and by nothing else.`,
        `Criteria:\n${criteria}`,
        notice,
        ...(inputs === undefined ? [] : [`Input:\n${quote(inputs)}`]),
        `Output:\n${quote(predictions)}`,
        contextBlock(context, quote),
      ];
      return () => parts.filter((part) => part !== '').join('\n\n');
    },
    ask,
    promptHash: createHash('sha256')
      .update(JSON.stringify(['g-eval', LAYOUT, criteria, steps ?? null, columns, includeInput, min, max]))
      .digest('hex')
      .slice(0, 12),
    options,
    defaults: judgeDefaults,
    common: commonOptions(options),
    definition: genaiDefinition('g_eval', name, undefined, options),
    made: { export: 'gEval', options: plainOptions(options) },
  }) as unknown as DefinedMetric<Name, Readonly<Record<'predictions' | Column, unknown>>>;
}

/** Options of the command line and of files were not checked by a compiler. */
function checked(options: GEvalOptions): GEvalOptions {
  const { name, criteria, steps, includeInput } = options ?? {};
  const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';
  if (!isText(name) || !isText(criteria)) {
    throw new TouchstoneError(
      'bad-option',
      "g_eval needs name and criteria, texts that are not empty: { name: 'helpfulness', criteria: '…' }.",
    );
  }
  if (steps !== undefined && (!Array.isArray(steps) || steps.length === 0 || !steps.every(isText))) {
    throw new TouchstoneError(
      'bad-option',
      `${name}: steps must be a list of sentences, in the order in which they are followed.`,
    );
  }
  if (includeInput !== undefined && typeof includeInput !== 'boolean') {
    throw new TouchstoneError('bad-option', `${name}: includeInput must be true or false, not ${JSON.stringify(includeInput)}.`);
  }
  refuseUnknownOptions(name, options, [
    ...panelOptions,
    ...['criteria', 'steps', 'scale', 'gradingContextColumns', 'includeInput', 'greaterIsBetter', 'metricMetadata'],
  ]);
  checkPanelOptions(name, options);
  return options;
}

/** What the judge makes of the criteria: asked once a run, because every row asks for the same. */
async function writtenSteps(
  criteria: string,
  judge: LanguageModel,
  work: Pick<Work, 'ask'>,
): Promise<readonly string[] | Extract<Judgement, { failed: unknown }>> {
  const content = `You will judge outputs of a language model by these criteria:\n${criteria}\n
Write the steps by which you will do it, from reading the output to deciding on a score: two to eight of them, each one sentence on a line of
its own that begins with its number. Write nothing else.`;
  const request: GenerateRequest = { messages: [{ role: 'user', content }], defaults: judgeDefaults };
  const { value, finish } = await work.ask(judge, request);
  const text = value.text ?? '';
  const steps = text.split('\n').flatMap((line) => /^\s*\d+\s*[.):]\s*(\S.*)$/u.exec(line)?.[1]?.trim() ?? []);
  if (steps.length > 0 && finish !== 'length' && value.refusal === undefined) return steps;
  const message = 'the judge wrote no evaluation steps: name some with steps: […]';
  const promptHash = createHash('sha256').update(content).digest('hex').slice(0, 16);
  return {
    failed: { code: 'judge-unreadable', message },
    provenance: {
      judge: judge.id,
      promptHash,
      parserVersion: PARSER_VERSION,
      answers: 'text',
      attempts: 1,
      raw: text.slice(0, 4_000),
    },
  };
}

/** Judges of this process that tell no probabilities. */
const withoutLogprobs = new WeakSet<LanguageModel>();

const withProbabilities: AskJudge = async (question, judge, work, repeat) => {
  if (withoutLogprobs.has(judge)) return askJudge(question, judge, work, repeat);
  try {
    return await askJudge({ ...question, defaults: { ...question.defaults, ...LOGPROBS } }, judge, work, repeat);
  } catch (error) {
    // Adapters leave out defaults that a model does not take, where they know its provider's words for it.
    if (!ServiceError.isInstance(error) || !/log\s?prob/iu.test(error.message)) throw error;
    withoutLogprobs.add(judge);
    return askJudge(question, judge, work, repeat);
  }
};

function expected(judgement: Judgement, scale: readonly [number, number], steps: readonly string[] | undefined): Judgement {
  const provenance = { ...judgement.provenance, ...(steps === undefined ? {} : { steps }) };
  if ('failed' in judgement) return { ...judgement, provenance };
  const said = Number(judgement.value);
  const weighted = expectedScore(judgement.answered, said, scale);
  if (weighted === undefined) return { ...judgement, provenance };
  return { ...judgement, value: weighted.value, provenance: { ...provenance, expected: { said, mass: weighted.mass } } };
}
