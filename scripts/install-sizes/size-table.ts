import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Installation } from './installation.ts';

export interface Measured {
  readonly installation: Installation;
  /** Median milliseconds, in the order of the Nodes. */
  readonly importMs: readonly number[];
}

/** @param nodes their names: `Node 22` */
export function sizeTable(measured: readonly Measured[], nodes: readonly string[]): string {
  const head = ['`@touchstone/…`', 'packages', 'MB', ...nodes.map((node) => `import, ${node}`)];
  const rows = measured.map(({ installation: { set, packages, bytes }, importMs }) => [
    set.title,
    String(packages),
    (bytes / 1e6).toFixed(1),
    ...importMs.map((ms) => `${Math.round(ms)} ms`),
  ]);
  return [head, ['---', ...head.slice(1).map(() => '---:')], ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const [BEGIN, END] = ['<!-- install-sizes: written by pnpm install-sizes -->', '<!-- end of install-sizes -->'];

/** Puts the table between the marks of a page. @throws as `checkPlace` */
export function writeTable(page: string, table: string): void {
  const { text, from, to } = checkPlace(page);
  writeFileSync(page, `${text.slice(0, from)}\n${table}\n${text.slice(to)}`);
}

/** Where the table stands in a page. @throws when it has no marks */
export function checkPlace(page: string): { readonly text: string; readonly from: number; readonly to: number } {
  const text = readFileSync(page, 'utf8');
  const [from, to] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
  if (!text.includes(BEGIN) || to < from) throw new Error(`${basename(page)} has no place for the table: ${BEGIN} … ${END}`);
  return { text, from, to };
}
