import type { Json } from '../contracts/index.ts';

/** One record of RFC 4180 with its CRLF. Lists and objects become JSON; null an empty field, the empty text a quoted one. */
export function csvLine(cells: readonly Json[]): string {
  // A record of one empty field would be an empty line, which readers skip.
  if (cells.length === 1 && cells[0] === null) return '""\r\n';
  return `${cells.map(field).join(',')}\r\n`;
}

function field(cell: Json): string {
  if (cell === null) return '';
  const text = typeof cell === 'string' ? cell : JSON.stringify(cell);
  return text === '' || /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
