import {
  type CallEntry,
  type CallRecord,
  type CallStore,
  type CallTotals,
  type SentCall,
  singleFlight,
  TouchstoneError,
} from '@touchstone/core';
import type { Connection, SqlRow, SqlValue } from './connection.ts';
import { double, integer, json, parsed } from './entry-columns.ts';
import type { OpenRuns } from './open-run.ts';
import type { StoreAccess } from './store-access.ts';

/** The call log of a run: answers are kept in the same file and committed together with its journal. */
export function sqliteCallLog(access: StoreAccess, open: OpenRuns, runId: string): CallStore {
  const { claim } = singleFlight({
    find(key) {
      access.checkOpen();
      const found = access.read((connection) => connection.get(FIND, json(key), runId));
      if (found === undefined) throw notFound();
      return found.answer === null ? undefined : parsed(found.answer);
    },
    keep(key, answer, record) {
      const values = callColumns({ key, answer, record });
      return write((connection) => {
        connection.run(KEEP, ...values, runId);
        if (record.reservation !== undefined) connection.run(FREE, json(record.reservation), runId);
      });
    },
  });

  return {
    claim,
    reserve: (reservation, usd) => write((connection) => reserveMoney(connection, runId, { reservation, usd })),
    async money() {
      const found = read((connection) => connection.all(MONEY, runId))[0];
      if (found === undefined) throw notFound();
      return { settled: double(found.settled), reserved: double(found.reserved) };
    },
    async totals() {
      return read((connection) => connection.all(TOTALS, runId)).map(toTotals);
    },
    share: (key, row) =>
      write((connection) => {
        connection.run(SHARE, json(row), json(key), runId, json(key), json(row));
      }),
    async find({ row, keys = [] }) {
      const found = read((connection) => [
        ...(row === undefined ? [] : [OF_ROW, SHARED_WITH].flatMap((sql) => connection.all(sql, json(row), runId))),
        ...keys.flatMap((key) => connection.all(OF_KEY, json(key), runId)),
      ]);
      const places = new Map(found.map((call) => [integer(call.place), call]));
      return [...places].sort(([a], [b]) => a - b).map(([, call]) => toEntry(call));
    },
    async *entries() {
      for (let after = 0; ; ) {
        const calls = read((connection) => connection.all(ENTRIES_AFTER, runId, after));
        const last = calls.at(-1);
        if (last === undefined) return;
        yield calls.map((call) => ({ ...toEntry(call), ...sharing(parsed(call.sharedWith)) }));
        after = integer(last.place);
      }
    },
  };

  async function write(change: (connection: Connection) => void): Promise<void> {
    const known = await access.commit(open.get(runId)?.writer, 1, (connection) => {
      change(connection);
      return connection.get('SELECT 1 FROM run WHERE id = ?', runId) !== undefined;
    });
    if (!known) throw notFound();
  }

  function read(query: (connection: Connection) => readonly SqlRow[]): readonly SqlRow[] {
    access.checkOpen();
    return access.read(query) ?? [];
  }

  function notFound(): TouchstoneError {
    return new TouchstoneError('run-not-found', `There is no run ${runId} in ${access.file}.`);
  }
}

/** Adds a call that was settled elsewhere. */
export function insertCall(connection: Connection, runId: string, call: CallEntry): void {
  connection.run(KEEP, ...callColumns(call), runId);
  for (const row of call.sharedWith ?? []) connection.run(SHARE, json(row), json(call.key), runId, json(call.key), json(row));
}

export function reserveMoney(
  connection: Connection,
  runId: string,
  { reservation, usd }: { readonly reservation: string; readonly usd: number },
): void {
  if (usd === 0) connection.run(FREE, json(reservation), runId);
  else connection.run(RESERVE, json(reservation), usd, runId);
}

/** One row for a known run, with or without an answer. */
const FIND = 'SELECT call.answer FROM run LEFT JOIN call ON call.run = run.number AND call.key = ? WHERE run.id = ?';
const KEEP =
  'INSERT INTO call SELECT number, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM run WHERE id = ? ON CONFLICT DO NOTHING';
const FREE = 'DELETE FROM reservation WHERE name = ? AND run = (SELECT number FROM run WHERE id = ?)';
const RESERVE = 'INSERT INTO reservation SELECT number, ?, ? FROM run WHERE id = ? ON CONFLICT DO UPDATE SET usd = excluded.usd';
const MONEY = `
  SELECT
    (SELECT coalesce(sum(usd), 0.0) FROM call WHERE call.run = run.number) AS settled,
    (SELECT coalesce(sum(usd), 0.0) FROM reservation WHERE reservation.run = run.number) AS reserved
  FROM run WHERE id = ?`;
