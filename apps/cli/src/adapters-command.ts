import { knownSchemes, modelsFromCode } from '@touchstone/core';
import { adapterList, type InstalledAdapter, stateText, type VariableState } from './adapter-list.ts';
import { alignColumns } from './align-columns.ts';
import { EXIT } from './exit-codes.ts';
import { type StoreFlags, withTouchstone } from './open-touchstone.ts';
import { print, printWidth } from './say.ts';

/** `touchstone adapters`: which models can be asked by URI here, what of the environment that needs, and which could be. */
export async function adaptersCommand(flags: Pick<StoreFlags, 'config'> & { readonly json?: boolean }): Promise<number> {
  return withTouchstone({ ...flags, store: false }, async ({ touchstone }) => {
    const installed = adapterList(touchstone.registrations);
    const known = knownPacks(installed);
    await print(flags.json === true ? JSON.stringify({ installed, known }, null, 2) : listAsText(installed, known));
    return EXIT.ok;
  });
}

interface KnownPack {
  readonly package: string;
  readonly schemes: readonly string[];
  /** How its models are written in a program. */
  readonly form?: string;
  readonly install: string;
}

/** Packs that are not here, with the schemes that they would bring. */
function knownPacks(installed: readonly InstalledAdapter[]): readonly KnownPack[] {
  const here = new Set(installed.map((adapter) => adapter.package));
  const packs = new Set([...Object.values(knownSchemes), ...Object.keys(modelsFromCode)]);
  return [...packs].flatMap((name) => {
    if (here.has(name)) return [];
    const schemes = Object.keys(knownSchemes).filter((scheme) => knownSchemes[scheme] === name);
    const form = Object.hasOwn(modelsFromCode, name) ? modelsFromCode[name] : undefined;
    return [{ package: name, schemes, ...(form === undefined ? {} : { form }), install: `npm i ${name}` }];
  });
}

function listAsText(installed: readonly InstalledAdapter[], known: readonly KnownPack[]): string {
  const missing = known.map(({ install, schemes, form }) => [
    `  ${install}`,
    [...schemes.map(written), ...(form === undefined ? [] : [`${form} from code`])].join(', '),
  ]);
  return [
    ...(installed.length === 0 ? ['No adapter is installed: models can be functions of your files, ./answer.ts#answer.'] : []),
    ...installed.map(adapterText),
    ...(missing.length === 0 ? [] : [['Known, but not installed:', alignColumns(missing, printWidth())].join('\n')]),
  ].join('\n\n');
}

function written(scheme: string): string {
  return scheme.startsWith('http') ? `${scheme}://…` : `${scheme}:/…`;
}

const KINDS: Readonly<Record<string, string>> = {
  language: 'language models',
  embedding: 'embedding models',
  classifier: 'classifiers',
};

function adapterText({ form, version, description, kinds, variables, options, ...adapter }: InstalledAdapter): string {
  const names = Object.keys(options).map((name) => name.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`));
  const lines = [
    ['package', version === undefined ? adapter.package : `${adapter.package} ${version}`],
    ...(description === undefined ? [] : [['about', description]]),
    ...(kinds.length === 0 ? [] : [['kinds', kinds.map((kind) => KINDS[kind] ?? kind).join(', ')]]),
    ...(names.length === 0 ? [] : [['options', names.join(', ')]]),
    ...variables.map((one) => [one.name, variableText(one)]),
  ];
  return [
    form,
    alignColumns(
      lines.map(([head = '', text = '']) => [`  ${head}`, text]),
      printWidth(),
    ),
  ].join('\n');
}

function variableText(state: VariableState): string {
  const { meaning, needed, set, also = [] } = state;
  const found = needed && !set ? `needed, and ${stateText(state)}` : stateText(state);
  return `${found} · ${meaning}${set || also.length === 0 ? '' : `; also ${also.join(', ')}`}`;
}
