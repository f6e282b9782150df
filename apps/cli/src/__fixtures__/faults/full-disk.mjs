// Loaded before the command line: the store may have so many pages and no more, as on a disk that is full. SQLite itself refuses.
import { DatabaseSync } from 'node:sqlite';

const { exec } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function (sql) {
  exec.call(this, sql);
  if (sql.includes('synchronous = FULL')) exec.call(this, `PRAGMA max_page_count = ${process.env.FAULT_PAGES}`);
};