const TOTALS = `
  SELECT
    evaluation, service, purpose, count(*) FILTER (WHERE attempts > 0) AS calls, count(*) FILTER (WHERE attempts = 0) AS cached,
    sum(attempts) AS attempts,
    sum(input_tokens) AS inputTokens, sum(output_tokens) AS outputTokens,
    sum(cached_tokens) AS cachedTokens, sum(reasoning_tokens) AS reasoningTokens,
    coalesce(sum(usd), 0.0) AS usd, count(*) - count(usd) AS unpriced,
    coalesce(sum(latency) FILTER (WHERE attempts > 0), 0.0) AS latency,
    coalesce(sum(wait) FILTER (WHERE attempts > 0), 0.0) AS wait, coalesce(sum(first_token), 0.0) AS firstToken, count(first_token) AS streamed
  FROM call WHERE run = (SELECT number FROM run WHERE id = ?)
  GROUP BY evaluation, service, purpose ORDER BY min(rowid)`;

const OF_ROW = 'SELECT rowid AS place, * FROM call WHERE row = ? AND run = (SELECT number FROM run WHERE id = ?)';
const SHARE = `
  INSERT INTO shared_call SELECT ?, ?, number FROM run
  WHERE id = ? AND NOT EXISTS (SELECT 1 FROM call WHERE call.run = run.number AND call.key = ? AND call.row = ?)
  ON CONFLICT DO NOTHING`;
const SHARED_WITH = `
  SELECT call.rowid AS place, call.* FROM shared_call
  JOIN call ON call.run = shared_call.run AND call.key = shared_call.key
  WHERE shared_call.row = ? AND shared_call.run = (SELECT number FROM run WHERE id = ?)`;
const OF_KEY = 'SELECT rowid AS place, * FROM call WHERE key = ? AND run = (SELECT number FROM run WHERE id = ?)';

/** Calls of a chunk, with answers; an answer may be long. */
const ENTRIES_AFTER = `SELECT rowid AS place, *,
    (SELECT json_group_array(json(row)) FROM (SELECT row FROM shared_call WHERE run = call.run AND key = call.key ORDER BY row)) AS sharedWith
  FROM call
  WHERE run = (SELECT number FROM run WHERE id = ?) AND rowid > ? ORDER BY rowid LIMIT 200`;

/** Made before the transaction: what cannot be written as JSON fails its own call and no other. */
function callColumns({ key, answer, record }: CallEntry): readonly SqlValue[] {
  return [json(key), json(answer), ...recordColumns(record)];
}

function recordColumns({ usage, sent, ...record }: CallRecord): readonly SqlValue[] {
  return [
    record.evaluation,
    json(record.service),
    json(record.purpose),
    record.attempts,
    usage.inputTokens ?? 0,
    usage.outputTokens ?? 0,
    usage.cachedTokens ?? 0,
    usage.reasoningTokens ?? 0,
    record.usd ?? null,
    record.latencyMs,
    record.waitMs,
    record.firstTokenMs ?? null,
    ...sentColumns(sent),
  ];
}

function sentColumns(sent: SentCall | undefined): readonly SqlValue[] {
  if (sent === undefined) return [null, null];
  const { row, ...rest } = sent;
  return [json(row), json(rest)];
}

function toTotals(row: SqlRow): CallTotals {
  return {
    evaluation: integer(row.evaluation),
    service: parsed(row.service),
    purpose: parsed(row.purpose),
    calls: integer(row.calls),
    cached: integer(row.cached),
    attempts: integer(row.attempts),
    inputTokens: integer(row.inputTokens),
    outputTokens: integer(row.outputTokens),
    cachedTokens: integer(row.cachedTokens),
    reasoningTokens: integer(row.reasoningTokens),
    usd: double(row.usd),
    unpriced: integer(row.unpriced),
    latencyMs: double(row.latency),
    waitMs: double(row.wait),
    firstTokenMs: double(row.firstToken),
    streamed: integer(row.streamed),
  };
}

function sharing(rows: readonly string[]): Pick<CallEntry, 'sharedWith'> {
  return rows.length === 0 ? {} : { sharedWith: rows };
}

function toEntry(row: SqlRow): CallEntry {
  return {
    key: parsed(row.key),
    answer: parsed(row.answer),
    record: {
      evaluation: integer(row.evaluation),
      service: parsed(row.service),
      purpose: parsed(row.purpose),
      attempts: integer(row.attempts),
      usage: {
        inputTokens: integer(row.input_tokens),
        outputTokens: integer(row.output_tokens),
        cachedTokens: integer(row.cached_tokens),
        reasoningTokens: integer(row.reasoning_tokens),
      },
      ...(row.usd === null ? {} : { usd: double(row.usd) }),
      latencyMs: double(row.latency),
      waitMs: double(row.wait),
      ...(row.first_token === null ? {} : { firstTokenMs: double(row.first_token) }),
      ...(row.sent === null ? {} : { sent: { row: parsed<string>(row.row), ...parsed<Omit<SentCall, 'row'>>(row.sent) } }),
    },
  };
}
