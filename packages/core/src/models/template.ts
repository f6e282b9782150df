import type { Json, Row } from '../contracts/index.ts';
import type { Problem } from '../errors/touchstone-error.ts';
import { columnHint } from '../plan/map-columns.ts';

/**
 * A text with placeholders. Only `{identifier}` is one, filled in a single pass, so that what is filled in is never read as a template;
 * `{{` and `}}` are literal braces, and any other brace is text.
 */
export interface Template {
  readonly placeholders: readonly string[];
  fill(values: Readonly<Record<string, string>>): string;
}

const PIECE = /\{\{|\}\}|\{([\p{L}_][\p{L}\p{N}_]*)\}/gu;

export function template(text: string): Template {
  const placeholders = [...text.matchAll(PIECE)].flatMap((match) => (match[1] === undefined ? [] : [match[1]]));
  return {
    placeholders: [...new Set(placeholders)],
    fill: (values) =>
      text.replace(PIECE, (piece: string, name: string | undefined) => {
        if (name === undefined) return piece === '{{' ? '{' : '}';
        return Object.hasOwn(values, name) ? (values[name] ?? '') : piece;
      }),
  };
}

/** Which column fills which placeholder. `{text}`, the only one that is no column, takes the inputs, as in MLflow. */
export interface Filling {
  readonly columns: Readonly<Record<string, string | readonly string[]>>;
  /** What was decided, for people. */
  readonly notes: readonly string[];
}

/**
 * @param space.features columns that a model may see
 * @param space.hidden target, id and cluster
 * @returns problems: a placeholder without a column
 */
export function matchPlaceholders(
  placeholders: readonly string[],
  space: { readonly features: readonly string[]; readonly inputs: readonly string[]; readonly hidden: readonly string[] },
): Filling & { readonly problems: readonly Problem[] } {
  const columns: Record<string, string | readonly string[]> = {};
  const missing = placeholders.filter((name) => !space.features.includes(name));
  for (const name of placeholders) if (space.features.includes(name)) columns[name] = name;
  const [only] = placeholders;
  if (placeholders.length === 1 && missing.length === 1 && only !== undefined && !space.hidden.includes(only)) {
    columns[only] = space.inputs;
    return {
      columns,
      problems: [],
      notes: [`{${only}} is no column of the data, and is filled with ${space.inputs.join(', ')}.`],
    };
  }
  const problems = missing.map((name) => {
    const message = space.hidden.includes(name)
      ? `The messages ask for {${name}}, which no model ever sees: it is the target, the id or the cluster.`
      : `The messages ask for {${name}}, and the data has no such column.${columnHint(name, { data: space.features })} Write {{${name}}} for braces that are meant as text.`;
    return { code: 'unknown-placeholder', message };
  });
  return { columns, problems, notes: [] };
}

/** A cell as the text of a prompt: texts as they are, everything else as JSON, and nothing for what is missing. */
export function promptText(row: Row, columns: string | readonly string[]): string {
  if (typeof columns === 'string') return cellText(row[columns]);
  const [only] = columns;
  if (columns.length === 1 && only !== undefined) return cellText(row[only]);
  return JSON.stringify(Object.fromEntries(columns.map((column) => [column, row[column] ?? null])));
}

function cellText(cell: Json | undefined): string {
  if (cell === undefined || cell === null) return '';
  return typeof cell === 'string' ? cell : JSON.stringify(cell);
}
