import { availableParallelism } from 'node:os';
import type {
  DatasetLoader,
  Evaluator,
  Json,
  Model,
  ModelType,
  Plan,
  Prices,
  RunStore,
  Service,
  SkippedMetric,
  Superseding,
} from '../contracts/index.ts';
import { openData } from '../data/open-data.ts';
import type { OpenedData } from '../data/opened-data.ts';
import { peekRows } from '../data/peek.ts';
import { selectedSize } from '../data/sample.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import { type Problem, TouchstoneError, throwProblems } from '../errors/touchstone-error.ts';
import { isLogged, type RestoredModel } from '../logged-models/loaded-model.ts';
import { promptedModel } from '../models/language-model.ts';
import type { Registrations } from '../registry/plugins.ts';
import { groupSkipped } from '../results/group-skipped.ts';
import type { EvaluationSummary } from '../results/summary.ts';
import { answeredElsewhere } from './answered-elsewhere.ts';
import { type ColumnRoles, checkColumns } from './check-columns.ts';
import { checkEvaluateOptions, primaryLanguage } from './check-options.ts';
import { type ChosenMetric, chooseMetrics } from './choose-metrics.ts';
import { chooseJudge, type JudgeSupply } from './default-judge.ts';
import type { EvaluateRequest } from './evaluate-request.ts';
import { readEvaluatorConfig } from './evaluator-config.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type ColumnSpace, checkMapping, mapColumns } from './map-columns.ts';
import { orderMetrics } from './order-metrics.ts';
import { planCache } from './plan-cache.ts';
import { mayNeedNoKey, planCassette } from './plan-cassette.ts';
import { checkPrices, planServices } from './plan-services.ts';
import { plannedLimits } from './planned-limits.ts';
import { resolveMetrics } from './resolve-metrics.ts';
import { type ResolvedModel, resolveModel, resolveServices } from './resolve-model.ts';
import type { ResolvedMetric } from './resolved-metric.ts';

/** An evaluation that can start: all that could be wrong before the first call has been said. */
export interface PreparedEvaluation {
  readonly plan: Plan;
  /** Absent: the rows are those that are stored. */
  readonly data: OpenedData | undefined;
  readonly model: Model | undefined;
  readonly metrics: readonly ResolvedMetric[];
  readonly evaluators: readonly Evaluator[];
  readonly warnings: readonly string[];
  /** Set where metrics are added to a finished evaluation. */
  readonly scoring?: Scoring;
}

/** A finished evaluation that gets further metrics, from its stored rows and predictions. */
export interface Scoring {
  /** What the record must be changed by before they are computed; none where an earlier process has done that. */
  readonly revisions: readonly Superseding[];
  /** The result of all metrics that are not computed here. */
  readonly earlier: EvaluationSummary;
  /** Keys of the metrics that are. */
  readonly keys: ReadonlySet<string>;
  readonly origin: Json | undefined;
}

export interface PrepareSetting {
  readonly store: Pick<RunStore, 'name' | 'cache'>;
  readonly prices: Prices | undefined;
  readonly registrations: Registrations;
  readonly modelTypes: readonly ModelType[];
  /** The default judge, as this request or a plug-in names it. */
  readonly judge: (request: Pick<EvaluateRequest, 'judge' | 'judgeOptions'>) => JudgeSupply;
  readonly loaders: readonly DatasetLoader[];
  /** Makes what an address of a logged model stands for. */
  readonly restore: (model: unknown) => Promise<RestoredModel>;
  /** The evaluators of this request: all registered ones, or those it names. Problems are collected. */
  readonly evaluatorsFor: (asked: unknown, modelType: string | undefined, problems: Problem[]) => readonly Evaluator[];
}

/** What a governor lets through of it is learned. */
const SERVICE_CONCURRENCY = 64;
const FUNCTION_CONCURRENCY = 16;
const DEFAULT_ATTEMPTS = 10;
const DEFAULT_TIMEOUT_S = 120;
/** Feeding them is the work of one thread, and their memory adds up. */
const MOST_THREADS = 4;

/**
 * Resolves, maps and validates everything, and asks no model.
 * @throws TouchstoneError with every problem that was found
 */
