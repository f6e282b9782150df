import { type CallStore, singleFlight, TouchstoneError } from '@touchstone/core';
import { json, parsed } from './entry-columns.ts';
import type { OpenRuns } from './open-run.ts';
import type { StoreAccess } from './store-access.ts';

/** The call log of a run: answers are kept in the same file and committed together with its journal. */
export function sqliteCallLog(access: StoreAccess, open: OpenRuns, runId: string): CallStore {
  return singleFlight({
    find(key) {
      access.checkOpen();
      const found = access.read((connection) => connection.get(FIND, json(key), runId));
      if (found === undefined) throw notFound();
      return found.answer === null ? undefined : parsed(found.answer);
    },
    async keep(key, answer) {
      const text = json(answer);
      const known = await access.commit(open.get(runId)?.writer, 1, (connection) => {
        connection.run(KEEP, json(key), text, runId);
        return connection.get('SELECT 1 FROM run WHERE id = ?', runId) !== undefined;
      });
      if (!known) throw notFound();
    },
  });

  function notFound(): TouchstoneError {
    return new TouchstoneError('run-not-found', `There is no run ${runId} in ${access.file}.`);
  }
}

/** One row for a known run, with or without an answer. */
const FIND = 'SELECT call.answer FROM run LEFT JOIN call ON call.run = run.number AND call.key = ? WHERE run.id = ?';
const KEEP = 'INSERT INTO call SELECT number, ?, ? FROM run WHERE id = ? ON CONFLICT DO NOTHING';
