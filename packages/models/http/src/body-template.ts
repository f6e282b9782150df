import { type Json, promptText, type Row, template } from '@touchstone/core';

/** A request body with placeholders in its texts. */
export interface BodyTemplate {
  readonly placeholders: readonly string[];
  fill(row: Row): Json;
}

/** A text that is one placeholder and nothing else becomes the cell itself, whatever it is; others are filled with texts. */
export function bodyTemplate(body: Json): BodyTemplate {
  const placeholders = new Set<string>();
  const fill = compile(body, placeholders);
  return { placeholders: [...placeholders], fill };
}

function compile(value: Json, placeholders: Set<string>): (row: Row) => Json {
  if (typeof value === 'string') {
    const filled = template(value);
    for (const name of filled.placeholders) placeholders.add(name);
    const [only] = filled.placeholders;
    if (only !== undefined && value === `{${only}}`) return (row) => row[only] ?? null;
    return (row) => filled.fill(Object.fromEntries(filled.placeholders.map((name) => [name, promptText(row, name)])));
  }
  if (Array.isArray(value)) {
    const parts = value.map((part) => compile(part, placeholders));
    return (row) => parts.map((part) => part(row));
  }
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value).map(([key, part]) => [key, compile(part, placeholders)] as const);
    return (row) => Object.fromEntries(parts.map(([key, part]) => [key, part(row)]));
  }
  return () => value;
}
