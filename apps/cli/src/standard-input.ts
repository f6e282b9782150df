import { type BrokenLine, type Dataset, JsonLines, type NumberedRow, type Row, TouchstoneError } from '@touchstone/core';

/**
 * JSON Lines from stdin, read once.
 * @param use the words of the command line that ask for it, for the message
 * @throws TouchstoneError `no-data` when stdin is a terminal
 */
export function standardInput(use: 'run --data -' | 'data -'): Dataset<Row> {
  if (process.stdin.isTTY) {
    throw new TouchstoneError(
      'no-data',
      `touchstone ${use} reads JSON Lines from stdin, and stdin is the terminal: pipe rows in, as in cat rows.jsonl | touchstone ${use}`,
    );
  }
  return { name: 'stdin', rereadable: false, rows: readRows, lines: readLines };
}

async function* readRows(): AsyncGenerator<Row> {
  const lines = new JsonLines('stdin');
  for await (const chunk of process.stdin) yield* lines.push(chunk);
  yield* lines.end();
}

async function* readLines(broken: (line: BrokenLine) => void): AsyncGenerator<NumberedRow<Row>> {
  const lines = new JsonLines('stdin', broken);
  for await (const chunk of process.stdin) for (const row of lines.push(chunk)) yield { line: lines.line, row };
  for (const row of lines.end()) yield { line: lines.line, row };
}
