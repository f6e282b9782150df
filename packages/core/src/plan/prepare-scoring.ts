import type { LanguageModel, ModelType, Plan, PlannedMetric, Prices, Row, RunRecord, Superseding } from '../contracts/index.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import { type Problem, throwProblems } from '../errors/touchstone-error.ts';
import type { Registrations } from '../registry/plugins.ts';
import { withoutMetrics } from '../results/earlier-aggregates.ts';
import { storedMetric } from '../results/stored-metric.ts';
import type { EvaluationSummary } from '../results/summary.ts';
import { checkScoreOptions, primaryLanguage } from './check-options.ts';
import { type ChosenMetric, chooseMetrics } from './choose-metrics.ts';
import { chooseJudge, type JudgeSupply } from './default-judge.ts';
import { fingerprintOf } from './fingerprint.ts';
import { checkMapping, mapColumns } from './map-columns.ts';
import { orderMetrics } from './order-metrics.ts';
import { checkPrices, planServices } from './plan-services.ts';
import { plannedLimits } from './planned-limits.ts';
import { metricWarnings, type PreparedEvaluation, unreadyRoles } from './prepare-evaluation.ts';
import { inStoredOrder, resolveMetrics } from './resolve-metrics.ts';
import { resolveServices } from './resolve-model.ts';
import type { ResolvedMetric } from './resolved-metric.ts';
import type { ScoreRequest } from './score-request.ts';

/** A finished evaluation as it is stored. */
export interface ScoredBefore {
  readonly run: RunRecord;
  readonly plan: Plan;
  /** The result of what is finished. */
  readonly summary: EvaluationSummary;
  /** The first rows, to see the kinds of cells. */
  readonly rows: readonly Row[];
}

export interface ScoringSetting {
  readonly prices: Prices | undefined;
  readonly registrations: Registrations;
  readonly modelTypes: readonly ModelType[];
  /** The default judge, as this request or a plug-in names it. */
  readonly judge: (request: Pick<ScoreRequest, 'judge' | 'judgeOptions'>) => JudgeSupply;
}

export interface PreparedScoring {
  /** `undefined`: there is nothing to do. */
  readonly prepared: PreparedEvaluation | undefined;
  /** Sentences about metrics that were asked for, and are there already. */
  readonly known: readonly string[];
}

/**
 * The stored plan with further metrics, which alone will be computed. Metrics that are stored already need no code:
 * their scores and aggregates stay as they are.
 *
 * @throws TouchstoneError with every problem that was found
 */
