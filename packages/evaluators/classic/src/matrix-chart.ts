import { displayWidth } from '@touchstone/core';
import type { ConfusionCell } from './confusion.ts';
import type { Label } from './label.ts';
import { shortened } from './line-chart.ts';
import { element, picture, type Svg, text } from './svg.ts';

export interface MatrixChart {
  /** In the order of rows and columns. */
  readonly labels: readonly Label[];
  readonly cells: readonly ConfusionCell[];
  /** Share of the rows of the target that the cell has. */
  shareOf(cell: ConfusionCell): number;
}

/** More labels than this are not drawn: the most frequent ones are. */
const MOST = 40;
const TOP = 52;

/** A confusion matrix: a row a target, a column a prediction; the darker a cell, the larger its share of the row. */
export function matrixChart({ labels, cells, shareOf }: MatrixChart): Svg {
  const shown = mostFrequent(labels, cells);
  const names = shown.map((label) => shortened(String(label), 18));
  const side = Math.max(16, Math.min(72, 480 / shown.length));
  const left = Math.max(...names.map((name) => displayWidth(name) * 7)) + 50;
  const place = new Map(shown.map((label, index) => [label, index]));
  const bottom = TOP + side * shown.length;
  const longest = Math.max(...names.map((name) => displayWidth(name)));
  const tilted = longest * 7 > side - 6;
  const below = tilted ? longest * 4.5 + 24 : 20;
  const size = { width: Math.max(left + side * shown.length + 40, 300), height: bottom + below + 34 };
  const title =
    shown.length === labels.length
      ? 'Confusion matrix'
      : `Confusion matrix of the ${shown.length} most frequent of ${labels.length} labels`;
  return picture(
    size,
    title,
    ...shown.map((_, index) =>
      element('rect', { class: 'rule', x: left, y: TOP + index * side, width: side * shown.length, height: side }),
    ),
    ...cells.flatMap((cell) =>
      cellOf(cell, shareOf(cell), { row: place.get(cell.target), column: place.get(cell.prediction), left, side }),
    ),
    ...names.flatMap((name, index) => {
      const middle = index * side + side / 2;
      const foot = tilted
        ? { class: 'end', transform: `translate(${left + middle + 4} ${bottom + 16}) rotate(-40)` }
        : { class: 'middle', x: left + middle, y: bottom + 18 };
      return [text(name, { class: 'end', x: left - 8, y: TOP + middle + 4 }), text(name, foot)];
    }),
    text('prediction', { class: 'faint middle', x: left + (side * shown.length) / 2, y: bottom + below + 18 }),
    text('target', { class: 'faint middle', transform: `translate(20 ${TOP + (side * shown.length) / 2}) rotate(-90)` }),
  );
}

function mostFrequent(labels: readonly Label[], cells: readonly ConfusionCell[]): readonly Label[] {
  if (labels.length <= MOST) return labels;
  const rows = new Map<Label, number>();
  for (const cell of cells) {
    for (const label of [cell.target, cell.prediction]) rows.set(label, (rows.get(label) ?? 0) + cell.rows);
  }
  const kept = new Set([...labels].sort((a, b) => (rows.get(b) ?? 0) - (rows.get(a) ?? 0)).slice(0, MOST));
  return labels.filter((label) => kept.has(label));
}

interface CellPlace {
  readonly row: number | undefined;
  readonly column: number | undefined;
  readonly left: number;
  readonly side: number;
}

function cellOf(cell: ConfusionCell, share: number, { row, column, left, side }: CellPlace): readonly Svg[] {
  if (row === undefined || column === undefined) return [];
  const [x, y] = [left + column * side, TOP + row * side];
  const box = element('rect', { class: 'tint', x, y, width: side, height: side, 'fill-opacity': 0.06 + 0.94 * share });
  if (side < 34) return [box];
  const middle = { class: 'middle', x: x + side / 2 };
  const count =
    side < 48 ? [] : [text(cell.rows.toLocaleString('en'), { ...middle, class: 'middle small', y: y + side / 2 + 16 })];
  return [box, text(share.toFixed(2), { ...middle, y: y + side / 2 + (count.length === 0 ? 4 : 0) }), ...count];
}
