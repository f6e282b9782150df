import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Table, toMarkdown } from './table.ts';

const FILE = join(import.meta.dirname, 'README.md');

/** Puts the tables of a part, and the command that measures them again, between `<!-- <part> -->` and `<!-- /<part> -->` of README.md. */
export function writeTables(part: string, tables: readonly Table[]): void {
  const [opening, closing] = [`<!-- ${part} -->`, `<!-- /${part} -->`];
  const text = readFileSync(FILE, 'utf8');
  const [from, to] = [text.indexOf(opening), text.indexOf(closing)];
  if (from < 0 || to < from) throw new Error(`README.md has no ${opening} … ${closing} to put the numbers into.`);
  const body = [...tables.map(toMarkdown), `\`npx -y pnpm@12 bench ${part}\``].join('\n\n');
  writeFileSync(FILE, `${text.slice(0, from)}${opening}\n\n${body}\n\n${text.slice(to)}`);
}