export function prepareScoring(request: ScoreRequest, before: ScoredBefore, setting: ScoringSetting): PreparedScoring {
  const options = checkScoreOptions(request);
  throwProblems(options);
  const problems: Problem[] = [];
  const choose = (extraMetrics: readonly unknown[]): readonly ChosenMetric[] => {
    const language = request.language === undefined ? undefined : primaryLanguage(request.language);
    const { modelTypes, registrations } = setting;
    const choice = chooseMetrics({ modelType: undefined, extraMetrics, evaluators: [], modelTypes, registrations, language });
    const unfit = choice.skipped.map(({ name, reason }) => ({ code: 'unfit-metric', message: `${name}: ${reason}.` }));
    problems.push(...choice.problems, ...unfit);
    return choice.chosen;
  };
  const rescored = choose(request.rescore ?? []);
  const added = choose(request.extraMetrics ?? []);
  problems.push(...checkRescored(rescored, added, before));
  throwProblems(problems);

  const given = judged([...added, ...rescored], request, setting, problems);
  const resolved = resolveAll(given.chosen, request, before, { ...setting, judge: given.judge }, problems);
  throwProblems(problems);
  const { plan, summary } = before;
  const unchanged = added.flatMap(({ metric }) => {
    const [stored, now] = [plannedOf(plan, metric.name), resolved.find(({ planned }) => planned.name === metric.name)?.planned];
    if (stored === undefined || now === undefined) return [];
    if (!sameMetric(stored, now)) problems.push(differs(stored, now, before.run));
    return isKept(stored, summary) ? [stored] : [];
  });
  const fresh = resolved.filter(
    ({ planned: { name } }) =>
      given.chosen.some(({ metric }) => metric.name === name) && !unchanged.some((one) => one.name === name),
  );
  const keys = new Set(fresh.map(({ planned: { key } }) => key));
  problems.push(...checkPending(before, keys), ...checkDependents(before, rescored, keys));
  throwProblems(problems);
  const known = unchanged.map(
    ({ key, signature }) => `${key} is in run ${before.run.name} already, with the same signature (${signature}).`,
  );
  if (fresh.length === 0) return { prepared: undefined, known };

  const all = resolved.map((metric) => {
    const stored = plannedOf(plan, metric.planned.name);
    return stored === undefined || keys.has(metric.planned.key) ? metric : { ...metric, planned: stored };
  });
  const metrics = inStoredOrder(
    all,
    plan.metrics.map(({ name }) => name),
  );
  const next = nextPlan(before, metrics, keys, request, setting);
  return {
    known,
    prepared: {
      plan: next,
      data: undefined,
      model: undefined,
      metrics,
      evaluators: [],
      warnings: metricWarnings(plan.model, fresh),
      scoring: {
        revisions: rescored.flatMap(({ metric: { name } }): readonly Superseding[] => {
          const index = plan.metrics.findIndex((stored) => stored.name === name);
          return index < 0 ? [] : [{ metric: index }];
        }),
        earlier: withoutMetrics(summary, plan, keys),
        keys,
        origin: request.origin,
      },
    },
  };
}

/** All metrics of the run and those that are given, in the order of what they read of each other. */
function resolveAll(
  given: readonly ChosenMetric[],
  request: ScoreRequest,
  { plan, rows }: ScoredBefore,
  { registrations, judge }: { readonly registrations: Registrations; readonly judge: LanguageModel | undefined },
  problems: Problem[],
): readonly ResolvedMetric[] {
  const { targets, predictions, inputs, columns } = plan.data;
  const mapping = request.columns ?? {};
  const hasModel = plan.model !== undefined;
  const space = { targets, predictions, inputs, data: columns, sample: rows, hasModel, mapping };
  problems.push(...checkMapping(given, space, [targets, predictions], true));
  const mapped = mapColumns(given, space);
  const stored = plan.metrics
    .filter(({ name }) => !given.some(({ metric }) => metric.name === name))
    .map((planned) => ({ metric: storedMetric(planned), asked: false, columns: [] }));
  const ordered = orderMetrics([...stored, ...mapped.mapped], mapped.refused);
  const services = resolveServices(
    given.map(({ metric }) => metric),
    { registrations, judge },
    problems,
  );
  problems.push(...mapped.problems, ...ordered.problems, ...unreadyRoles(given, services));
  return resolveMetrics(ordered.ordered, services, plan.metricPrefix ?? '');
}

function nextPlan(
  { plan, rows }: ScoredBefore,
  metrics: readonly ResolvedMetric[],
  keys: ReadonlySet<string>,
  request: ScoreRequest,
  { prices }: ScoringSetting,
): Plan {
  const fresh = metrics.filter(({ planned }) => keys.has(planned.key));
  const names = new Set(fresh.map(({ planned }) => planned.name));
  const asked = planServices({
    model: undefined,
    metrics: fresh,
    rows,
    predictions: plan.model === undefined ? plan.data.predictions : undefined,
    total: plan.data.rows === undefined ? undefined : plan.data.rows * plan.trials,
    prices,
  });
  const limits = { ...plan.limits, ...plannedLimits(request.limits) };
  if (limits.maxUsd !== undefined) throwProblems(checkPrices(asked, prices));
  const next: Plan = {
    ...plan,
    services: [...plan.services.filter(({ purpose }) => !names.has(purpose)), ...asked],
    metrics: metrics.map(({ planned }) => planned),
    skippedMetrics: plan.skippedMetrics.filter(({ name }) => !names.has(name)),
    limits,
  };
  return { ...next, fingerprint: fingerprintOf(next) };
}

