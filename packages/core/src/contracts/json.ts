/** Anything JSON can carry. What is stored, hashed or sent to a worker is always `Json`. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A cell of a data set after it was read: plain JSON. `undefined` = the row has no such column. */
export type Cell = Json | undefined;

/** One row of data: column name → cell. Never changed after it was read. */
export type Row = Readonly<Record<string, Cell>>;
