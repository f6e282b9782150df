import { canonicalJson, type Item, type Metric, type Row, type Scored, type ServiceRef, type Work } from '@touchstone/core';

/** What a metric did besides scoring. */
export interface Doings {
  /** Columns that it read and does not declare. */
  readonly undeclared: Set<string>;
  /** Scores of other metrics that it read, and does not name in `dependsOn`. */
  readonly unnamed: Set<string>;
  /** Columns that it changed. */
  readonly changed: Set<string>;
  /** How often it drew a random number of its work. */
  draws: number;
}

export function noDoings(): Doings {
  return { undeclared: new Set(), unnamed: new Set(), changed: new Set(), draws: 0 };
}

/**
 * The same metric, watched. It has no spec, so that it stays in this thread.
 * @param models its services
 */
export function watchedMetric(
  metric: Metric,
  doings: Doings,
  models: Readonly<Record<string, ServiceRef>> = metric.models,
): Metric {
  const { spec: _, origin: __, ...rest } = metric;
  const watched = { ...rest, models };
  const watch = (item: Item): Watched => watchItem(metric, item, doings);
  switch (watched.form) {
    case 'row':
      return {
        ...watched,
        scoreItems(items, context) {
          const seen = items.map(watch);
          const scores = watched.scoreItems(
            seen.map(({ item }) => item),
            context,
          );
          if (!(scores instanceof Promise)) {
            for (const { compare } of seen) compare();
            return scores;
          }
          return scores.finally(() => {
            for (const { compare } of seen) compare();
          });
        },
      };
    case 'statistic':
      return {
        ...watched,
        statistics(given) {
          const { item, compare } = watch(given);
          const statistics = watched.statistics(item);
          compare();
          return statistics;
        },
      };
    case 'dataset':
      if ('tally' in watched) return watchedTally(watched, watch);
      return {
        ...watched,
        scoreAll: (rows, context) =>
          watched.scoreAll(
            (async function* () {
              for await (const given of rows) {
                const { item, compare } = watch(given);
                yield item;
                compare();
              }
            })(),
            context,
          ),
      };
  }
}

type TallyMetric = Extract<Metric, { readonly tally: unknown }>;

function watchedTally(metric: TallyMetric, watch: (item: Item) => Watched): Metric {
  const inside = new WeakMap<object, ReturnType<TallyMetric['tally']>>();
  return {
    ...metric,
    tally() {
      const own = metric.tally();
      const outer: ReturnType<TallyMetric['tally']> = {
        add(_, given) {
          const { item, compare } = watch(given);
          const score = own.add(item.columns, item);
          compare();
          return score;
        },
      };
      inside.set(outer, own);
      return outer;
    },
    conclude(tally) {
      const own = inside.get(tally);
      if (own === undefined) throw new Error('a tally of somebody else');
      return metric.conclude(own);
    },
  };
}

interface Watched {
  readonly item: Item;
  /** Notes what was changed since. */
  compare(): void;
}

function watchItem(metric: Metric, item: Item, doings: Doings): Watched {
  const columns = noting(item.columns, new Set(metric.needs.map(({ name }) => name)), doings.undeclared);
  const scores = noting(item.scores, new Set(metric.dependsOn), doings.unnamed);
  const before = snapshot(columns);
  return {
    item: { columns, scores, prediction: item.prediction, work: watchWork(item.work, doings) },
    compare() {
      const after = snapshot(columns);
      for (const name of new Set([...before.keys(), ...after.keys()])) {
        if (before.get(name) !== after.get(name)) doings.changed.add(name);
      }
    },
  };
}

/** A copy that notes what is read of it and is not known. What it has is its own, so that it can be spread and cloned. */
function noting<T extends Row | Readonly<Record<string, Scored>>>(given: T, known: ReadonlySet<string>, unknown: Set<string>): T {
  const notes = new Proxy(Object.prototype, {
    get(target, key, receiver) {
      if (typeof key === 'string' && !(key in target) && key !== 'toJSON' && key !== 'then' && !known.has(key)) unknown.add(key);
      return Reflect.get(target, key, receiver);
    },
    has(target, key) {
      if (typeof key === 'string' && !(key in target) && !known.has(key)) unknown.add(key);
      return Reflect.has(target, key);
    },
  });
  return Object.assign(Object.create(notes), given);
}

function snapshot(columns: Row): ReadonlyMap<string, string> {
  return new Map(Object.entries(columns).map(([name, cell]) => [name, cell === undefined ? '' : canonicalJson(cell)]));
}

function watchWork(work: Work, doings: Doings): Work {
  return new Proxy(work, {
    get(target, key) {
      if (key === 'random') doings.draws++;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
