import { suggestion } from '../errors/did-you-mean.ts';
import type { Problem } from '../errors/touchstone-error.ts';
import { inPlaceOf } from './mlflow-names.ts';

/** A rule for one option: what it must be, in words and as a check. Absent options are never checked. */
interface Rule {
  readonly expected: string;
  accepts(value: unknown): boolean;
}

const name: Rule = { expected: 'a name', accepts: (value) => typeof value === 'string' && value.trim() !== '' };
const anything: Rule = { expected: 'anything', accepts: () => true };
const object: Rule = {
  expected: 'an object',
  accepts: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};
const runId: Rule = {
  expected: 'the id of a run, 32 hexadecimal digits',
  accepts: (value) => typeof value === 'string' && /^[0-9a-f]{32}$/u.test(value),
};
const list: Rule = { expected: 'a list', accepts: Array.isArray };
const names: Rule = {
  expected: 'a list of names',
  accepts: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
};
const fn: Rule = { expected: 'a function', accepts: (value) => typeof value === 'function' };
const count: Rule = {
  expected: 'a whole number of at least 1',
  accepts: (value) => Number.isSafeInteger(value) && Number(value) >= 1,
};
const seed: Rule = {
  expected: 'a whole number of at least 0',
  accepts: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
};
const threads: Rule = {
  expected: 'a whole number from 0 to 64',
  accepts: (value) => Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= 64,
};
const seconds: Rule = {
  expected: 'a number of seconds above 0',
  accepts: (value) => typeof value === 'number' && value > 0 && value <= 2_000_000,
};
const share: Rule = {
  expected: 'a share from 0 to 1',
  accepts: (value) => typeof value === 'number' && value >= 0 && value <= 1,
};
const oneOrMoreNames: Rule = {
  expected: 'a column or a list of columns',
  accepts: (value) => name.accepts(value) || (Array.isArray(value) && value.length > 0 && names.accepts(value)),
};
const mapping: Rule = {
  expected: 'an object of texts',
  accepts: (value) => object.accepts(value) && Object.values(Object(value)).every((one) => typeof one === 'string'),
};
const language: Rule = {
  expected: "a language tag such as 'ko' or 'en'",
  accepts: (value) => typeof value === 'string' && primaryLanguage(value) !== undefined,
};
const resume: Rule = {
  expected: "false, 'auto' or an object such as { retryFailed: true }",
  accepts: (value) => value === false || value === 'auto' || object.accepts(value),
};
const yes: Rule = { expected: 'true, or left out', accepts: (value) => value === true || value === false };
const resumeOptions: Readonly<Record<string, Rule>> = { retryFailed: yes, acceptChangedData: yes };
const CASSETTE_MODES: readonly unknown[] = ['auto', 'record', 'replay'];
const cassette: Rule = {
  expected: "a file such as 'calls.jsonl', or { file: 'calls.jsonl', mode: 'auto' }",
  accepts: (value) => name.accepts(value) || object.accepts(value),
};
const cassetteOptions: Readonly<Record<string, Rule>> = {
  file: { expected: "a file such as 'calls.jsonl'", accepts: name.accepts },
  mode: { expected: "'auto', 'record' or 'replay'", accepts: (value) => CASSETTE_MODES.includes(value) },
};
const cache: Rule = {
  expected: "true, false, 'refresh' or { maxAge: 86400 }",
  accepts: (value) => typeof value === 'boolean' || value === 'refresh' || object.accepts(value),
};
const cacheOptions: Readonly<Record<string, Rule>> = {
  maxAge: {
    expected: 'a number of seconds from 0',
    accepts: (value) => typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY,
  },
};
const abortSignal: Rule = { expected: 'an AbortSignal', accepts: (value) => value instanceof AbortSignal };

