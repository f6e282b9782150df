import type { CacheLimits } from '../contracts/cache.ts';
import type { Annotation, Catalog, EvaluationRecord, RunChange, RunQuery, RunRecord, RunWriter } from '../contracts/catalog.ts';
import type { Journal } from '../contracts/journal.ts';
import type { Json } from '../contracts/json.ts';
import type { Plan } from '../contracts/plan.ts';
import type { LogItem } from '../contracts/run-log.ts';
import type { RunPart } from '../contracts/run-part.ts';
import type { RunStore } from '../contracts/run-store.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { memoryCache } from './memory-cache.ts';
import { type MemoryCalls, memoryCalls } from './memory-calls.ts';
import { type MemoryJournal, memoryJournal } from './memory-journal.ts';
import { memoryRegistry } from './memory-registry.ts';
import { type MemoryRunLog, memoryRunLog } from './memory-run-log.ts';

export interface MemoryStoreOptions {
  /** Keeps answers for all runs of this store, 1 GiB unless it says otherwise; absent: no cache. */
  readonly cache?: CacheLimits;
}

/**
 * Runs in the memory of this process: what `evaluate()` uses when no store is given. Nothing is written to disk.
 *
 * @example await using store = memoryStore();
 */
export function memoryStore({ cache }: MemoryStoreOptions = {}): RunStore {
  /** In the order in which they were created. */
  const runs = new Map<string, MemoryRun>();
  let closed = false;

  const catalog: Catalog = {
    async create(record) {
      checkOpen();
      checkNew(record.id);
      const run = newRun(record);
      run.leased = true;
      runs.set(record.id, run);
      return writerOf(run);
    },
    async adopt(record, parts) {
      checkOpen();
      checkNew(record.id);
      const run = newRun(record);
      for await (const part of parts) await takeIn(run, part);
      checkOpen();
      // Another one with this id may have come while the parts did.
      checkNew(record.id);
      runs.set(record.id, run);
    },
    async open(id) {
      const run = unleased(id);
      run.leased = true;
      return writerOf(run);
    },
    async find(query) {
      checkOpen();
      return findRuns(runs.values(), query);
    },
    async leased(id) {
      checkOpen();
      return runs.get(id)?.leased ?? false;
    },
    async evaluations(id) {
      const { evaluations } = runOf(id);
      return [...evaluations].sort(([a], [b]) => a - b).map(([index, { plan, snapshot }]) => recordOf(index, plan, snapshot));
    },
    async snapshots(ids) {
      checkOpen();
      return new Map(
        ids.flatMap((id) => {
          const evaluations = [...(runs.get(id)?.evaluations ?? [])].sort(([a], [b]) => a - b);
          const snapshots = evaluations.flatMap(([, { snapshot }]) => (snapshot === undefined ? [] : [snapshot]));
          return snapshots.length === 0 ? [] : [[id, snapshots] as const];
        }),
      );
    },
    async reader(id, evaluation) {
      return evaluationOf(id, evaluation).journal;
    },
    async annotate(id, annotations) {
      runOf(id);
      // All are looked up before one is added.
      const places = annotations.map((annotation) => [evaluationOf(id, annotation.evaluation), annotation] as const);
      for (const [evaluation, annotation] of places) evaluation.annotations.push(annotation);
    },
    async annotations(id, evaluation) {
      return [...evaluationOf(id, evaluation).annotations];
    },
    async logged(ids) {
      checkOpen();
      return new Map(
        ids.flatMap((id) => {
          const log = runs.get(id)?.logged.read();
          return log === undefined ? [] : [[id, log] as const];
        }),
      );
    },
    async artifact(id, name) {
      const content = runOf(id).logged.artifact(name);
      if (content === undefined) throw new TouchstoneError('artifact-not-found', `Run ${id} has no artifact '${name}'.`);
      return content;
    },
    ...memoryRegistry(checkOpen),
    async delete(id) {
      unleased(id);
      runs.delete(id);
    },
  };

  return {
    name: 'memory',
    durable: false,
    catalog,
    calls: (runId) => ({
      claim: async (key, signal) => runOf(runId).log.calls.claim(key, signal),
      reserve: async (key, usd) => runOf(runId).log.calls.reserve(key, usd),
      money: async () => runOf(runId).log.calls.money(),
      totals: async () => runOf(runId).log.calls.totals(),
      share: async (key, row) => runOf(runId).log.calls.share(key, row),
      find: async (which) => runOf(runId).log.calls.find(which),
      async *entries() {
        yield* runOf(runId).log.calls.entries();
      },
    }),
    ...(cache === undefined ? {} : { cache: memoryCache(cache, checkOpen) }),
    async [Symbol.asyncDispose]() {
      closed = true;
      for (const run of runs.values()) run.leased = false;
      runs.clear();
    },
  };

  function checkOpen(): void {
    if (closed) throw new TouchstoneError('store-closed', 'The memory store was closed; its runs are gone.', { kind: 'store' });
  }

  function runOf(id: string): MemoryRun {
    checkOpen();
    const run = runs.get(id);
    if (run === undefined) throw new TouchstoneError('run-not-found', `There is no run ${id} in memory.`);
    return run;
  }

  function evaluationOf(id: string, index: number): MemoryEvaluation {
    return evaluationIn(runOf(id), index);
  }

  function checkNew(id: string): void {
    if (!/^[0-9a-f]{32}$/.test(id)) {
      throw new TouchstoneError('run-id', `'${id}' is no run id: it must be 32 hexadecimal digits in lower case.`);
    }
    if (runs.has(id)) throw new TouchstoneError('run-exists', `There is a run ${id} already; open it to continue it.`);
  }

  function unleased(id: string): MemoryRun {
    const run = runOf(id);
    if (run.leased) {
      throw new TouchstoneError('run-locked', `This process works on run ${id} already; wait until it is done.`, {
        kind: 'store',
      });
    }
    return run;
  }
}

