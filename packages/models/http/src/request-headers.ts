import { promptText, type Row, ServiceError, TouchstoneError, variable } from '@touchstone/core';

/** Texts, or a function of the row that makes them. */
export type HeaderOptions = Readonly<Record<string, string>> | ((row: Row) => Readonly<Record<string, string>>);

/** What a row adds to a request's headers: texts of its cells for the placeholders, or the headers that a function made of it. */
export type HeaderParts = { readonly cells?: Readonly<Record<string, string>>; readonly made?: Readonly<Record<string, string>> };

export interface RequestHeaders {
  readonly placeholders: readonly string[];
  of(row: Row): HeaderParts;
  /** Whether all variables are set, before anything is sent. @throws TouchstoneError `missing-key` */
  check(): void;
  /** Reads the environment. @throws TouchstoneError `missing-key` naming the variable; ServiceError `bad-request` for what no header can hold */
  fill(parts: HeaderParts): Headers;
  /** What stands for the credentials in names of limits: the texts as they were written, which hold no secret if they hold variables. */
  readonly written: string;
}

/**
 * `${VARIABLE}` is read from the environment when a request is sent, `{column}` is the row's cell, `{{` and `}}` are braces; in one pass,
 * so that no cell can ask for a variable.
 */
export function requestHeaders(options: HeaderOptions): RequestHeaders {
  if (typeof options === 'function') {
    return {
      placeholders: [],
      of: (row) => ({ made: options(row) }),
      check() {},
      fill: ({ made = {} }) => headersOf(Object.entries(made)),
      written: options.toString(),
    };
  }
  const entries = Object.entries(options);
  const names = entries.flatMap(([, value]) => [...value.matchAll(PIECE)].flatMap((match) => match[2] ?? []));
  const placeholders = [...new Set(names)];
  return {
    placeholders,
    of: (row) =>
      placeholders.length === 0 ? {} : { cells: Object.fromEntries(placeholders.map((name) => [name, promptText(row, name)])) },
    check: () => checkVariables(options),
    fill: ({ cells = {} }) => headersOf(entries.map(([name, value]) => [name, filled(name, value, cells)])),
    written: entries
      .map(([name, value]) => `${name}=${value}`)
      .sort()
      .join('\n'),
  };
}

function checkVariables(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    for (const [, key] of value.matchAll(PIECE)) if (key !== undefined) read(name, key);
  }
}

const PIECE = /\$\{(\w+)\}|\{\{|\}\}|\{([\p{L}_][\p{L}\p{N}_]*)\}/gu;

function filled(name: string, value: string, cells: Readonly<Record<string, string>>): string {
  return value.replace(PIECE, (piece: string, key: string | undefined, column: string | undefined) => {
    if (key !== undefined) return read(name, key);
    if (column !== undefined) return cells[column] ?? '';
    return piece === '{{' ? '{' : '}';
  });
}

function read(name: string, key: string): string {
  const found = variable(key);
  if (found !== undefined) return found;
  throw new TouchstoneError('missing-key', `The header ${name} needs ${key}, which is not set in the environment.`);
}

function headersOf(entries: readonly (readonly [string, string])[]): Headers {
  const headers = new Headers();
  for (const [name, value] of entries) {
    try {
      headers.set(name, value);
    } catch {
      // Its value may be a secret: it is not shown.
      throw new ServiceError(
        'bad-request',
        `the header ${name} cannot be sent: headers hold Latin letters in one line, all else goes into the body or is encoded`,
      );
    }
  }
  return headers;
}
