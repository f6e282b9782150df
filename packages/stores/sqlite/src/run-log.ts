import type { Catalog, LoggedArtifact, LoggedMetric, LoggedModel, LogItem, RunLog, RunWriter } from '@touchstone/core';
import { TouchstoneError } from '@touchstone/core';
import type { Connection } from './connection.ts';
import { integer, json, parsed } from './entry-columns.ts';
import type { StoreAccess } from './store-access.ts';

interface GrowingLog extends RunLog {
  readonly metrics: LoggedMetric[];
  readonly models: LoggedModel[];
  readonly artifacts: LoggedArtifact[];
}

/** What runs have logged. */
export function runLogs(access: StoreAccess): Pick<Catalog, 'logged'> {
  return {
    async logged(ids) {
      access.checkOpen();
      const logs = new Map<string, GrowingLog>();
      const logOf = (id: unknown): GrowingLog => {
        const log = logs.get(String(id)) ?? { metrics: [], models: [], artifacts: [] };
        logs.set(String(id), log);
        return log;
      };
      const wanted = json(ids);
      access.read((connection) => {
        for (const { id, name, value, step, at } of connection.all(METRICS, wanted))
          logOf(id).metrics.push({ name: parsed(name), value: Number(value), step: integer(step), at: integer(at) });
        for (const { id, name, spec, at } of connection.all(MODELS, wanted))
          logOf(id).models.push({ name: parsed(name), spec: parsed(spec), at: integer(at) });
        for (const { id, name, bytes, at } of connection.all(ARTIFACTS, wanted))
          logOf(id).artifacts.push({ name: parsed(name), bytes: integer(bytes), at: integer(at) });
      });
      return logs;
    },
  };
}

/** The content of a file that the run with this number has logged. @throws TouchstoneError `artifact-not-found` */
export function artifactOf(access: StoreAccess, run: { readonly id: string; readonly number: number }, name: string): Uint8Array {
  const found = access.read((connection) => connection.get(ARTIFACT, run.number, json(name)));
  if (found?.content instanceof Uint8Array) return found.content;
  throw new TouchstoneError('artifact-not-found', `Run ${run.id} in ${access.file} has no artifact '${name}'.`);
}

/** Writes what the run with this number logs. */
export function runLogWriter(
  access: StoreAccess,
  number: number,
  checkOpen: () => void,
): Pick<RunWriter, 'logMetrics' | 'logModel' | 'logArtifact'> {
  return {
    async logMetrics(metrics) {
      checkOpen();
      if (metrics.length === 0) return;
      await access.commit(undefined, metrics.length, (connection) => {
        for (const metric of metrics) insertLogItem(connection, number, { kind: 'metric', metric });
      });
    },
    async logModel(model) {
      checkOpen();
      const added = await access.commit(undefined, 1, (connection) =>
        insertLogItem(connection, number, { kind: 'model', model }),
      );
      if (added > 0) return;
      throw new TouchstoneError(
        'model-logged',
        `The run has logged a model '${model.name}' already: give this one another name.`,
      );
    },
    async logArtifact(name, content, at) {
      checkOpen();
      // The caller may go on with its bytes.
      const item = { kind: 'artifact', name, at, content: content.slice() } as const;
      await access.commit(undefined, 1, (connection) => insertLogItem(connection, number, item));
    },
  };
}

/** How many records were added: none for a model whose name is taken. @param run its number */
export function insertLogItem(connection: Connection, run: number, item: LogItem): number {
  switch (item.kind) {
    case 'metric': {
      const { name, value, step, at } = item.metric;
      return connection.run(LOG_METRIC, run, json(name), at, value, step);
    }
    case 'model': {
      const { name, spec, at } = item.model;
      return connection.run(LOG_MODEL, run, json(name), json(spec), at);
    }
    case 'artifact': {
      const name = json(item.name);
      // Made anew, so that it is the last in order.
      connection.run('DELETE FROM artifact WHERE run = ? AND name = ?', run, name);
      return connection.run(LOG_ARTIFACT, run, name, item.content, item.at);
    }
  }
}

const LOG_METRIC = 'INSERT INTO logged_metric (run, name, at, value, step) VALUES (?, ?, ?, ?, ?)';
const LOG_MODEL = `INSERT INTO logged_model (run, name, spec, at) SELECT ?1, ?2, ?3, ?4
  WHERE NOT EXISTS (SELECT 1 FROM logged_model WHERE run = ?1 AND name = ?2)`;
const LOG_ARTIFACT = 'INSERT INTO artifact (run, name, content, at) VALUES (?, ?, ?, ?)';

const OF_RUNS = 'JOIN run ON run.number = item.run WHERE run.id IN (SELECT value FROM json_each(?))';
const METRICS = `SELECT run.id, item.name, item.value, item.step, item.at FROM logged_metric AS item ${OF_RUNS} ORDER BY item.number`;
const MODELS = `SELECT run.id, item.name, item.spec, item.at FROM logged_model AS item ${OF_RUNS} ORDER BY item.number`;
const ARTIFACTS = `SELECT run.id, item.name, length(item.content) AS bytes, item.at FROM artifact AS item ${OF_RUNS} ORDER BY item.number`;
const ARTIFACT = 'SELECT content FROM artifact WHERE run = ? AND name = ?';
