import type { CallEstimate, PlannedService, Prices, Row, Service } from '../contracts/index.ts';
import type { Problem } from '../errors/touchstone-error.ts';
import type { PromptedModel } from '../models/language-model.ts';
import type { ResolvedMetric } from './resolved-metric.ts';

/** The services that will be asked, with what is known of their cost before anything is sent. */
export function planServices(asked: {
  readonly model: PromptedModel | undefined;
  readonly metrics: readonly ResolvedMetric[];
  /** Rows that were read for the plan, as the model sees them. */
  readonly rows: readonly Row[];
  /** Rows × trials, when known. */
  readonly total: number | undefined;
  readonly prices: Prices | undefined;
}): readonly PlannedService[] {
  const { model, metrics, prices } = asked;
  const ofMetrics = metrics.flatMap(({ planned, services }) =>
    Object.values(services).map((service): PlannedService => plannedService(service, planned.name)),
  );
  if (model === undefined) return ofMetrics;
  const estimate = estimateOf(model, asked.rows, asked.total, prices);
  return [{ ...plannedService(model.service, 'model'), ...(estimate === undefined ? {} : { estimate }) }, ...ofMetrics];
}

function plannedService<S extends Pick<Service, 'id' | 'kind'>>({ id, kind }: S, purpose: string): PlannedService {
  return { id, purpose, ...(kind === undefined ? {} : { kind }) };
}

/** Rows that an estimate rests on. */
const LOOKED_AT = 100;
/** What the shortest answers take; the longest is the request's own limit. */
const SHORT_ANSWER = 16;

function estimateOf(
  model: PromptedModel,
  rows: readonly Row[],
  total: number | undefined,
  prices: Prices | undefined,
): CallEstimate | undefined {
  const { service } = model;
  const seen = rows.slice(0, LOOKED_AT);
  if (total === undefined || seen.length === 0 || service.estimate === undefined) return undefined;
  let input = 0;
  let most = 0;
  for (const row of seen) {
    const { inputTokens = 0, outputTokens = 0 } = service.estimate(model.request(row));
    input += inputTokens;
    most += outputTokens;
  }
  const scale = total / seen.length;
  const inputTokens = Math.round(input * scale);
  const outputTokens = [Math.min(SHORT_ANSWER * total, Math.round(most * scale)), Math.round(most * scale)] as const;
  const [low, high] = outputTokens.map((tokens) => prices?.usd(service.id, { inputTokens, outputTokens: tokens }));
  return {
    calls: total,
    inputTokens,
    outputTokens,
    ...(low === undefined || high === undefined ? {} : { usd: [low, high] }),
  };
}

/** With a cap, every price must be known before the first row: an unknown one is never 0. */
export function checkPrices(services: readonly PlannedService[], prices: Prices | undefined): readonly Problem[] {
  const ids = new Set(services.flatMap(({ id, kind }) => (kind === undefined ? [] : [id])));
  return [...ids].flatMap((id): readonly Problem[] => {
    if (prices === undefined) {
      const message = `maxCost is set, and nothing here knows the price of ${id}: add @touchstone/price-genai to plugins, or leave maxCost out.`;
      return [{ code: 'unknown-price', message }];
    }
    if (prices.usd(id, { inputTokens: 1, outputTokens: 1 }) !== undefined) return [];
    const message = `maxCost is set, and the price of ${id} is not known: tell it with prices({ overrides: { '${id}': { input: …, output: … } } }) of @touchstone/price-genai, in dollars a million tokens, or leave maxCost out.`;
    return [{ code: 'unknown-price', message }];
  });
}