export async function prepareEvaluation(request: EvaluateRequest, setting: PrepareSetting): Promise<PreparedEvaluation> {
  const options = checkEvaluateOptions(request);
  const problems: Problem[] = [...options.problems];
  // Some values of the wrong kind cannot be worked with; everything else is collected on.
  if (!options.goesOn) throwProblems(problems);
  // Nothing is waited for where nothing is looked up: rows are what they were when evaluate was called.
  const restored: RestoredModel | undefined = isLogged(request.model)
    ? await collectAsync(problems, () => setting.restore(request.model))
    : { model: request.model, notes: [] };
  const resolved =
    restored && collect(problems, () => resolveModel(restored.model, request.modelOptions ?? {}, setting.registrations));
  const earlier = problems.length;
  const evaluators = setting.evaluatorsFor(request.evaluators, request.modelType, problems);
  const allEvaluators = problems.length === earlier;
  const known = [...setting.registrations.evaluators.keys(), ...evaluators.map(({ name }) => name), 'default'];
  const standIn = setting.modelTypes.find(({ name }) => name === request.modelType)?.evaluator?.name;
  const config = readEvaluatorConfig(request.evaluatorConfig ?? {}, known, standIn);
  problems.push(...config.problems);
  const choice = chooseMetrics({
    modelType: request.modelType,
    extraMetrics: request.extraMetrics ?? [],
    evaluators: evaluators.map((evaluator) => ({ evaluator, config: config.of(evaluator.name) })),
    modelTypes: setting.modelTypes,
    registrations: setting.registrations,
    language: request.language === undefined ? undefined : primaryLanguage(request.language),
  });
  problems.push(...choice.problems);
  const nothing = [choice.chosen, choice.skipped, choice.problems].every((list) => list.length === 0);
  if (nothing && allEvaluators) problems.push(nothingToCompute(request, []));
  const supply = setting.judge(request);
  const judged = chooseJudge(choice.chosen, request.judge !== undefined, supply);
  problems.push(...judged.problems);
  const { chosen, judge } = judged;
  const services = resolveServices(
    chosen.map(({ metric }) => metric),
    { registrations: setting.registrations, judge },
    problems,
  );
  const cassette = planCassette(request.cassette, problems);
  const cache = planCache(request.cache, cassette, setting.store, problems);
  if (!mayNeedNoKey(cassette)) problems.push(...unreadyServices(resolved, chosen, services));
  const hasModel = request.model !== undefined && request.model !== null;
  if ((request.trials ?? 1) > 1 && !hasModel)
    problems.push({
      code: 'static-trials',
      message: `trials is ${request.trials}, and without a model every trial would be the same: leave trials out, or pass a model.`,
    });
  if (request.data === undefined || request.data === null)
    problems.push({
      code: 'no-data',
      message: 'There is no data: evaluate({ data }) takes rows, an iterable, a Dataset or the path of a file.',
    });
  const peeked = await collectAsync(problems, async () => {
    if (request.data === undefined || request.data === null) return undefined;
    return peekRows(
      await openData(request.data, {
        loaders: setting.loaders,
        ...(request.featureNames === undefined ? {} : { featureNames: request.featureNames }),
        ...(request.targets === undefined ? {} : { targets: request.targets }),
      }),
    );
  });
  if (peeked === undefined) {
    throwProblems(problems);
    throw new Error('data could not be read, and no problem says why');
  }

  // An array was read and checked as a whole: those rows are used, whatever happens to the caller's objects later.
  const data: OpenedData = peeked.complete
    ? { ...peeked.data, size: peeked.rows.length, ...(peeked.data.inMemory ? { rows: () => peeked.rows } : {}) }
    : peeked.data;
  const seen = { opened: data, columns: peeked.columns, rows: peeked.rows };
  const cluster = request.cluster ?? data.cluster;
  const clustered = cluster === undefined ? request : { ...request, cluster };
  const mapping = { ...config.mapping, ...request.columns };
  const names = checkColumns(clustered, seen, mapping, problems);
  const prompted = promptedWith(resolved, names, clustered, problems);
  const model = prompted?.model ?? (resolved !== undefined && 'model' in resolved ? resolved.model : undefined);
  problems.push(...missingFeatures(model, names));
  const space: ColumnSpace = {
    ...names,
    data: peeked.columns,
    sample: peeked.rows,
    hasModel,
    mapping,
  };
  // What a skipped metric would have needed is not known, so nothing can be said of names that nobody needs then.
  problems.push(
    ...checkMapping(chosen, space, [request.targets, request.predictions], choice.skipped.length + judged.skipped.length > 0),
  );
  const mapped = mapColumns(chosen, space);
  const ordered = orderMetrics(mapped.mapped, mapped.refused);
  problems.push(...mapped.problems, ...ordered.problems);
  const skippedMetrics = [...choice.skipped, ...judged.skipped, ...mapped.skipped, ...ordered.skipped];
  if (ordered.ordered.length === 0 && problems.length === 0) problems.push(nothingToCompute(request, skippedMetrics));
  throwProblems(problems);

  const metrics = resolveMetrics(ordered.ordered, services, config.metricPrefix);
  const fingerprint = await data.fingerprint();
  const seed = request.seed ?? 0;
  const selection = {
    ...(request.limit === undefined ? {} : { limit: request.limit }),
    ...(request.sample === undefined ? {} : { sample: request.sample }),
    seed,
  };
  const rows = selectedSize(data.size, selection);
  const trials = request.trials ?? 1;
  const planned = planServices({
    model: prompted?.model,
    metrics,
    predictions: hasModel ? undefined : names.predictions,
    rows: peeked.rows,
    total: rows === undefined ? undefined : rows * trials,
    prices: setting.prices,
  });
  if (request.limits?.maxCost !== undefined && cassette?.mode !== 'replay') throwProblems(checkPrices(planned, setting.prices));
  const asksServices = planned.length > 0;
  const plan: Omit<Plan, 'fingerprint'> = {
    data: {
      name: data.name,
      ...(data.source === undefined ? {} : { source: data.source }),
      ...(rows === undefined ? {} : { rows }),
      ...(fingerprint === undefined ? {} : { fingerprint }),
      columns: peeked.columns,
      inputs: names.inputs,
      features: names.features,
      ...(names.targets === undefined ? {} : { targets: names.targets }),
      ...(names.predictions === undefined ? {} : { predictions: names.predictions }),
      ...(request.id === undefined ? {} : { id: request.id }),
      ...(cluster === undefined ? {} : { cluster }),
      ...selection,
    },
    ...(model === undefined
      ? {}
      : {
          model: {
            id: model.id,
            identity: model.identity,
            ...(model.spec === undefined ? {} : { spec: model.spec }),
            ...(restored?.logged === undefined ? {} : { logged: restored.logged }),
          },
        }),
    ...(request.modelType === undefined ? {} : { modelType: request.modelType }),
    ...(config.metricPrefix === '' ? {} : { metricPrefix: config.metricPrefix }),
    services: planned,
    trials,
    metrics: metrics.map((metric) => metric.planned),
    skippedMetrics,
    evaluators: evaluators.map((evaluator) => evaluator.name),
    limits: {
      concurrency: asksServices ? SERVICE_CONCURRENCY : FUNCTION_CONCURRENCY,
      timeoutMs: DEFAULT_TIMEOUT_S * 1000,
      errorBudget: 1,
      threads: defaultThreads(),
      attempts: DEFAULT_ATTEMPTS,
      ...plannedLimits(request.limits),
    },
    ...(cassette === undefined ? {} : { cassette }),
    ...(cache === undefined ? {} : { cache }),
  };
  const asked = resolved !== undefined && 'asked' in resolved ? resolved.asked : undefined;
  const notes = [
    ...answeredElsewhere({ uri: asked, id: prompted?.model.id }, { chosen, services, judge: supply.asked }),
    ...(prompted?.notes ?? []),
    ...(restored?.notes ?? []),
  ];
  return {
    plan: { ...plan, fingerprint: fingerprintOf(plan) },
    data,
    model,
    metrics,
    evaluators,
    warnings: [...notes, ...metricWarnings(plan.model, metrics)],
  };
}