const judge: Rule = {
  expected: "a URI such as 'openai:/gpt-5', or a language model",
  accepts: (value) => name.accepts(value) || object.accepts(value),
};
const evaluateOptions: Readonly<Record<string, Rule>> = {
  data: anything,
  model: anything,
  modelOptions: object,
  judge,
  judgeOptions: object,
  inputs: oneOrMoreNames,
  columns: mapping,
  targets: { expected: 'a column, or a list of targets', accepts: (value) => name.accepts(value) || Array.isArray(value) },
  predictions: name,
  modelType: name,
  extraMetrics: list,
  evaluators: anything,
  evaluatorConfig: object,
  featureNames: names,
  language,
  id: name,
  cluster: name,
  trials: count,
  limit: count,
  sample: count,
  seed,
  limits: object,
  cassette,
  cache,
  store: object,
  run: object,
  resume,
  signal: abortSignal,
  onProgress: fn,
};
const scoreOptions: Readonly<Record<string, Rule>> = {
  extraMetrics: list,
  rescore: list,
  judge,
  judgeOptions: object,
  columns: mapping,
  language,
  limits: object,
  evaluation: count,
  origin: anything,
  signal: abortSignal,
  onProgress: fn,
};
const usd: Rule = {
  expected: 'an amount such as { usd: 5 }',
  accepts: (value) => object.accepts(value) && Object.keys(Object(value)).join() === 'usd' && isAbove0(Object(value).usd),
};
const perMinute: Rule = { expected: 'a number above 0', accepts: isAbove0 };
const limitOptions: Readonly<Record<string, Rule>> = {
  concurrency: count,
  timeout: seconds,
  errorBudget: share,
  threads,
  maxCost: usd,
  attempts: count,
  accounts: object,
};
const accountOptions: Readonly<Record<string, Rule>> = {
  requestsPerMinute: perMinute,
  tokensPerMinute: perMinute,
  concurrency: count,
};
const runOptions: Readonly<Record<string, Rule>> = {
  experiment: name,
  name,
  key: name,
  id: name,
  tags: mapping,
  params: mapping,
  parent: runId,
  origin: anything,
};
const logModelOptions: Readonly<Record<string, Rule>> = {
  name,
  model: anything,
  task: name,
  messages: list,
  parameters: object,
  options: object,
  registeredModelName: name,
};
const touchstoneOptions: Readonly<Record<string, Rule>> = { plugins: list, store: object };

/** `ko` of `ko-KR`; `undefined` for what is no language tag. */
export function primaryLanguage(tag: string): string | undefined {
  try {
    return new Intl.Locale(tag).language;
  } catch {
    return undefined;
  }
}

/** Options of which the rest of the plan does not depend: with these wrong, everything else can still be checked. */
const apart = ['trials', 'limit', 'sample', 'seed', 'limits', 'store', 'run', 'resume', 'signal', 'onProgress'];

export interface CheckedOptions {
  readonly problems: readonly Problem[];
  /** Whether the values make sense enough to look for further problems. */
  readonly goesOn: boolean;
}

/** Unknown options with a did-you-mean, and values of the wrong kind. */
export function checkEvaluateOptions(options: unknown): CheckedOptions {
  if (!object.accepts(options)) {
    const message = 'evaluate takes one object of options, e.g. evaluate({ data, model, extraMetrics }).';
    return { problems: [{ code: 'bad-option', message }], goesOn: false };
  }
  const given: Readonly<Record<string, unknown>> = Object(options);
  const run: Readonly<Record<string, unknown>> = object.accepts(given.run) ? Object(given.run) : {};
  const own = Object.entries(given).map(([option, value]) => ({
    option,
    problems: check('evaluate', { [option]: value }, evaluateOptions),
  }));
  const cassetteProblems = checkCassette(given.cassette);
  const cacheProblems = object.accepts(given.cache) ? check('cache', Object(given.cache), cacheOptions) : [];
  const problems = [
    ...own.flatMap((one) => one.problems),
    ...(object.accepts(given.limits) ? check('limits', Object(given.limits), limitOptions) : []),
    ...checkAccounts(given.limits),
    ...cassetteProblems,
    ...cacheProblems,
    ...check('run', run, runOptions),
    ...checkResume(given.resume),
    ...(isResuming(given.resume) && run.key === undefined && run.id === undefined ? [resumeNeedsKey] : []),
  ];
  const unusable = own.some((one) => !apart.includes(one.option) && one.problems.some(({ code }) => code === 'bad-option'));
  return { problems, goesOn: !unusable && cassetteProblems.length + cacheProblems.length === 0 };
}

