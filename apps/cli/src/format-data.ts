import { displayWidth, oneLine, padEnd, padStart, truncate, truncateMiddle, wrap } from '@touchstone/core';
import type { ColumnReport, CopyReport, Listed } from '@touchstone/dataset-files';
import type { DataDocument } from './data-document.ts';

/** What a file holds and what looks wrong with it, for people. @param listed how many places of each finding are shown */
export function formatData(
  document: DataDocument,
  { width, listed }: { readonly width: number; readonly listed: number },
): string {
  const findings = findingsOf(document, listed);
  return [
    headLine(document, width),
    ...(document.columns.length === 0 ? [] : ['', columnTable(document.columns, width)]),
    '',
    ...(findings.length === 0 ? ['Nothing looks wrong.'] : findings.map((finding) => findingText(finding, width))),
    ...(document.copies ?? []).flatMap((copy) => sampleNote(copy, width)),
  ].join('\n');
}

function headLine({ file, rows, columns, bytes, fingerprint }: DataDocument, width: number): string {
  const facts = [
    count(rows, 'row'),
    count(columns.length, 'column'),
    ...(bytes === undefined ? [] : [sizeText(bytes)]),
    ...(fingerprint === undefined ? [] : [fingerprint.slice(0, 12)]),
  ].join(' · ');
  return `${truncateMiddle(oneLine(file), Math.max(16, width - displayWidth(facts) - 3))} · ${facts}`;
}

const MOST_COLUMNS = 40;
const WIDEST = { name: 24, cells: 26 } as const;

function columnTable(columns: readonly ColumnReport[], width: number): string {
  const shown = columns.slice(0, MOST_COLUMNS);
  const fields = [
    { title: 'column', pad: padEnd, of: (column: ColumnReport) => truncateMiddle(nameText(column.name), WIDEST.name) },
    { title: 'cells', pad: padEnd, of: (column: ColumnReport) => truncate(kindsText(column.kinds), WIDEST.cells) },
    { title: 'values', pad: padEnd, of: valuesText },
    { title: 'null', pad: padStart, of: (column: ColumnReport) => countOrNothing(column.null) },
    { title: 'missing', pad: padStart, of: (column: ColumnReport) => countOrNothing(column.missing) },
  ].filter(({ of }) => shown.some((column) => of(column) !== ''));
  const widths = fields.map(({ title, of }) => Math.max(displayWidth(title), ...shown.map((column) => displayWidth(of(column)))));
  const line = (cells: readonly string[], example: string): string => {
    const head = fields.map(({ pad }, index) => `${pad(cells[index] ?? '', widths[index] ?? 0)}  `).join('');
    return `${head}${truncate(example, Math.max(12, width - displayWidth(head)))}`.trimEnd();
  };
  return [
    line(
      fields.map(({ title }) => title),
      'examples',
    ),
    ...shown.map((column) =>
      line(
        fields.map(({ of }) => of(column)),
        column.examples.join(' · '),
      ),
    ),
    ...(columns.length > shown.length
      ? [`… and ${count(columns.length - shown.length, 'column')} more; --json has all of them`]
      : []),
  ].join('\n');
}

/** A name may be empty, or hold what a terminal would obey. */
function nameText(name: string): string {
  return oneLine(name) || "''";
}

/** `text`, or `text 998, number 2`. */
function kindsText(kinds: ColumnReport['kinds']): string {
  const entries = Object.entries(kinds);
  return entries.length === 1 ? (entries[0]?.[0] ?? '') : entries.map(([kind, cells]) => `${kind} ${grouped(cells)}`).join(', ');
}

function valuesText({ range, lengths, kinds }: ColumnReport): string {
  const [main] = Object.keys(kinds);
  if (main === 'number' && range !== undefined)
    return range[0] === range[1] ? short(range[0]) : `${short(range[0])} to ${short(range[1])}`;
  return main === 'text' && lengths !== undefined ? `~${grouped(lengths.median)} chars` : '';
}

interface Finding {
  readonly head: string;
  readonly details: readonly string[];
  /** Details that are cut at the end of the line instead of wrapped. */
  readonly excerpts?: readonly string[];
}

function findingText({ head, details, excerpts = [] }: Finding, width: number): string {
  const below = [...excerpts.map((line) => truncate(line, width - 2)), ...details.flatMap((detail) => wrap(detail, width - 2))];
  return [...wrap(head, width), ...below.map((line) => `  ${line}`)].join('\n');
}

