import { type Json, type LanguageModel, type Service, type ServiceRef, suggestion, TouchstoneError } from '@touchstone/core';
import type { Answers } from './ask-judge.ts';
import type { JudgeTransport } from './judge-transport.ts';

/** Options that every judge metric has: who judges, and how it is asked. */
export interface JudgeOptions extends JudgeTransport {
  /** The judge: a URI such as `'openai:/gpt-5'`, or a language model. Default: the judge of the evaluation, or of the plug-in. */
  readonly model?: string | LanguageModel | undefined;
  /**
   * Parameters of requests, by neutral names; others reach the provider as they are. They replace all defaults (temperature 0, topP 1,
   * maxOutputTokens 2,048); `{}` sends none.
   */
  readonly parameters?: Readonly<Record<string, Json>> | undefined;
  /**
   * `structured`: by a JSON Schema; `text`: in two lines; `auto`, the default: by a schema, and in lines if the judge does not take one.
   */
  readonly answers?: Answers | undefined;
  /** How often an answer that cannot be read, or is off the scale, is asked for again, from 0 to 5. Default: 1. */
  readonly repairs?: number | undefined;
  /** Most characters of each text of a row; what is longer is cut in its middle, which is said in the details. Default: no limit. */
  readonly maxLength?: number | undefined;
}

/** Of ours, so a model that takes none of them is asked without. MLflow's, but for the limit: its 200 cut a reason short. */
export const judgeDefaults: Readonly<Record<string, Json>> = { temperature: 0, topP: 1, maxOutputTokens: 2_048 };

/** MLflow's own. */
export const mlflowDefaults: Readonly<Record<string, Json>> = { ...judgeDefaults, maxOutputTokens: 200 };

const JUDGE_OPTIONS = ['model', 'parameters', 'answers', 'repairs', 'maxLength', 'extraHeaders', 'proxyUrl'];
const METRIC_OPTIONS = ['name', 'columns', 'when', 'aggregations'];
/** MLflow's, which has a sentence of its own. */
const REFUSED_LATER = ['maxWorkers'];

/**
 * Refuses an option that a judge metric does not have, which would otherwise be passed over in silence.
 *
 * @param own the options that it has besides those of every judge metric
 * @throws TouchstoneError `unknown-option`, with what may have been meant
 */
export function refuseUnknownOptions(name: string, given: object, own: readonly string[] = []): void {
  const known = [...own, ...JUDGE_OPTIONS, ...METRIC_OPTIONS];
  const unknown = Object.keys(given).find((option) => !known.includes(option) && !REFUSED_LATER.includes(option));
  if (unknown === undefined) return;
  throw new TouchstoneError(
    'unknown-option',
    `${name} has no option '${unknown}'.${suggestion(unknown, known, { list: 'It has' })}`,
  );
}

/** Options of the command line and of files were not checked by a compiler. @throws TouchstoneError `bad-option`, `unknown-option` */
export function checkJudgeOptions(name: string, options: JudgeOptions): void {
  const { model, parameters, answers, repairs, maxLength, extraHeaders, proxyUrl } = options;
  const wrong = [
    ...(model === undefined || isLanguageModel(model) || (typeof model === 'string' && model !== '')
      ? []
      : [`model must be a URI such as 'openai:/gpt-5', or a language model, not ${JSON.stringify(model)}`]),
    ...(parameters === undefined || isRecord(parameters)
      ? []
      : [`parameters must be an object, not ${JSON.stringify(parameters)}`]),
    ...(answers === undefined || ['auto', 'structured', 'text'].includes(answers)
      ? []
      : [`answers must be 'auto', 'structured' or 'text', not ${JSON.stringify(answers)}`]),
    ...(repairs === undefined || (Number.isInteger(repairs) && repairs >= 0 && repairs <= 5)
      ? []
      : [`repairs must be a whole number from 0 to 5, not ${JSON.stringify(repairs)}`]),
    ...(maxLength === undefined || (Number.isInteger(maxLength) && maxLength >= 100)
      ? []
      : [`maxLength must be a whole number of at least 100 characters, not ${JSON.stringify(maxLength)}`]),
    ...(extraHeaders === undefined || isRecord(extraHeaders) ? [] : ['extraHeaders must be an object of texts']),
    ...(proxyUrl === undefined || URL.canParse(proxyUrl) ? [] : [`proxyUrl must be an address, not ${JSON.stringify(proxyUrl)}`]),
  ];
  if (wrong.length > 0) throw new TouchstoneError('bad-option', `${name}: ${wrong.join('; ')}.`);
  if ('maxWorkers' in options) {
    throw new TouchstoneError(
      'unknown-option',
      `${name}: maxWorkers is not an option of a metric here: limits: { concurrency: … } of the evaluation says how many calls are in flight.`,
    );
  }
}

/** Who judges, as the plan resolves it. */
export function judgeRef({ model }: JudgeOptions): ServiceRef {
  if (model === undefined) return { default: 'judge' };
  // Metrics ask a service with requests of its kind.
  return typeof model === 'string' ? model : (model as unknown as Service);
}

/** The service of a judge's role. The plan has seen to it that it is a language model. */
export function asLanguageModel(service: Service): LanguageModel {
  if (isLanguageModel(service)) return service;
  throw new TouchstoneError('not-a-service', `${service.id} is no language model, and cannot judge.`, { kind: 'run' });
}

function isLanguageModel(value: unknown): value is LanguageModel {
  return isRecord(value) && 'send' in value && typeof value.send === 'function' && value.kind === 'language';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