/** What should be known of the metrics that are computed, before they are. */
export function metricWarnings(model: Plan['model'], metrics: readonly ResolvedMetric[]): readonly string[] {
  if (model !== undefined || !metrics.some((metric) => metric.planned.signature === 'latency')) return [];
  return ['latency is 0 for every row: there is no model, only outputs that exist already.'];
}

/** Whose key is missing, as its model or the role of its metric is called. */
function unreadyServices(
  model: ResolvedModel | undefined,
  chosen: readonly ChosenMetric[],
  services: ReadonlyMap<string, Readonly<Record<string, Service>>>,
): readonly Problem[] {
  const problems: Problem[] = [];
  if (model !== undefined) collect(problems, () => ('language' in model ? model.language.ready?.() : model.model.ready?.()));
  return [...problems, ...unreadyRoles(chosen, services)];
}

/** Roles of metrics whose service lacks its key. */
export function unreadyRoles(
  chosen: readonly ChosenMetric[],
  services: ReadonlyMap<string, Readonly<Record<string, Service>>>,
): readonly Problem[] {
  const problems: Problem[] = [];
  for (const { metric } of chosen) {
    for (const [role, service] of Object.entries(services.get(metric.name) ?? {})) {
      const own: Problem[] = [];
      collect(own, () => service.ready?.());
      problems.push(...own.map(({ code, message }) => ({ code, message: `${metric.name}, role '${role}': ${message}` })));
    }
  }
  return problems;
}

