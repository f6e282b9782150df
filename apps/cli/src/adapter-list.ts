import { type AdapterVariable, type ModelAdapter, modelsFromCode, type TouchstoneRuntime, variable } from '@touchstone/core';

/** A pack's way to models, with what the environment says to it. */
export interface InstalledAdapter {
  readonly package: string;
  readonly version?: string;
  /** Empty for models that are objects of a program only. */
  readonly schemes: readonly string[];
  /** How it is written: `openai:/MODEL`, `aiSdk(model)`. */
  readonly form: string;
  readonly description?: string;
  /** Of services; empty for a model of rows. */
  readonly kinds: readonly string[];
  readonly variables: readonly VariableState[];
  /** Of `--model-option`: name → meaning. */
  readonly options: Readonly<Record<string, string>>;
}

/** Whether a variable is set; its value is nobody's business. */
export interface VariableState extends AdapterVariable {
  readonly set: boolean;
  /** The variable that is read, where it is another than `name`. */
  readonly from?: string;
}

/** What the plug-ins brought, in their order; schemes that stand for the same are one. */
export function adapterList({ plugins, adapters }: TouchstoneRuntime['registrations']): readonly InstalledAdapter[] {
  return plugins.flatMap(({ name, version }) => {
    const pack = { package: name, ...(version === undefined ? {} : { version }) };
    const own = [...adapters.values()].filter(({ plugin }) => plugin === name).map(({ value }) => value);
    const alike = Map.groupBy(own, (adapter) => adapter.about ?? adapter.scheme);
    const written = Object.hasOwn(modelsFromCode, name) ? modelsFromCode[name] : undefined;
    return [
      ...Array.from(alike.values(), (same) => ({ ...pack, ...described(same) })),
      ...(written === undefined || own.length > 0 ? [] : [{ ...pack, ...usedFromCode(written) }]),
    ];
  });
}

/** Of all adapters the variables that hold a key or a token, each once. */
export function credentialsOf(adapters: readonly InstalledAdapter[]): readonly VariableState[] {
  const credentials = adapters.flatMap(({ variables }) => variables.filter(({ credential }) => credential === true));
  return [...new Map(credentials.map((one) => [one.name, one])).values()];
}

/** `set`, `set by OPENAI_API_KEY`, `not set`. */
export function stateText({ set, from }: VariableState): string {
  if (!set) return 'not set';
  return from === undefined ? 'set' : `set by ${from}`;
}

function described(adapters: readonly ModelAdapter[]): Omit<InstalledAdapter, 'package' | 'version'> {
  const schemes = adapters.map(({ scheme }) => scheme);
  const about = adapters[0]?.about;
  return {
    schemes,
    form: about?.form ?? `${schemes[0] ?? ''}:/…`,
    ...(about === undefined ? {} : { description: about.description }),
    kinds: about?.kinds ?? [],
    variables: (about?.variables ?? []).map(stateOf),
    options: about?.options ?? {},
  };
}

function usedFromCode(form: string): Omit<InstalledAdapter, 'package' | 'version'> {
  return { schemes: [], form, description: 'used from code, not by URI', kinds: [], variables: [], options: {} };
}

function stateOf(declared: AdapterVariable): VariableState {
  const read = [declared.name, ...(declared.also ?? [])].find((name) => variable(name) !== undefined);
  return { ...declared, set: read !== undefined, ...(read === undefined || read === declared.name ? {} : { from: read }) };
}
