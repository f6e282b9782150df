import type { CallEstimate, Json, PlannedService, Prediction, Prices, Row, Service } from '../contracts/index.ts';
import type { Problem } from '../errors/touchstone-error.ts';
import type { PromptedModel } from '../models/language-model.ts';
import { gatherColumns } from '../run/gather-columns.ts';
import type { ResolvedMetric } from './resolved-metric.ts';

/** The services that will be asked, with what is known of their cost before anything is sent. */
export function planServices(asked: {
  readonly model: PromptedModel | undefined;
  readonly metrics: readonly ResolvedMetric[];
  /** The column of the data that holds the outputs; `undefined` where a model makes them. */
  readonly predictions: string | undefined;
  /** Rows that were read for the plan, as the model sees them. */
  readonly rows: readonly Row[];
  /** Rows × trials, when known. */
  readonly total: number | undefined;
  readonly prices: Prices | undefined;
}): readonly PlannedService[] {
  const { model, metrics, prices } = asked;
  const { rows, total } = asked;
  const seen = rows.slice(0, LOOKED_AT);
  const ofMetrics = metrics.flatMap((metric) =>
    Object.entries(metric.services).map(([role, service]): PlannedService => {
      const requests = requestsOf(metric, role, seen, asked.predictions);
      const estimate = estimateOf(service, requests, { seen: seen.length, total, prices });
      return { ...plannedService(service, metric.planned.name), ...(estimate === undefined ? {} : { estimate }) };
    }),
  );
  if (model === undefined) return ofMetrics;
  const estimate = estimateOf(
    model.service,
    seen.map((row) => model.request(row)),
    { seen: seen.length, total, prices },
  );
  return [{ ...plannedService(model.service, 'model'), ...(estimate === undefined ? {} : { estimate }) }, ...ofMetrics];
}

function plannedService<S extends Pick<Service, 'id' | 'kind'>>({ id, kind }: S, purpose: string): PlannedService {
  return { id, purpose, ...(kind === undefined ? {} : { kind }) };
}

/** Rows that an estimate rests on. */
const LOOKED_AT = 100;
/** What the shortest answers take; the longest is the request's own limit. */
const SHORT_ANSWER = 16;

/** Stands in for an output that a model has not made yet: a paragraph. */
const STAND_IN = 'x'.repeat(800);

/** What a metric will ask in a role for these rows; `undefined`: nobody can say. */
function requestsOf(
  metric: ResolvedMetric,
  role: string,
  rows: readonly Row[],
  predictions: string | undefined,
): readonly Json[] | undefined {
  const { asks } = metric.metric;
  if (asks === undefined) return undefined;
  return rows.flatMap((row) => {
    const gathered = gatherColumns(metric, row, predictionOf(metric, row, predictions));
    if (gathered.skip !== undefined) return [];
    return asks(gathered.columns).flatMap((asked) => (asked.role === role ? [asked.request] : []));
  });
}

function predictionOf({ columns }: ResolvedMetric, row: Row, predictions: string | undefined): Prediction {
  if (predictions !== undefined)
    return { columns: { [predictions]: row[predictions] }, main: predictions, latencyMs: 0, calls: [] };
  const others = columns.flatMap(({ source }) => (source?.from === 'output' ? [[source.column, STAND_IN]] : []));
  return { columns: { ...Object.fromEntries(others), [MAIN]: STAND_IN }, main: MAIN, latencyMs: 0, calls: [] };
}

const MAIN = 'outputs';

function estimateOf<Q extends Json, A extends Json>(
  service: Service<Q, A>,
  requests: readonly Q[] | undefined,
  { seen, total, prices }: { readonly seen: number; readonly total: number | undefined; readonly prices: Prices | undefined },
): CallEstimate | undefined {
  if (total === undefined || seen === 0 || requests === undefined || service.estimate === undefined) return undefined;
  let input = 0;
  let most = 0;
  for (const request of requests) {
    const { inputTokens = 0, outputTokens = 0 } = service.estimate(request);
    input += inputTokens;
    most += outputTokens;
  }
  const scale = total / seen;
  const calls = Math.round(requests.length * scale);
  const inputTokens = Math.round(input * scale);
  const longest = Math.round(most * scale);
  const outputTokens = [Math.min(SHORT_ANSWER * calls, longest), longest] as const;
  const [low, high] = outputTokens.map((tokens) => prices?.usd(service.id, { inputTokens, outputTokens: tokens }));
  return { calls, inputTokens, outputTokens, ...(low === undefined || high === undefined ? {} : { usd: [low, high] }) };
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
