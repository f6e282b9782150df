import type { StandardSchemaV1 } from '@touchstone/core';

/** The name of a document. The number 7 and the text "7" are two documents. */
export type DocumentId = string | number;

/** Relevant documents with their grades, which are above 0; 1 where nothing else was said. */
export type Relevance = ReadonlyMap<DocumentId, number>;

/** The relevant documents of a query in any of the forms that a cell may have. A grade of 0 or less means not relevant. */
export type RelevanceCell =
  | readonly (DocumentId | { readonly id: DocumentId; readonly relevance: number })[]
  | Readonly<Record<string, number>>
  | string;

/** Documents in the order in which they were retrieved, best first: a list, or the JSON text of one (as in a CSV cell). */
export const ranking: StandardSchemaV1<readonly DocumentId[] | string, readonly DocumentId[]> = schema((cell) => {
  if (!Array.isArray(cell)) return 'it must be a list of document ids (texts or numbers), or the JSON text of one';
  const ids: readonly unknown[] = cell;
  return ids.every(isDocumentId) ? { value: ids } : `it holds ${shown(ids.find((id) => !isDocumentId(id)))}, ${NO_ID}`;
});

/** Relevant documents: a list of ids, a list of `{ id, relevance }`, an object id → relevance, or the JSON text of one of these. */
export const relevance: StandardSchemaV1<RelevanceCell, Relevance> = schema((cell) => {
  if (typeof cell !== 'object' || cell === null)
    return 'it must be a list of document ids (texts or numbers), graded ones ({ id, relevance } or an object id → relevance), or the JSON text of these';
  const known = gradesOfCells.get(cell);
  if (known !== undefined) return { value: known };
  const grades = new Map<DocumentId, number>();
  for (const entry of Array.isArray(cell) ? cell : Object.entries(cell).map(([id, grade]) => ({ id, relevance: grade }))) {
    const { id, relevance: grade }: { readonly id?: unknown; readonly relevance?: unknown } = isDocumentId(entry)
      ? { id: entry, relevance: 1 }
      : Object(entry);
    if (!isDocumentId(id)) return `it holds ${shown(entry)}, ${NO_ID}`;
    if (typeof grade !== 'number' || !Number.isFinite(grade))
      return `document ${shown(id)} has the relevance ${shown(grade)}, which is no number`;
    if (grade > 0) grades.set(id, Math.max(grade, grades.get(id) ?? 0));
  }
  gradesOfCells.set(cell, grades);
  return { value: grades };
});

/** Several metrics read the same cell one after the other. */
const gradesOfCells = new WeakMap<object, Relevance>();

const NO_ID = 'which is no document id (a text, or a number that is exact)';

/** Integers above 2⁵³ are no names any more: neighbours are the same number. */
function isDocumentId(value: unknown): value is DocumentId {
  if (typeof value === 'string') return true;
  return typeof value === 'number' && Number.isFinite(value) && (Number.isSafeInteger(value) || !Number.isInteger(value));
}

/** @param read the value, or what is wrong with the cell */
function schema<Input, Output>(read: (cell: unknown) => { readonly value: Output } | string): StandardSchemaV1<Input, Output> {
  let last: { readonly text: string; readonly parsed: unknown } | undefined;
  const parsed = (cell: unknown): unknown => {
    if (typeof cell !== 'string') return cell;
    if (last?.text !== cell) last = { text: cell, parsed: parseJson(cell) };
    return last.parsed;
  };
  const validate = (cell: unknown): StandardSchemaV1.Result<Output> => {
    const result = read(parsed(cell));
    return typeof result === 'string' ? { issues: [{ message: result }] } : result;
  };
  return { '~standard': { version: 1, vendor: 'touchstone', validate } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