interface MemoryRun {
  record: RunRecord;
  readonly evaluations: Map<number, MemoryEvaluation>;
  readonly log: MemoryCalls;
  readonly logged: MemoryRunLog;
  leased: boolean;
}

interface MemoryEvaluation {
  plan: Plan;
  snapshot?: Json | undefined;
  readonly journal: MemoryJournal;
  annotations: Annotation[];
}

function newRun(record: RunRecord): MemoryRun {
  return { record, evaluations: new Map(), log: memoryCalls(), logged: memoryRunLog(), leased: false };
}

function newEvaluation(plan: Plan, snapshot?: Json): MemoryEvaluation {
  return { plan, snapshot, journal: memoryJournal(), annotations: [] };
}

function evaluationIn({ record, evaluations }: MemoryRun, index: number): MemoryEvaluation {
  const found = evaluations.get(index);
  if (found === undefined) throw new TouchstoneError('evaluation-not-found', `Run ${record.id} has no evaluation ${index}.`);
  return found;
}

/** {@link Catalog.adopt} of one part. */
async function takeIn(run: MemoryRun, part: RunPart): Promise<void> {
  switch (part.part) {
    case 'evaluation':
      run.evaluations.set(part.record.index, newEvaluation(part.record.plan, part.record.snapshot));
      return;
    case 'entries':
      evaluationIn(run, part.evaluation).journal.add(part.entries);
      return;
    case 'superseded':
      evaluationIn(run, part.evaluation).journal.adopt(part.superseded);
      return;
    case 'annotations':
      for (const annotation of part.annotations) evaluationIn(run, annotation.evaluation).annotations.push(annotation);
      return;
    case 'calls':
      for (const call of part.calls) run.log.keep(call);
      return;
    case 'log':
      for (const item of part.items) await takeInItem(run.logged, item);
      return;
    case 'reserved':
      await run.log.calls.reserve(ELSEWHERE, part.usd);
      return;
  }
}

