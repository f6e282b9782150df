import { type Catalog, type ModelStage, type ModelVersion, type RegisteredModel, TouchstoneError } from '@touchstone/core';
import type { Connection, SqlRow } from './connection.ts';
import { integer, json, jsonOrNull, parsed } from './entry-columns.ts';
import type { StoreAccess } from './store-access.ts';

/** The registered models of the file. */
export function sqliteRegistry(access: StoreAccess): Pick<Catalog, 'register' | 'registered' | 'alias' | 'stage'> {
  return {
    async register(given) {
      access.checkOpen();
      const { name, run, model, stage, at } = given;
      const row = await access.commit(undefined, 1, (connection) =>
        connection.get(REGISTER, json(name), json(model), json(run), jsonOrNull(stage), at),
      );
      return { ...given, version: integer(row?.version) };
    },
    async registered(name) {
      access.checkOpen();
      return access.read((connection) => readModels(connection, name)) ?? [];
    },
    async alias(name, alias, version) {
      access.checkOpen();
      await access.commit(undefined, 1, (connection) => {
        checkVersion(connection, name, version);
        connection.run(DELETE_ALIAS, json(name), json(alias));
        if (version !== null) connection.run(SET_ALIAS, json(alias), json(name), version);
      });
    },
    async stage(name, version, stage) {
      access.checkOpen();
      await access.commit(undefined, 1, (connection) => {
        checkVersion(connection, name, version);
        const sql = 'UPDATE model_version SET stage = ? WHERE name = ? AND version = ?';
        connection.run(sql, jsonOrNull(stage ?? undefined), json(name), version);
      });
    },
  };

  /** @param version `null`: any */
  function checkVersion(connection: Connection, name: string, version: number | null): void {
    const versions = connection.all('SELECT version FROM model_version WHERE name = ?', json(name)).map((row) => row.version);
    if (versions.length === 0)
      throw new TouchstoneError('model-not-found', `There is no registered model '${name}' in ${access.file}.`);
    if (version === null || versions.includes(version)) return;
    throw new TouchstoneError('model-not-found', `The registered model '${name}' in ${access.file} has no version ${version}.`);
  }
}

/** Versions are never deleted, so that their numbers are never given twice. */
const REGISTER = `INSERT INTO model_version (name, version, model, run, stage, at)
  SELECT ?1, 1 + ifnull(max(version), 0), ?2, ?3, ?4, ?5 FROM model_version WHERE name = ?1 RETURNING version`;
const DELETE_ALIAS = 'DELETE FROM model_alias WHERE name = ? AND alias = ?';
const SET_ALIAS = 'INSERT INTO model_alias (alias, name, version) VALUES (?, ?, ?)';

function readModels(connection: Connection, name: string | undefined): readonly RegisteredModel[] {
  const [where, values] = name === undefined ? ['', []] : ['WHERE name = ?', [json(name)]];
  const models = new Map<string, { readonly versions: ModelVersion[]; readonly aliases: Record<string, number> }>();
  for (const row of connection.all(`SELECT * FROM model_version ${where} ORDER BY version`, ...values)) {
    const version = toVersion(row);
    const model = models.get(version.name) ?? { versions: [], aliases: {} };
    models.set(version.name, model);
    model.versions.push(version);
  }
  for (const row of connection.all(`SELECT * FROM model_alias ${where} ORDER BY number`, ...values)) {
    const model = models.get(parsed(row.name));
    // Not by assignment: `__proto__` is a name as any other.
    if (model !== undefined) Object.defineProperty(model.aliases, parsed<string>(row.alias), own(integer(row.version)));
  }
  return [...models].sort(([a], [b]) => (a < b ? -1 : 1)).map(([one, model]) => ({ name: one, ...model }));
}

function own(value: number): PropertyDescriptor {
  return { value, enumerable: true, configurable: true, writable: true };
}

function toVersion({ name, version, run, model, stage, at }: SqlRow): ModelVersion {
  return {
    name: parsed(name),
    version: integer(version),
    run: parsed(run),
    model: parsed(model),
    ...(stage === null ? {} : { stage: parsed<ModelStage>(stage) }),
    at: integer(at),
  };
}
