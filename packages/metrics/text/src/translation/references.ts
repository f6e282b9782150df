import type { StandardSchemaV1 } from '@touchstone/core';

/** Cells of `targets`: one text, or a list of at least one reference. */
export const oneOrMoreTexts: StandardSchemaV1<string | readonly string[], string | readonly string[]> = {
  '~standard': {
    version: 1,
    vendor: 'touchstone',
    validate: (value) =>
      isTexts(value) ? { value } : { issues: [{ message: 'it must be a text, or a list of at least one text' }] },
  },
};

export function referencesOf(targets: string | readonly string[]): readonly string[] {
  return typeof targets === 'string' ? [targets] : targets;
}

function isTexts(value: unknown): value is string | readonly string[] {
  return (
    typeof value === 'string' || (Array.isArray(value) && value.length > 0 && value.every((text) => typeof text === 'string'))
  );
}
