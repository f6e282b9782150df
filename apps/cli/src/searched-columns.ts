import {
  metricsOf,
  type RunRecord,
  type SearchedField,
  searchedFields,
  suggestion,
  type TouchstoneRuntime,
  truncate,
} from '@touchstone/core';

/** Cells of a column; a commit has 40 digits, of which the first ones tell. */
const WIDEST = 16;

/** What a search compares, as columns of a list of runs: one wants to see it. */
export async function searchedColumns(
  where: string,
  runs: readonly RunRecord[],
  { store }: TouchstoneRuntime,
): Promise<readonly { readonly title: string; readonly cellOf: (run: RunRecord) => string }[]> {
  const fields = searchedFields(where).filter(({ of }) => of !== 'attributes');
  const metrics = fields.some(({ of }) => of === 'metrics') ? await metricsOf(store.catalog, runs) : new Map();
  return fields.map((field) => ({
    title: field.of === 'metrics' ? field.key : `${field.of}.${field.key}`,
    cellOf(run) {
      const value: unknown = namesOf(field, run, metrics.get(run.id))[field.key];
      return typeof value === 'number' ? value.toPrecision(4) : typeof value === 'string' ? truncate(value, WIDEST) : '';
    },
  }));
}

/** Names in a search that no run of the store has, in sentences: why nothing was found. */
export async function unknownNames(where: string, touchstone: TouchstoneRuntime): Promise<readonly string[]> {
  const runs = await touchstone.runs();
  const metrics = await metricsOf(touchstone.store.catalog, runs);
  return searchedFields(where).flatMap((field) => {
    if (field.of === 'attributes') return [];
    const known = new Set(runs.flatMap((run) => Object.keys(namesOf(field, run, metrics.get(run.id)))));
    if (known.has(field.key)) return [];
    return [`No run has the ${NOUNS[field.of]} '${field.key}'.${suggestion(field.key, known, { list: 'There are' })}`];
  });
}

const NOUNS = { metrics: 'metric', params: 'param', tags: 'tag' } as const;

function namesOf(
  { of }: SearchedField,
  { params, tags }: RunRecord,
  metrics: Readonly<Record<string, number>> = {},
): Readonly<Record<string, unknown>> {
  return of === 'metrics' ? metrics : of === 'params' ? (params ?? {}) : tags;
}
