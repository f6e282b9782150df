import { number, type Table } from './table.ts';

/** What was aimed at, what was measured, and whether that is enough. */
export interface Aim {
  readonly aim: string;
  readonly measured: number;
  /** Either a most or a least. */
  readonly most?: number;
  readonly least?: number;
}

export function aimTable(aims: readonly Aim[]): Table {
  const rows = aims
    .filter(({ measured }) => Number.isFinite(measured))
    .map(({ aim, measured, most = Number.POSITIVE_INFINITY, least = Number.NEGATIVE_INFINITY }) => [
      aim,
      number(measured),
      measured <= most && measured >= least ? 'met' : 'missed',
    ]);
  return { columns: ['aim', 'measured', 'in this run'], rows };
}
