import type { Json } from '../contracts/index.ts';
import { displayWidth, oneLine, truncate } from './display-text.ts';
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
  /** Columns with numbers are shown from the right; `null` is shown as it is, `undefined` as nothing. */
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

function htmlTable(table: DisplayTable): string {
  const { caption, head, rows } = table;
  const numeric = numericColumns(table);
  const heads = head.map((column, index) => {
    const text = escapeHtml(cellText(column)).replace(/[/_](?=.)/gu, '$&<wbr>');
    return `<th scope="col" style="text-align:${numeric[index] ? 'right' : 'left'}">${text}</th>`;
  });
  return [
    '<div style="overflow-x:auto">',
    '<table>',
    `<caption style="text-align:left">${escapeHtml(cellText(caption))}</caption>`,
    `<thead><tr>${heads.join('')}</tr></thead>`,
    '<tbody style="vertical-align:top">',
    ...rows.map(
      (row) =>
        `<tr>${row.map((cell, index) => htmlCell(cell, { isName: index === 0, isNumeric: numeric[index] })).join('')}</tr>`,
    ),
    '</tbody>',
    '</table>',
    '</div>',
  ].join('\n');
}

/** A text that is longer than this gets a column that is not narrower, so that it does not become a tower of single words. */
const LONG_TEXT = 24;

function htmlCell(cell: Json | undefined, { isName, isNumeric }: { isName: boolean; isNumeric: boolean | undefined }): string {
  const text = cellText(cell);
  const room = displayWidth(text) > LONG_TEXT ? ';min-width:14em' : '';
  if (isName) return `<th scope="row" style="text-align:left${room}">${escapeHtml(text)}</th>`;
  return `<td style="text-align:${isNumeric ? 'right' : 'left'}${room}">${escapeHtml(text)}</td>`;
}

/** Columns with numbers, the first aside: it names the rows. */
function numericColumns({ head, rows }: DisplayTable): readonly boolean[] {
  return head.map((_, index) => index > 0 && rows.some((row) => typeof row[index] === 'number'));
}

function htmlNotes({ title, items }: DisplayNotes): string {
  const lines = items.map((item) => `<li>${escapeHtml(oneLine(item))}</li>`);
  return [`<p>${escapeHtml(title)}</p>`, '<ul>', ...lines, '</ul>'].join('\n');
}

function markdownTable(table: DisplayTable): string {
  const { caption, head, rows } = table;
  const line = (cells: readonly (Json | undefined)[]): string =>
    `| ${cells.map((cell) => escapeMarkdown(cellText(cell))).join(' | ')} |`;
  const rule = `| ${numericColumns(table)
    .map((right) => (right ? '---:' : '---'))
    .join(' | ')} |`;
  const lines = [line(head), rule, ...rows.map(line)].join('\n');
  return `${escapeMarkdown(cellText(caption))}\n\n${lines}`;
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