/** With the judge that those want that have none of their own. */
function judged(given: readonly ChosenMetric[], request: ScoreRequest, setting: ScoringSetting, problems: Problem[]) {
  const { problems: found, ...judged } = chooseJudge(given, request.judge !== undefined, setting.judge(request));
  problems.push(...found);
  return judged;
}

function plannedOf(plan: Plan, name: string): PlannedMetric | undefined {
  return plan.metrics.find((metric) => metric.name === name);
}

/** Whether its result is among what is finished, and not still to be made. */
function isKept({ key, signature }: PlannedMetric, { signatures }: EvaluationSummary): boolean {
  return signatures[key] === signature;
}

function sameMetric(stored: PlannedMetric, now: PlannedMetric): boolean {
  const identity = ({ key, form, signature, columns, spec }: PlannedMetric): string =>
    JSON.stringify([key, form, signature, Object.entries(columns).sort(), spec?.sourceHash ?? null]);
  return identity(stored) === identity(now);
}

function differs(stored: PlannedMetric, now: PlannedMetric, { name }: RunRecord): Problem {
  const how =
    stored.signature === now.signature
      ? 'with other code or other columns'
      : `as ${stored.signature}, and what is asked for is ${now.signature}`;
  return {
    code: 'metric-differs',
    message: `${stored.key} is in run ${name} already, ${how}: compute it anew with rescore: ['${stored.name}'], or give the other one a name of its own: ${stored.name}({ name: '${stored.name}_2' }).`,
  };
}

/** What is rescored must be there, and must not be added as well. */
function checkRescored(
  rescored: readonly ChosenMetric[],
  added: readonly ChosenMetric[],
  { plan, run }: ScoredBefore,
): readonly Problem[] {
  return rescored.flatMap(({ metric: { name } }): readonly Problem[] => {
    if (added.some(({ metric }) => metric.name === name)) {
      return [{ code: 'name-taken', message: `${name} is to be added and to be rescored: ask for one of them.` }];
    }
    if (plannedOf(plan, name) !== undefined) return [];
    const hint = suggestion(
      name,
      plan.metrics.map((metric) => metric.name),
      { list: 'It has' },
    );
    return [
      {
        code: 'unknown-metric',
        message: `Run ${run.name} has no metric '${name}' to rescore.${hint} A new one is added with extraMetrics: ['${name}'].`,
      },
    ];
  });
}

/** Metrics whose scores an earlier process was still making: somebody must finish them. */
function checkPending({ plan, summary, run }: ScoredBefore, keys: ReadonlySet<string>): readonly Problem[] {
  const pending = plan.metrics.filter((metric) => !isKept(metric, summary) && !keys.has(metric.key));
  if (pending.length === 0) return [];
  const names = pending.map(({ name }) => name).join(', ');
  const message = `Run ${run.name} is still to be scored with ${names}: ask for ${pending.length === 1 ? 'it' : 'them'} as well, or resume the run first.`;
  return [{ code: 'run-unfinished', message }];
}

/** What reads a score that changes, changes with it. */
function checkDependents(
  { plan }: ScoredBefore,
  rescored: readonly ChosenMetric[],
  keys: ReadonlySet<string>,
): readonly Problem[] {
  const changing = new Set(rescored.map(({ metric }) => metric.name));
  return plan.metrics.flatMap(({ name, key, dependsOn }): readonly Problem[] => {
    const read = dependsOn.find((one) => changing.has(one));
    if (read === undefined) return [];
    changing.add(name);
    if (keys.has(key)) return [];
    const message = `${name} reads the scores of ${read}, which are made again: rescore it as well, with rescore: ['${read}', '${name}'].`;
    return [{ code: 'rescore-dependent', message }];
  });
}
