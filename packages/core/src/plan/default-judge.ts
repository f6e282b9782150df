import type { Answer, DefaultJudge, Generated, GenerateRequest, Json, LanguageModel, SkippedMetric } from '../contracts/index.ts';
import { type Problem, TouchstoneError } from '../errors/touchstone-error.ts';
import type { Registrations } from '../registry/plugins.ts';
import type { ChosenMetric } from './choose-metrics.ts';
import { resolveModel } from './resolve-model.ts';

/** The judge that somebody named, ready to be asked. @throws TouchstoneError as for a model by URI, and `not-a-service` for what is no language model */
export function resolveJudge({ model, options = {} }: DefaultJudge, registrations: Registrations): LanguageModel {
  const resolved = resolveModel(model, options, registrations);
  if (resolved === undefined || !('language' in resolved)) {
    throw new TouchstoneError(
      'not-a-service',
      `The judge is ${typeof model === 'string' ? `'${model}'` : 'an object'}, and a judge is a language model, such as 'openai:/gpt-5'.`,
    );
  }
  const { language, prompt } = resolved;
  if (prompt.messages !== undefined || prompt.system !== undefined) {
    throw new TouchstoneError(
      'unknown-option',
      'A judge has no prompt of its own: what it is asked stands in each metric. Leave out prompt and system.',
    );
  }
  return withParameters(language, prompt.parameters ?? {});
}

/** The same language model with parameters in every request; those of a request win. They can change answers, so they are part of its identity. */
function withParameters(service: LanguageModel, parameters: Readonly<Record<string, Json>>): LanguageModel {
  if (Object.keys(parameters).length === 0) return service;
  const full = (request: GenerateRequest): GenerateRequest => ({
    ...request,
    parameters: { ...parameters, ...request.parameters },
  });
  const { estimate } = service;
  return {
    ...service,
    identity: { service: service.identity, parameters },
    scopes: () => service.scopes(),
    ...(service.ready === undefined ? {} : { ready: () => service.ready?.() }),
    ...(estimate === undefined ? {} : { estimate: (request) => service.estimate?.(full(request)) ?? {} }),
    send: (request, io): Promise<Answer<Generated>> => service.send(full(request), io),
  };
}

/** What the plan knows of the default judge. @throws TouchstoneError as {@link resolveJudge} */
export interface JudgeSupply {
  (): LanguageModel | undefined;
  /** The URI that names it, where it is named by one. */
  readonly asked?: string;
}

/** The metrics that can be asked, with the judge that those want that have none of their own. It is made only when somebody wants it. */
export function chooseJudge(
  chosen: readonly ChosenMetric[],
  named: boolean,
  supply: JudgeSupply,
): ReturnType<typeof withoutJudge> & { readonly judge: LanguageModel | undefined } {
  if (!named && !chosen.some(wantsJudge)) return { chosen, skipped: [], problems: [], judge: undefined };
  try {
    const judge = supply();
    return { ...withoutJudge(chosen, judge), judge };
  } catch (error) {
    if (!TouchstoneError.isInstance(error)) throw error;
    const problems = error.problems.map(({ code, message }) => ({ code, message: `The judge: ${message}` }));
    return { chosen, skipped: [], problems, judge: undefined };
  }
}

/** Metrics that want the default judge where there is none: asked for, it is an error before the first row; brought along, they are left out. */
function withoutJudge(
  chosen: readonly ChosenMetric[],
  judge: LanguageModel | undefined,
): {
  readonly chosen: readonly ChosenMetric[];
  readonly skipped: readonly SkippedMetric[];
  readonly problems: readonly Problem[];
} {
  if (judge !== undefined) return { chosen, skipped: [], problems: [] };
  const lacking = chosen.filter(wantsJudge);
  return {
    chosen: chosen.filter((one) => !lacking.includes(one)),
    skipped: lacking.flatMap(({ metric: { name }, asked }) => (asked ? [] : [{ name, reason: NO_JUDGE, hint: SET_ONE }])),
    problems: lacking.flatMap(({ metric: { name }, asked }) =>
      asked ? [{ code: 'no-judge', message: `${name} ${NO_JUDGE.replace(/^it /u, '')}: ${SET_ONE}` }] : [],
    ),
  };
}

const NO_JUDGE = 'it needs a judge, and none is set';
const SET_ONE =
  "name one for the evaluation with judge: 'openai:/gpt-5', for the metric with model: 'openai:/gpt-5', or for all of them with genai({ judge: 'openai:/gpt-5' }).";

function wantsJudge({ metric }: ChosenMetric): boolean {
  return Object.values(metric.models).some((ref) => typeof ref === 'object' && 'default' in ref && ref.default === 'judge');
}