/** Columns that the model reads, and that it will not see. */
function missingFeatures(model: Model | undefined, { features, targets }: ColumnRoles): readonly Problem[] {
  return (model?.needs ?? []).flatMap((name) => {
    if (features.includes(name)) return [];
    const message =
      name === targets
        ? `${model?.id} reads {${name}}, which no model ever sees: it is the target.`
        : `${model?.id} reads {${name}}, and the data has no such column.${suggestion(name, features, { list: 'The data has' })}`;
    return [{ code: 'unknown-placeholder', message }];
  });
}

/** What a language model is sent, now that the columns are known. */
function promptedWith(resolved: ResolvedModel | undefined, names: ColumnRoles, request: EvaluateRequest, problems: Problem[]) {
  if (resolved === undefined || !('language' in resolved)) return undefined;
  const hidden = [names.targets, request.id, request.cluster].filter((name) => name !== undefined);
  const { features, inputs } = names;
  const prompted = promptedModel(resolved.language, resolved.prompt, { features, inputs, hidden });
  problems.push(...prompted.problems);
  if (resolved.prompt.messages === undefined && inputs.length > 1) {
    const message = `${resolved.language.id} is sent one column, and the data has several: say which with inputs: '${inputs[0]}', or write messages with placeholders.`;
    problems.push({ code: 'inputs-not-chosen', message });
  }
  return prompted;
}

/** One a core, this thread's own included: it waits for most of the time. Of no use on a single core. */
function defaultThreads(): number {
  const cores = availableParallelism();
  return cores === 1 ? 0 : Math.min(cores, MOST_THREADS);
}

function nothingToCompute(request: EvaluateRequest, skipped: readonly SkippedMetric[]): Problem {
  if (skipped.length > 0) {
    const list = groupSkipped(skipped)
      .map(({ name, reason, hint }) => `\n  ${name}: ${reason}${hint === undefined ? '' : ` (${hint})`}`)
      .join('');
    return { code: 'nothing-to-compute', message: `Every metric was skipped, so there is nothing to compute:${list}` };
  }
  if (request.modelType === undefined) {
    return {
      code: 'nothing-to-compute',
      message:
        "There is neither modelType nor extraMetrics: pass modelType: 'question-answering' (or another) for its preset, or extraMetrics: […].",
    };
  }
  return {
    code: 'nothing-to-compute',
    message: `No evaluator brings a metric for the model type '${request.modelType}', and there are no extraMetrics.`,
  };
}

function collect<T>(problems: Problem[], make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (!TouchstoneError.isInstance(error)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

async function collectAsync<T>(problems: Problem[], make: () => Promise<T>): Promise<T | undefined> {
  try {
    return await make();
  } catch (error) {
    if (!TouchstoneError.isInstance(error)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}
