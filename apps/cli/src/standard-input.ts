import { type Dataset, JsonLines, type Row, TouchstoneError } from '@touchstone/core';

/** JSON Lines from stdin, read once: `--data -`. @throws TouchstoneError `no-data` when stdin is a terminal */
export function standardInput(): Dataset<Row> {
  if (process.stdin.isTTY) {
    throw new TouchstoneError(
      'no-data',
      '--data - reads JSON Lines from stdin, and stdin is the terminal: pipe rows in, as in cat rows.jsonl | touchstone run --data - …',
    );
  }
  return { name: 'stdin', rereadable: false, rows: readRows };
}

async function* readRows(): AsyncGenerator<Row> {
  const lines = new JsonLines('stdin');
  for await (const chunk of process.stdin) yield* lines.push(chunk);
  yield* lines.end();
}