/** The worst first: what cannot be read, what breaks a run, what misleads, what is only odd. */
function findingsOf(document: DataDocument, listed: number): readonly Finding[] {
  const { broken, badIds, duplicateIds, copies = [], duplicateRows, repeatedInputs, columns } = document;
  const where = placesOf(document, listed);
  const findings: (Finding | undefined)[] = [
    broken && {
      head: `${count(broken.total, document.places === 'lines' ? 'line' : 'place')} cannot be read, and ${broken.total === 1 ? 'is' : 'are'} left out of all that follows:`,
      details: [...broken.listed.slice(0, listed).map(({ message }) => oneLine(message)), ...more(broken, listed)],
    },
    badIds && {
      head: `${count(badIds.total, 'row')} ${badIds.total === 1 ? 'has' : 'have'} no usable id:`,
      details: [where(badIds, ({ what }) => ` (${what})`)],
    },
    duplicateIds && {
      head: `${count(duplicateIds.total, 'row')} ${duplicateIds.total === 1 ? 'has' : 'have'} the id of an earlier one:`,
      details: [where(duplicateIds, ({ first, id }) => ` (= ${first}, ${truncate(oneLine(String(id)), 24)})`)],
    },
    ...copies.map((copy) => copyFinding(copy, document, listed)),
    duplicateRows && {
      head: `${count(duplicateRows.total, 'row')} ${duplicateRows.total === 1 ? 'is' : 'are'} equal to an earlier one:`,
      details: [where(duplicateRows, ({ first }) => ` (= ${first})`)],
    },
    repeatedInputs && {
      head: `${count(repeatedInputs.total, 'row')} ${repeatedInputs.total === 1 ? 'has' : 'have'} the inputs of an earlier one:`,
      details: [where(repeatedInputs, ({ first }) => ` (= ${first})`)],
    },
    ...columns.flatMap((column) => columnFindings(column, where)),
  ];
  return findings.filter((finding) => finding !== undefined);
}

type Where = <T extends { readonly at: number }>(list: Listed<T>, note?: (item: T) => string) => string;

/** `lines 4 (number), 77 (list) and 12 more` */
function placesOf({ places }: DataDocument, listed: number): Where {
  return (list, note = () => '') => {
    const shown = list.listed.slice(0, listed).map((item) => `${item.at}${note(item)}`);
    const rest = list.total > shown.length ? ` and ${grouped(list.total - shown.length)} more` : '';
    return `${list.total === 1 ? places.slice(0, -1) : places} ${shown.join(', ')}${rest}`;
  };
}

function copyFinding(copy: CopyReport, { places }: DataDocument, listed: number): Finding | undefined {
  const total = copy.sameWords + copy.near;
  if (total === 0) return undefined;
  const place = places.slice(0, -1);
  const parts = [
    ...(copy.sameWords === 0 ? [] : [`${grouped(copy.sameWords)} with the same words`]),
    ...(copy.near === 0 ? [] : [`${grouped(copy.near)} nearly so`]),
  ];
  return {
    head: `${count(total, 'row')} ${total === 1 ? 'stands' : 'stand'} also in ${oneLine(copy.against)}, ${parts.join(' and ')} (compared: ${copy.columns.map(nameText).join(', ')}):`,
    excerpts: copy.listed.slice(0, listed).map(({ at, of, kind, overlap, text }) => {
      const sign = kind === 'near' ? `≈ ${of} (${Math.floor(overlap * 100)} %)` : `= ${of}`;
      return `${place} ${at} ${sign}: ${text}`;
    }),
    details: more({ total }, listed),
  };
}

/** Also where nothing was found: it may be there. */
function sampleNote({ against, sampled }: CopyReport, width: number): readonly string[] {
  if (sampled === 1) return [];
  const note = `Of ${oneLine(against)} one run of three words in ${sampled} was compared: overlaps are estimates, and short near copies may be missing.`;
  return wrap(note, width);
}

function columnFindings({ name, kinds, mixed, empty, damaged, lengths }: ColumnReport, where: Where): readonly Finding[] {
  const column = nameText(name);
  const findings: (Finding | undefined)[] = [
    mixed && {
      head: `${column}: cells of several kinds (${kindsText(kinds)}):`,
      details: [where(mixed, ({ kind }) => ` (${kind})`)],
    },
    empty && {
      head: `${column}: ${count(empty.total, 'text')} ${empty.total === 1 ? 'is' : 'are'} empty or only white space:`,
      details: [where(empty)],
    },
    damaged && {
      head: `${column}: ${count(damaged.total, 'text')} ${damaged.total === 1 ? 'has' : 'have'} broken characters:`,
      details: [where(damaged, ({ what }) => ` (${what})`)],
    },
    lengths?.outliers && {
      head: `${column}: ${count(lengths.outliers.total, 'text')} much longer or shorter than the others, whose median is ${count(lengths.median, 'character')}:`,
      details: [where(lengths.outliers, ({ characters }) => ` (${grouped(characters)})`)],
    },
  ];
  return findings.filter((finding) => finding !== undefined);
}

function more({ total }: { readonly total: number }, shown: number): readonly string[] {
  return total > shown ? [`… and ${grouped(total - shown)} more`] : [];
}

function count(n: number, noun: string): string {
  return `${grouped(n)} ${n === 1 ? noun : `${noun}s`}`;
}

function countOrNothing(n: number): string {
  return n === 0 ? '' : grouped(n);
}

function grouped(n: number): string {
  return n.toLocaleString('en-US');
}

function short(n: number): string {
  return String(Number(n.toPrecision(4)));
}

function sizeText(bytes: number): string {
  if (bytes < 1000) return count(bytes, 'byte');
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power - 1]}`;
}
