import type {
  Evaluator,
  Json,
  Metric,
  MetricEntry,
  ModelType,
  PackagedName,
  PresetMetric,
  SkippedMetric,
} from '../contracts/index.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import { messageOf, type Problem, TouchstoneError } from '../errors/touchstone-error.ts';
import { knownMetrics } from '../metrics/preset-table.ts';
import { missingPack, perhapsLeftOut, whyLeftOut } from '../registry/left-out.ts';
import type { Registrations } from '../registry/plugins.ts';
import { configValue } from './evaluator-config.ts';

/** A metric on its way into the plan. `asked`: by the caller, so what stands in its way is an error; the others are skipped with the reason. */
export interface ChosenMetric {
  readonly metric: Metric;
  readonly asked: boolean;
}

export interface ChosenMetrics {
  readonly chosen: readonly ChosenMetric[];
  readonly skipped: readonly SkippedMetric[];
  readonly problems: readonly Problem[];
}

export interface MetricRequest {
  readonly modelType: string | undefined;
  readonly extraMetrics: readonly unknown[];
  readonly evaluators: readonly { readonly evaluator: Evaluator; readonly config: Readonly<Record<string, unknown>> }[];
  readonly modelTypes: readonly ModelType[];
  readonly registrations: Registrations;
  /** Primary subtag of the data's language, when it was said. */
  readonly language: string | undefined;
}

/** The metrics of the evaluators' presets, then what the evaluators bring, then the extra ones. An extra metric takes the place of another of its name. */
export function chooseMetrics(request: MetricRequest): ChosenMetrics {
  const problems: Problem[] = [];
  const skipped = new Map<string, SkippedMetric>();
  const brought = new Map<string, Metric>();

  const missing = ({ name, package: pack }: PackagedName): void => {
    const why = whyLeftOut(pack, request.registrations);
    const reason = `${pack} is ${why === undefined ? 'not installed or not among the plug-ins' : 'left out'}`;
    skipped.set(name, { name, reason, hint: why ?? `npm i ${pack}` });
  };
  const preset = (name: string, config: Readonly<Record<string, unknown>>): readonly Metric[] => {
    const type = request.modelTypes.find((known) => known.name === name);
    if (type === undefined) {
      const hint = suggestion(
        name,
        request.modelTypes.map((known) => known.name),
        { list: 'There are' },
      );
      problems.push({ code: 'unknown-model-type', message: `There is no model type '${name}'.${hint}` });
      return [];
    }
    if (type.evaluator !== undefined && !request.evaluators.some(({ evaluator }) => evaluator.name === type.evaluator?.name))
      missing(type.evaluator);
    return type.metrics.flatMap((wanted) => {
      const entry = request.registrations.metrics.get(wanted.name);
      if (entry !== undefined) {
        const options = configuredOptions(wanted, config);
        return [makeRegistered(wanted.name, entry, { language: request.language, options })];
      }
      missing(wanted);
      return [];
    });
  };
  for (const { evaluator, config } of request.evaluators) {
    try {
      const metrics = evaluator.metrics({ preset: (name) => preset(name, config), config, modelType: request.modelType });
      for (const [index, metric] of metrics.entries()) {
        if (!isMetric(metric)) throw notAMetric(metric, `metrics[${index}]`);
        if (!brought.has(metric.name)) brought.set(metric.name, metric);
      }
    } catch (error) {
      problems.push(...problemsOf(error, evaluator.name));
    }
  }

  const extras = new Map<string, Metric>();
  for (const [index, extra] of request.extraMetrics.entries()) {
    try {
      const metric = toMetric(extra, index, request);
      if (extras.has(metric.name)) {
        const message = `extraMetrics has two metrics named '${metric.name}'. Give one of them another name: ${metric.name}({ name: '${metric.name}_2' }).`;
        problems.push({ code: 'name-taken', message });
      }
      extras.set(metric.name, metric);
      skipped.delete(metric.name);
    } catch (error) {
      if (!TouchstoneError.isInstance(error)) throw error;
      problems.push(...error.problems);
    }
  }

  const chosen = [...brought.values()].map((metric) => ({
    metric: extras.get(metric.name) ?? metric,
    asked: extras.has(metric.name),
  }));
  for (const metric of extras.values()) if (!brought.has(metric.name)) chosen.push({ metric, asked: true });
  for (const { metric } of chosen) {
    const wrong =
      metric.name === ''
        ? 'A metric has no name'
        : `The metric name '${metric.name}' has a '/', which separates the parts of result keys`;
    if (metric.name === '' || metric.name.includes('/'))
      problems.push({ code: 'bad-metric-name', message: `${wrong}: choose another name.` });
  }
  const suitable = chosen.filter(({ metric }) => {
    if (request.language === undefined || metric.languages?.includes(request.language) !== false) return true;
    const made = new Intl.DisplayNames('en', { type: 'language' });
    const reason = `it is made for ${metric.languages.map((tag) => made.of(tag)).join(', ')}, and language is '${request.language}'`;
    skipped.set(metric.name, { name: metric.name, reason });
    return false;
  });
  // MLflow measures latency while it predicts, so its column comes before all others.
  const first = suitable.filter(({ metric }) => metric.signature === 'latency');
  return {
    chosen: [...first, ...suitable.filter(({ metric }) => metric.signature !== 'latency')],
    skipped: [...skipped.values()],
    problems,
  };
}

