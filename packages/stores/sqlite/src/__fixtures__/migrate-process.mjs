// Brings a store to the newest schema, and is killed before the statement with this number: node migrate-process.mjs <file> <number>.
import './sources.mjs';
import { writeSync } from 'node:fs';

const { connect } = await import('../connection.ts');
const { migrate } = await import('../schema.ts');

const [file, number] = process.argv.slice(2);
const connection = connect(file, { patience: 5_000 });
// With hardly any memory, so that changed pages are written before the end of the transaction.
connection.exec('PRAGMA synchronous = FULL; PRAGMA cache_size = 1');
let before = Number(number);
migrate({ ...connection, exec: (sql) => statementsOf(sql).forEach(execute) }, file);
writeSync(1, 'migrated');

function execute(statement) {
  if (before-- === 0) process.kill(process.pid, 'SIGKILL');
  connection.exec(statement);
}

function statementsOf(sql) {
  const statements = sql.replaceAll(/--.*$/gm, '').split(';');
  return statements.filter((statement) => statement.trim() !== '');
}
