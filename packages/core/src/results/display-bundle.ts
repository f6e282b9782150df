import type { Json } from '../contracts/index.ts';
import { oneLine, truncate } from './display-text.ts';
import { formatNumber } from './format-number.ts';

/** What a notebook takes: the same in three forms, of which it shows the richest that it can. */
export interface DisplayBundle {
  /** Tables with a caption and headed rows; no script, no colours, no address. It looks right on a light and on a dark page. */
  readonly 'text/html': string;
  readonly 'text/markdown': string;
  readonly 'text/plain': string;
}

export interface DisplayTable {
  readonly caption: string;
  /** Of the columns. The first heads the rows: its cells are their names. */
  readonly head: readonly string[];
  /** Texts are shown from the left, numbers from the right; `null` is shown as it is, `undefined` as nothing. */
  readonly rows: readonly (readonly (Json | undefined)[])[];
}

export interface DisplayNotes {
  readonly title: string;
  readonly items: readonly string[];
}

/** A table and what is to be said of it, for a notebook: what `[Symbol.for('Jupyter.display')]()` returns. */
export function displayBundle(plain: string, table: DisplayTable, notes: readonly DisplayNotes[] = []): DisplayBundle {
  const said = notes.filter(({ items }) => items.length > 0);
  return {
    'text/html': [htmlTable(table), ...said.map(htmlNotes)].join('\n'),
    'text/markdown': [markdownTable(table), ...said.map(markdownNotes)].join('\n\n'),
    'text/plain': plain,
  };
}

/** Cells of a terminal that a text may take in a table, and characters of it that are looked at. */
const MOST_CELLS = 160;
const MOST_CHARACTERS = 1000;

/** One line without control characters; long texts are cut, and say so with `…`. */
function cellText(cell: Json | undefined): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return formatNumber(cell);
  const text = typeof cell === 'string' ? cell : JSON.stringify(cell);
  const seen = text.length <= MOST_CHARACTERS ? oneLine(text) : `${oneLine(text.slice(0, MOST_CHARACTERS))}…`;
  return truncate(seen, MOST_CELLS);
}

function htmlTable({ caption, head, rows }: DisplayTable): string {
  const cells = (row: readonly (Json | undefined)[]): string =>
    row
      .map((cell, index) => {
        const text = escapeHtml(cellText(cell));
        if (index === 0) return `<th scope="row" style="text-align:left">${text}</th>`;
        return `<td style="text-align:${typeof cell === 'number' ? 'right' : 'left'}">${text}</td>`;
      })
      .join('');
  const heads = head.map((column) => `<th scope="col" style="text-align:left">${escapeHtml(cellText(column))}</th>`).join('');
  return [
    '<div style="overflow-x:auto">',
    '<table>',
    `<caption style="text-align:left">${escapeHtml(cellText(caption))}</caption>`,
    `<thead><tr>${heads}</tr></thead>`,
    '<tbody>',
    ...rows.map((row) => `<tr>${cells(row)}</tr>`),
    '</tbody>',
    '</table>',
    '</div>',
  ].join('\n');
}

function htmlNotes({ title, items }: DisplayNotes): string {
  const lines = items.map((item) => `<li>${escapeHtml(oneLine(item))}</li>`);
  return [`<p>${escapeHtml(title)}</p>`, '<ul>', ...lines, '</ul>'].join('\n');
}

function markdownTable({ caption, head, rows }: DisplayTable): string {
  const line = (cells: readonly (Json | undefined)[]): string =>
    `| ${cells.map((cell) => escapeMarkdown(cellText(cell))).join(' | ')} |`;
  const numeric = head.map((_, index) => index > 0 && rows.some((row) => typeof row[index] === 'number'));
  const rule = `| ${numeric.map((right) => (right ? '---:' : '---')).join(' | ')} |`;
  const table = [line(head), rule, ...rows.map(line)].join('\n');
  return `${escapeMarkdown(cellText(caption))}\n\n${table}`;
}

function markdownNotes({ title, items }: DisplayNotes): string {
  return [`${escapeMarkdown(title)}\n`, ...items.map((item) => `- ${escapeMarkdown(oneLine(item))}`)].join('\n');
}

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/gu, (char) => HTML[char] ?? char);
}

/** Notebooks read HTML and formulas (`$`) in Markdown too. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]{}|~$#!]/gu, '\\$&').replace(/[&<>]/gu, (char) => HTML[char] ?? char);
}
