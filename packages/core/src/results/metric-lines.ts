import { oneLine } from './display-text.ts';
import { formatNumber } from './format-number.ts';
import type { ResultDocument } from './result-parts.ts';
import type { Coverage } from './summary.ts';

/** One aggregate as it is shown to people. What there is none of is empty. */
export interface MetricLine {
  readonly label: string;
  readonly value: string;
  readonly interval: string;
  readonly variance: string;
  readonly p90: string;
  readonly scored: string;
}

type NumberColumn = Exclude<keyof MetricLine, 'label'>;

const NUMBER_COLUMNS: readonly NumberColumn[] = ['value', 'interval', 'variance', 'p90', 'scored'];

export function metricHeads({ intervals }: ResultDocument): MetricLine {
  const level = Object.values(intervals)[0]?.level ?? 0.95;
  return {
    label: 'metric',
    value: 'value',
    interval: `${formatNumber(level * 100)} % interval`,
    variance: 'variance',
    p90: 'p90',
    scored: 'scored',
  };
}

/** The columns in which any line has something. */
export function filledColumns(lines: readonly MetricLine[]): readonly NumberColumn[] {
  return NUMBER_COLUMNS.filter((column) => lines.some((line) => line[column] !== ''));
}

/** Variance and 90th percentile stand beside the mean; every other aggregate has a line of its own. */
export function metricLines({ metrics, intervals, coverage, signatures }: ResultDocument): readonly MetricLine[] {
  const keys = [...new Set([...Object.keys(signatures), ...Object.keys(coverage)])];
  const ownerOf = (aggregate: string): string | undefined =>
    keys.filter((key) => aggregate === key || aggregate.startsWith(`${key}/`)).sort((a, b) => b.length - a.length)[0];
  const line = (aggregate: string, owner: string | undefined): MetricLine => {
    const interval = intervals[aggregate];
    const isMean = owner !== undefined && aggregate === `${owner}/mean`;
    return {
      label: oneLine(aggregate),
      value: numberAt(metrics, aggregate),
      interval: interval === undefined ? '' : `[${formatNumber(interval.low)}, ${formatNumber(interval.high)}]`,
      variance: isMean ? numberAt(metrics, `${owner}/variance`) : '',
      p90: isMean ? numberAt(metrics, `${owner}/p90`) : '',
      scored: scoredOf(owner === undefined ? undefined : coverage[owner]),
    };
  };
  const aggregates = Object.keys(metrics).map((aggregate) => ({ aggregate, owner: ownerOf(aggregate) }));
  const beside = ({ aggregate, owner }: (typeof aggregates)[number]): boolean =>
    owner !== undefined &&
    Object.hasOwn(metrics, `${owner}/mean`) &&
    (aggregate === `${owner}/variance` || aggregate === `${owner}/p90`);
  return [
    ...keys.flatMap((key) => {
      const own = aggregates.filter((one) => one.owner === key && !beside(one));
      return own.length > 0
        ? own.map(({ aggregate }) => line(aggregate, key))
        : coverage[key] === undefined
          ? []
          : [line(key, key)];
    }),
    ...aggregates.filter(({ owner }) => owner === undefined).map(({ aggregate }) => line(aggregate, undefined)),
  ];
}

function numberAt(metrics: Readonly<Record<string, number>>, key: string): string {
  const value = Object.hasOwn(metrics, key) ? metrics[key] : undefined;
  return value === undefined ? '' : formatNumber(value);
}

function scoredOf(coverage: Coverage | undefined): string {
  return coverage === undefined ? '' : `${coverage.scored}/${coverage.scored + coverage.skipped + coverage.failed}`;
}
