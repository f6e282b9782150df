import { type Journal, type RunWriter, TouchstoneError } from '@touchstone/core';
import { adoptSuperseded } from './adopt-superseded.ts';
import { insert, integer, json, toColumns } from './entry-columns.ts';
import type { Writer } from './group-commit.ts';
import { journalReader } from './journal-reader.ts';
import type { Lease } from './lease.ts';
import type { OpenRuns } from './open-run.ts';
import { revise } from './revise.ts';
import { toAssignments } from './run-columns.ts';
import { runLogWriter } from './run-log.ts';
import type { StoreAccess } from './store-access.ts';

/** Writes the run with this number (`run.number`) until it is disposed; then its lease is free. */
export function runWriter(
  access: StoreAccess,
  open: OpenRuns,
  { id, number, lease }: { readonly id: string; readonly number: number; readonly lease: Lease },
): RunWriter {
  const writer: Writer = { settled: Promise.resolve() };
  let state: 'open' | 'closing' | 'closed' = 'open';

  const run: RunWriter = {
    id,
    async update(change) {
      checkOpen();
      const assignments = toAssignments(change);
      if (assignments.length === 0) return;
      const sql = `UPDATE run SET ${assignments.map(([assignment]) => assignment).join(', ')} WHERE number = ?`;
      const values = assignments.map(([, value]) => value);
      // Not held back by an earlier loss: saying that the run is incomplete is worth a try.
      await access.commit(undefined, 1, (connection) => connection.run(sql, ...values, number));
    },
    async journal(index, plan) {
      checkOpen();
      const text = json(plan);
      const evaluation = await access.commit(writer, 1, (connection) => {
        connection.run(
          'INSERT INTO evaluation (run, position, plan) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
          number,
          index,
          text,
        );
        return integer(connection.get('SELECT number FROM evaluation WHERE run = ? AND position = ?', number, index)?.number);
      });
      return journal(evaluation);
    },
    ...runLogWriter(access, number, checkOpen),
    async [Symbol.asyncDispose]() {
      if (state !== 'open') return;
      state = 'closing';
      await writer.settled;
      state = 'closed';
      open.delete(id);
      lease.release();
    },
  };
  open.set(id, { runWriter: run, writer });
  return run;

  function journal(evaluation: number): Journal {
    return {
      ...journalReader(access, evaluation),
      async append(entries) {
        checkOpen();
        if (entries.length === 0) return;
        // Made into text here: what cannot be written as JSON fails this call and no other.
        const columns = entries.map((entry) => toColumns(evaluation, entry));
        await access.commit(writer, entries.length, (connection) => {
          for (const values of columns) insert(connection, values);
        });
      },
      async snapshot(result) {
        checkOpen();
        const text = json(result);
        await access.commit(writer, 1, (connection) => {
          connection.run('UPDATE evaluation SET snapshot = ? WHERE number = ?', text, evaluation);
        });
      },
      async revise(revision) {
        checkOpen();
        const at = Date.now();
        return access.commit(writer, 1, (connection) => revise(connection, evaluation, revision, at));
      },
      async adopt(superseded) {
        checkOpen();
        if (superseded.length === 0) return;
        await access.commit(writer, superseded.length, (connection) => adoptSuperseded(connection, evaluation, superseded));
      },
    };
  }

  function checkOpen(): void {
    if (state === 'open') return;
    throw new TouchstoneError('run-closed', `Run ${id} was closed here; open it again to write to it.`, { kind: 'store' });
  }
}
