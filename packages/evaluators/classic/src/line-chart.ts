import { displayWidth } from '@touchstone/core';
import { element, HUES, picture, type Svg, short, text } from './svg.ts';

export interface LineChart {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly {
    readonly name: string;
    /** Said behind the name. */
    readonly note?: string;
    readonly points: readonly (readonly [x: number, y: number])[];
  }[];
  /** What a guesser would get, or what would be perfect: a dotted line from corner to corner. */
  readonly diagonal?: 'up';
  /** The same as a level. */
  readonly level?: number;
  /** Lines go level and then straight up or down. */
  readonly steps?: boolean;
  /** Points are marked. */
  readonly marks?: boolean;
}

const PLOT = { left: 64, top: 52, width: 380, height: 300 } as const;
const LEGEND_LINE = 20;

/** Lines over x from 0 to 1; y from 0 to 1, or as far as the lines go. */
export function lineChart(chart: LineChart): Svg {
  const { series, title } = chart;
  const top = ceiling(series.flatMap(({ points }) => points.map(([, y]) => y)));
  const at: Place = ([x, y]) => [PLOT.left + x * PLOT.width, PLOT.top + PLOT.height * (1 - y / top)];
  const legend = series.map(({ name, note }) => shortened(name, 28) + (note === undefined ? '' : `, ${note}`));
  const legendWidth = Math.max(...legend.map((name) => displayWidth(name) * 7)) + 60;
  const size = {
    width: PLOT.left + PLOT.width + 24 + legendWidth,
    height: Math.max(PLOT.top + PLOT.height + 58, PLOT.top + series.length * LEGEND_LINE + 20),
  };
  return picture(
    size,
    title,
    ...gridOf(top, at),
    ...guidesOf(chart, top, at),
    ...series.flatMap(({ points }, index) => lineOf(points, index, chart, at)),
    text(chart.x, { class: 'faint middle', x: PLOT.left + PLOT.width / 2, y: PLOT.top + PLOT.height + 42 }),
    text(chart.y, { class: 'faint middle', transform: `translate(18 ${PLOT.top + PLOT.height / 2}) rotate(-90)` }),
    ...legend.flatMap((name, index) => legendOf(name, index)),
  );
}

type Place = (point: readonly [number, number]) => readonly [number, number];

/** A round number at or above all values. */
function ceiling(values: readonly number[]): number {
  const most = values.reduce((high, value) => Math.max(high, value), 1);
  const step = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 4, 5, 8, 10].map((times) => times * step).find((round) => round >= most) ?? most;
}

const TICKS = 4;

function gridOf(top: number, at: Place): readonly Svg[] {
  return Array.from({ length: TICKS + 1 }, (_, tick) => tick / TICKS).flatMap((share) => {
    const [x, bottom] = at([share, 0]);
    const [left, y] = at([0, share * top]);
    return [
      element('line', { class: 'rule', x1: x, x2: x, y1: PLOT.top, y2: bottom }),
      element('line', { class: 'rule', x1: left, x2: PLOT.left + PLOT.width, y1: y, y2: y }),
      text(String(share), { class: 'faint middle', x, y: bottom + 18 }),
      text(tickText(share * top), { class: 'faint end', x: left - 8, y: y + 4 }),
    ];
  });
}

function tickText(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function guidesOf({ diagonal, level }: LineChart, top: number, at: Place): readonly Svg[] {
  const guide = (from: readonly [number, number], to: readonly [number, number]): Svg => {
    const [[x1, y1], [x2, y2]] = [at(from), at(to)];
    return element('line', { class: 'guide', x1, y1, x2, y2 });
  };
  return [
    ...(diagonal === undefined ? [] : [guide([0, 0], [1, 1])]),
    ...(level === undefined || level > top ? [] : [guide([0, level], [1, level])]),
  ];
}

function lineOf(
  points: readonly (readonly [number, number])[],
  index: number,
  { steps, marks }: LineChart,
  at: Place,
): readonly Svg[] {
  const places = points.map(at);
  const path = places.map(([x, y], step) =>
    step === 0 ? `M${short(x)} ${short(y)}` : steps === true ? `H${short(x)}V${short(y)}` : `L${short(x)} ${short(y)}`,
  );
  const dots = marks === true ? places.map(([cx, cy]) => element('circle', { class: `dot${index % HUES}`, cx, cy, r: 3.5 })) : [];
  return [element('path', { class: `line hue${index % HUES}`, d: path.join(''), 'stroke-dasharray': dashes(index) }), ...dots];
}

function legendOf(name: string, index: number): readonly Svg[] {
  const [x, y] = [PLOT.left + PLOT.width + 24, PLOT.top + 10 + index * LEGEND_LINE];
  return [
    element('line', {
      class: `line hue${index % HUES}`,
      x1: x,
      x2: x + 26,
      y1: y - 4,
      y2: y - 4,
      'stroke-dasharray': dashes(index),
    }),
    text(name, { x: x + 34, y }),
  ];
}

function dashes(index: number): string | undefined {
  return index % HUES < 5 ? undefined : '6 3';
}

/** Cut to so many columns, of which a Korean or Chinese character takes two. */
export function shortened(name: string, width: number): string {
  if (displayWidth(name) <= width) return name;
  let kept = '';
  for (const character of name) {
    if (displayWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}
