// Loaded before the command line: from the commit with this number on, the disk reports an error instead of storing (SQLITE_IOERR_FSYNC).
import { DatabaseSync } from 'node:sqlite';

let commits = 0;
const { prepare } = DatabaseSync.prototype;
DatabaseSync.prototype.prepare = function (sql) {
  const statement = prepare.call(this, sql);
  if (sql !== 'COMMIT' || this.location() === null || !this.location().endsWith('.db')) return statement;
  const run = statement.run.bind(statement);
  statement.run = () => {
    if (++commits < Number(process.env.FAULT_COMMIT)) return run();
    throw Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 1034, errstr: 'disk I/O error' });
  };
  return statement;
};
