import type { RegisteredModel } from '@touchstone/core';

/**
 * The addresses of registered versions that runs have logged, each with the aliases that mean it: `models:/support-bot/3 (@champion)`.
 *
 * @param runs ids
 */
export function registeredIn(models: readonly RegisteredModel[], runs: ReadonlySet<string>): readonly string[] {
  return models.flatMap(({ name, versions, aliases }) =>
    versions
      .filter(({ run }) => runs.has(run))
      .map(({ version }) => {
        const meant = Object.keys(aliases).filter((alias) => aliases[alias] === version);
        return `models:/${name}/${version}${meant.length === 0 ? '' : ` (${meant.map((alias) => `@${alias}`).join(', ')})`}`;
      }),
  );
}
