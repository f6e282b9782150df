import { WrongUsage } from './wrong-usage.ts';

/** The name of a plug-in in all the ways in which code writes it. */
export interface PluginName {
  /** Of the package: `touchstone-cites-source`, `@acme/cites-source`. */
  readonly package: string;
  /** `cites-source` */
  readonly kebab: string;
  /** `citesSource` */
  readonly camel: string;
  /** `CitesSource` */
  readonly pascal: string;
  /** `cites_source` */
  readonly snake: string;
  /** `CITES_SOURCE` */
  readonly upper: string;
}

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/u;
const SCOPE = /^@[a-z0-9~][a-z0-9-._~]*$/u;
/** What npm takes. */
const LONGEST = 214;

/**
 * @param given `cites-source`, `touchstone-cites-source` or `@acme/cites-source`
 * @throws WrongUsage for what npm or TypeScript would not take
 */
export function pluginName(given: string): PluginName {
  const parts = given.trim().split('/');
  const [scope, name = ''] = parts.length === 2 ? parts : [undefined, parts[0]];
  if (parts.length > 2 || (scope !== undefined && !SCOPE.test(scope)) || !NAME.test(name)) {
    throw new WrongUsage(
      `'${given}' is no name for a package: lower case letters, digits and hyphens, as in cites-source or @acme/cites-source.${hint(given)}`,
    );
  }
  const kebab = name.replace(/^touchstone-(?=[a-z])/u, '');
  const camel = kebab.replace(/-([a-z0-9])/gu, (_, letter: string) => letter.toUpperCase());
  const own = scope !== undefined ? `${scope}/${name}` : `touchstone-${kebab}`;
  if (own.length > LONGEST) throw new WrongUsage(`The name has ${own.length} characters, and npm takes ${LONGEST} at most.`);
  return {
    package: own,
    kebab,
    camel,
    pascal: camel.replace(/^./u, (letter) => letter.toUpperCase()),
    snake: kebab.replaceAll('-', '_'),
    upper: kebab.replaceAll('-', '_').toUpperCase(),
  };
}

/** What could be meant: `Cites Source` → `cites-source`. */
function hint(given: string): string {
  const near = given
    .trim()
    .replace(/([a-z0-9])([A-Z])/gu, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .replace(/^[-0-9]+|-+$/gu, '');
  return NAME.test(near) ? ` Did you mean ${near}?` : '';
}