async function takeInItem(log: MemoryRunLog, item: LogItem): Promise<void> {
  if (item.kind === 'metric') await log.logMetrics([item.metric]);
  else if (item.kind === 'model') await log.logModel(item.model);
  else await log.logArtifact(item.name, item.content, item.at);
}

/** The reservation that stands for all of those that a run had elsewhere. */
const ELSEWHERE = 'elsewhere';

function writerOf(run: MemoryRun): RunWriter {
  const { id } = run.record;
  let open = true;

  return {
    id,
    async update(change) {
      checkWritable();
      run.record = changed(run.record, change);
    },
    async journal(index, plan) {
      checkWritable();
      const found = run.evaluations.get(index);
      if (found !== undefined) return journalOf(found);
      const started = newEvaluation(plan);
      run.evaluations.set(index, started);
      return journalOf(started);
    },
    async logMetrics(metrics) {
      checkWritable();
      await run.logged.logMetrics(metrics);
    },
    async logModel(model) {
      checkWritable();
      await run.logged.logModel(model);
    },
    async logArtifact(name, content, at) {
      checkWritable();
      await run.logged.logArtifact(name, content, at);
    },
    async [Symbol.asyncDispose]() {
      if (open) run.leased = false;
      open = false;
    },
  };

  function journalOf(evaluation: MemoryEvaluation): Journal {
    const { add, supersede, adopt, ...reader } = evaluation.journal;
    return {
      ...reader,
      async append(entries) {
        checkWritable();
        add(entries);
      },
      async snapshot(result) {
        checkWritable();
        evaluation.snapshot = result;
      },
      async revise({ supersede: which, plan, snapshot, run: change }) {
        checkWritable();
        const at = Date.now();
        const signatures = evaluation.plan.metrics.map(({ signature }) => signature);
        const count = which === undefined ? 0 : supersede(which, at, signatures);
        if (which !== undefined && 'ordinals' in which) {
          const ordinals = new Set(which.ordinals);
          evaluation.annotations = evaluation.annotations.map((annotation) =>
            ordinals.has(annotation.ordinal) ? { supersededAt: at, ...annotation } : annotation,
          );
        }
        evaluation.plan = plan ?? evaluation.plan;
        evaluation.snapshot = snapshot;
        if (change !== undefined) run.record = changed(run.record, change);
        return count;
      },
      async adopt(superseded) {
        checkWritable();
        adopt(superseded);
      },
    };
  }

  function checkWritable(): void {
    if (!open || !run.leased) {
      throw new TouchstoneError('run-closed', `Run ${id} was closed here; open it again to write to it.`, { kind: 'store' });
    }
  }
}

function changed(record: RunRecord, change: RunChange): RunRecord {
  const { reason: _reason, endedAt: _endedAt, ...rest } = record;
  return { ...(change.status === undefined ? record : rest), ...change };
}

function findRuns(runs: Iterable<MemoryRun>, query: RunQuery): RunRecord[] {
  const { experiment, key, name, idPrefix, parent, statuses, limit } = query;
  const found = [...runs]
    .map(({ record }) => record)
    .filter(
      (record) =>
        (experiment === undefined || record.experiment === experiment) &&
        (key === undefined || record.key === key) &&
        (name === undefined || record.name === name) &&
        (idPrefix === undefined || record.id.startsWith(idPrefix)) &&
        (parent === undefined || record.parent === parent) &&
        (statuses === undefined || statuses.includes(record.status)),
    );
  // Of runs that were started in the same millisecond, the one created later is the newer: hence reversed before the stable sort.
  return found
    .reverse()
    .sort((a, b) => b.startedAt - a.startedAt)
    .slice(0, limit);
}

function recordOf(index: number, plan: Plan, snapshot: Json | undefined): EvaluationRecord {
  return { index, plan, ...(snapshot === undefined ? {} : { snapshot }) };
}