/** What is wrong with an option is said in its own words. */
function problemsOf(error: unknown, evaluator: string): readonly Problem[] {
  if (TouchstoneError.isInstance(error) && error.code === 'bad-option') return error.problems;
  return [
    { code: 'evaluator-failed', message: `Evaluator '${evaluator}' failed while choosing its metrics: ${messageOf(error)}` },
  ];
}

/** What the config says of a preset's metric. */
function configuredOptions(
  wanted: PresetMetric,
  config: Readonly<Record<string, unknown>>,
): Readonly<Record<string, Json>> | undefined {
  if (wanted.configured === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(wanted.configured).flatMap(([option, key]): (readonly [string, Json])[] => {
      const value = configValue(config, key);
      // Whatever it is, the metric checks it.
      return value === undefined ? [] : [[option, value as Json]];
    }),
  );
}

function toMetric(extra: unknown, index: number, { registrations, language }: MetricRequest): Metric {
  if (typeof extra === 'string') return registeredMetric(extra, registrations, { language });
  if (isMetric(extra)) return extra;
  throw notAMetric(extra, `extraMetrics[${index}]`);
}

function notAMetric(value: unknown, where: string): TouchstoneError {
  if (typeof value === 'function') {
    const name = 'metricName' in value && typeof value.metricName === 'string' ? value.metricName : value.name || 'metric';
    return new TouchstoneError(
      'not-a-metric',
      `${where} is a function: call the factory, ${name}() instead of ${name}; or make a metric of your own function with metric('name', fn).`,
    );
  }
  const kind = value === null ? 'null' : Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
  return new TouchstoneError(
    'not-a-metric',
    `${where} is ${kind}, which is no metric: pass a metric object, or the name of a registered one.`,
  );
}

/**
 * A metric by name.
 * @throws TouchstoneError `unknown-metric` with a did-you-mean or the package to install
 */
export function registeredMetric(name: string, registrations: Registrations, wish: MetricWish = {}): Metric {
  const entry = registrations.metrics.get(name);
  if (entry !== undefined) return makeRegistered(name, entry, wish);
  const pack = Object.hasOwn(knownMetrics, name) ? knownMetrics[name] : undefined;
  if (pack !== undefined) {
    throw new TouchstoneError('unknown-metric', `The metric '${name}' comes with ${pack}, ${missingPack(pack, registrations)}`);
  }
  const known = [...registrations.metrics.keys(), ...Object.keys(knownMetrics)];
  const hint = suggestion(name, new Set(known), registrations.metrics.size === 0 ? {} : { list: 'Registered are' });
  const none =
    registrations.metrics.size === 0
      ? ' No metric is registered: pass the metric object, or createTouchstone({ plugins: […] }).'
      : '';
  throw new TouchstoneError('unknown-metric', `There is no metric '${name}'.${hint}${none}${perhapsLeftOut(registrations)}`);
}

interface MetricWish {
  readonly options?: Readonly<Record<string, Json>> | undefined;
  readonly language?: string | undefined;
}

function makeRegistered(
  name: string,
  entry: { readonly value: MetricEntry; readonly plugin: string },
  { options, language }: MetricWish,
): Metric {
  let made: Metric;
  try {
    made = entry.value.make(options, language === undefined ? {} : { language });
  } catch (error) {
    if (TouchstoneError.isInstance(error)) throw error;
    throw new TouchstoneError(
      'metric-failed',
      `The metric '${name}' of '${entry.plugin}' could not be made: ${messageOf(error)}`,
      { cause: error },
    );
  }
  if (isMetric(made)) return made;
  throw new TouchstoneError('not-a-metric', `'${entry.plugin}' registered the metric '${name}', and what it makes is no metric.`);
}

function isMetric(value: unknown): value is Metric {
  return (
    typeof value === 'object' &&
    value !== null &&
    'form' in value &&
    'signature' in value &&
    'name' in value &&
    typeof value.name === 'string'
  );
}