/** Whether an unfinished run is to be continued. */
function isResuming(given: unknown): boolean {
  return given === 'auto' || object.accepts(given);
}

function checkResume(given: unknown): readonly Problem[] {
  return object.accepts(given) ? check('resume', Object(given), resumeOptions) : [];
}

function checkAccounts(limits: unknown): readonly Problem[] {
  const accounts: unknown = object.accepts(limits) ? Object(limits).accounts : undefined;
  if (!object.accepts(accounts)) return [];
  return Object.entries(Object(accounts)).flatMap(([account, value]) =>
    object.accepts(value)
      ? check(`limits.accounts.${account}`, Object(value), accountOptions)
      : [
          {
            code: 'bad-option',
            message: `limits.accounts: '${account}' must be an object such as { requestsPerMinute: 500 }, and it is ${shown(value)}.`,
          },
        ],
  );
}

function checkCassette(given: unknown): readonly Problem[] {
  if (!object.accepts(given)) return [];
  const options: Readonly<Record<string, unknown>> = Object(given);
  const file = options.file === undefined ? null : options.file;
  return check('cassette', { ...options, file }, cassetteOptions);
}

function isAbove0(value: unknown): boolean {
  return typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY;
}

export const resumeNeedsKey: Problem = {
  code: 'resume-needs-key',
  message: "resume: 'auto' needs to know which run to continue: give it a key, run: { key: 'nightly' }.",
};

export function checkRunOptions(options: object): readonly Problem[] {
  return [...check('run', Object(options), { ...runOptions, resume }), ...checkResume(Object(options).resume)];
}

/** What is wrong with the options of `score`. */
export function checkScoreOptions(options: unknown): readonly Problem[] {
  if (!object.accepts(options)) {
    const message = "score takes one object of options, e.g. score('@last', { extraMetrics: ['rougeL'] }).";
    return [{ code: 'bad-option', message }];
  }
  const given: Readonly<Record<string, unknown>> = Object(options);
  const asked = [given.extraMetrics, given.rescore].some((metrics) => Array.isArray(metrics) && metrics.length > 0);
  const nothing = { code: 'nothing-to-compute', message: 'There is nothing to score: pass extraMetrics: […] or rescore: […].' };
  return [
    ...check('score', given, scoreOptions),
    ...(object.accepts(given.limits) ? check('limits', Object(given.limits), limitOptions) : []),
    ...checkAccounts(given.limits),
    ...(asked ? [] : [nothing]),
  ];
}

/** What is wrong with the options of `logModel`. */
export function checkLogModelOptions(options: unknown): readonly Problem[] {
  if (object.accepts(options) && Object(options).model !== undefined) return check('logModel', Object(options), logModelOptions);
  return [
    { code: 'bad-option', message: "logModel takes one object of options, e.g. logModel({ model: 'openai:/gpt-5-mini' })." },
  ];
}

export function checkTouchstoneOptions(options: object): readonly Problem[] {
  return check('createTouchstone', Object(options), touchstoneOptions);
}

function check(
  where: string,
  given: Readonly<Record<string, unknown>>,
  rules: Readonly<Record<string, Rule>>,
): readonly Problem[] {
  return Object.entries(given).flatMap(([option, value]): readonly Problem[] => {
    const rule = Object.hasOwn(rules, option) ? rules[option] : undefined;
    if (rule === undefined) {
      const instead = rules === evaluateOptions ? inPlaceOf(option) : undefined;
      const hint = instead === undefined ? suggestion(option, Object.keys(rules), { list: 'There are' }) : ` ${instead}`;
      return [{ code: 'unknown-option', message: `${where} has no option '${option}'.${hint}` }];
    }
    if (value === undefined || rule.accepts(value)) return [];
    return [{ code: 'bad-option', message: `${where}: '${option}' must be ${rule.expected}, and it is ${shown(value)}.` }];
  });
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
