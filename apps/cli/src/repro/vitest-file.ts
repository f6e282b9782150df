import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import {
  type ChatModel,
  type Json,
  loadUserExport,
  type PlannedMetric,
  type RowRecord,
  type Spec,
  type TouchstoneRuntime,
} from '@touchstone/core';
import { bundledPackages } from '../bundled-packages.ts';
import { pairsOf } from '../flag-pairs.ts';
import type { LoadedConfig } from '../load-config.ts';
import { isFileReference } from '../model-reference.ts';
import type { RunRequest } from './asked-for.ts';

export interface VitestSetting {
  readonly touchstone: TouchstoneRuntime;
  readonly config: LoadedConfig | undefined;
  /** Absolute: imports of the user's own files are relative to it. */
  readonly file: string;
}

/**
 * A test file that evaluates the row again, through the public API: the same model and options, the same metrics. What was stored stands
 * beside it as a comment, because a model may answer otherwise; who wants to hold it to that takes the comment marks away.
 */
export async function vitestFile(record: RowRecord, asked: RunRequest, setting: VitestSetting): Promise<string> {
  const imports = new Imports(setting);
  const notes: string[] = [];
  const model = modelCode(record, asked, imports, notes);
  const metrics = await metricCodes(record, asked, imports, notes);
  const { run, row, plan } = record;
  const { inputs, targets, predictions, id, cluster, seed } = plan.data;
  const columns = { ...asked.base.columns, ...pairsOf('--map', asked.document?.flags.map) };
  const language = asked.document?.flags.language ?? asked.base.language;
  const options = [
    'data: [row]',
    ...(model === undefined ? [] : model),
    `inputs: ${code([...inputs])}`,
    ...Object.entries({ targets, predictions, id, cluster, language }).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}: ${code(value)}`],
    ),
    ...(Object.keys(columns).length === 0 ? [] : [`columns: ${code(columns)}`]),
    ...(seed === 0 ? [] : [`seed: ${seed}`]),
    ...(plan.trials === 1 ? [] : [`trials: ${plan.trials}`]),
    `extraMetrics: [${metrics.join(', ')}]`,
  ];
  const name = `row ${row.key} of ${run.name}`;
  return `${[
    comment(`Written by touchstone repro: row ${row.ordinal + 1} of run ${run.name} (${run.id.slice(0, 8)}), once more.`),
    comment(`It needs: npm i -D ${imports.packages().join(' ')}`),
    ...notes.map(comment),
    ...imports.lines(),
    '',
    `const row = ${code(row.row)};`,
    '',
    `test(${code(name)}, { timeout: 300_000 }, async () => {`,
    `  const touchstone = createTouchstone({ plugins: [${imports.plugins().join(', ')}] });`,
    '  const results = await touchstone.evaluate({',
    ...options.map((option) => indented(`${option},`, '    ')),
    '  });',
    '  const rows = await Array.fromAsync(results.rows());',
    `  expect(rows).toHaveLength(${plan.trials});`,
    ...expectations(record).map((line) => `  ${line}`),
    '});',
  ].join('\n')}\n`;
}

/** What was stored, as what could be expected. */
function expectations({ trials, plan }: RowRecord): readonly string[] {
  return trials.flatMap(({ trial, prediction, scores }) => {
    const said = prediction === undefined || 'failed' in prediction ? undefined : prediction.columns[prediction.main];
    const name = prediction === undefined || 'failed' in prediction ? '' : prediction.main;
    const lines = [
      ...(said === undefined || plan.model === undefined
        ? []
        : [`expect(rows[${trial}]?.columns).toMatchObject(${line({ [name]: said })});`]),
      ...Object.entries(scores).flatMap(([metric, score]) => {
        if (score.status === 'scored' && score.summandsOnly === true) return [];
        const stored = score.status === 'scored' ? { status: 'scored', value: score.value } : { status: score.status };
        return [`expect(rows[${trial}]?.scores).toMatchObject(${line({ [metric]: stored })});`];
      }),
    ];
    return lines.length === 0 ? [] : ['// As it was stored:', ...lines.map(comment)];
  });
}

/** The options `model` and `modelOptions`. */
function modelCode(
  { plan }: RowRecord,
  { model, modelOptions = {}, document }: RunRequest,
  imports: Imports,
  notes: string[],
): readonly string[] | undefined {
  if (plan.model === undefined) return undefined;
  const options = Object.keys(modelOptions).length === 0 ? [] : [`modelOptions: ${code(modelOptions)}`];
  const reference = document?.flags.model;
  if (reference !== undefined && isFileReference(reference)) {
    const at = reference.lastIndexOf('#');
    const [path, name] = at < 0 ? [reference, 'default'] : [reference.slice(0, at), reference.slice(at + 1)];
    return [`model: ${imports.ofFile(resolve(document?.cwd ?? '', path), name)}`, ...options];
  }
  if (typeof model === 'string') {
    imports.pluginOf(model);
    return [`model: ${code(model)}`, ...options];
  }
  if (isChatOfUri(model)) {
    imports.pluginOf(model.model);
    const { messages, parameters, options: own } = model;
    const said = code({ ...defined({ messages, parameters, options: own }) });
    return [`model: ${imports.ofPackage('@touchstone/core', 'chat')}(${code(model.model)}, ${said})`, ...options];
  }
  const { evaluation } = document ?? {};
  if (evaluation !== undefined && imports.hasConfig)
    return [`model: ${imports.config()}.evaluations?.[${code(evaluation)}]?.model as never`, ...options];
  if (plan.model.spec !== undefined) return [`model: ${imports.ofFile(resolve(plan.model.spec.module), plan.model.spec.export)}`];
  notes.push(`The model ${plan.model.id} was made by code that the run does not name: put it in the place of the function.`);
  return ["model: () => 'put the model here'"];
}

async function metricCodes(
  { plan }: RowRecord,
  { document }: RunRequest,
  imports: Imports,
  notes: string[],
): Promise<readonly string[]> {
  const codes: string[] = [];
  for (const metric of plan.metrics) {
    if (metric.form === 'dataset') {
      notes.push(`Left out is ${metric.name}, which is computed of all rows together.`);
      continue;
    }
    if (imports.metricByName(metric)) {
      codes.push(code(metric.name));
      continue;
    }
    const { spec } = metric;
    if (spec === undefined) {
      notes.push(`Left out is ${metric.name}, which was made by code that the run does not name.`);
      continue;
    }
    const isFile = spec.module.startsWith('.') || isAbsolute(spec.module);
    const made = isFile
      ? imports.ofFile(resolve(document?.cwd ?? '', spec.module), spec.export)
      : imports.ofPackage(spec.module, spec.export);
    const { options } = spec;
    if (options !== null) codes.push(`${made}(${code(options)})`);
    else codes.push(!isFile || (await isFactory(spec, document?.cwd)) ? `${made}()` : made);
  }
  return codes;
}

/** A file may export the metric itself, or what makes it. */
async function isFactory({ module, export: name }: Spec, cwd = process.cwd()): Promise<boolean> {
  try {
    const { value } = await loadUserExport(`${module}#${name}`, { cwd, alias: bundledPackages });
    return typeof value === 'function';
  } catch {
    // The file is gone, and so is the metric.
    return false;
  }
}

/** What the file imports, in the order of its names. */
class Imports {
  readonly #setting: VitestSetting;
  readonly #named = new Map<string, Map<string, string>>();
  readonly #plugins = new Map<string, string>();
  readonly #taken = new Set(['createTouchstone', 'expect', 'test', 'row', 'touchstone', 'results', 'rows']);

  constructor(setting: VitestSetting) {
    this.#setting = setting;
    this.#add('@touchstone/core', 'createTouchstone', 'createTouchstone');
    this.#add('vitest', 'expect', 'expect');
    this.#add('vitest', 'test', 'test');
  }

  get hasConfig(): boolean {
    return this.#setting.config !== undefined;
  }

  config(): string {
    return this.ofFile(this.#setting.config?.path ?? '', 'default', 'config');
  }

  /** The plug-in that makes models of this URI. */
  pluginOf(uri: string): void {
    const scheme = uri.split(':')[0]?.toLowerCase() ?? '';
    const plugin = this.#setting.touchstone.registrations.adapters.get(scheme)?.plugin;
    if (plugin !== undefined) this.#plugin(plugin);
  }

  /** Whether the metric's name alone, and its plug-in, make it as it was. */
  metricByName({ name, signature }: PlannedMetric): boolean {
    const { touchstone } = this.#setting;
    const entry = touchstone.registrations.metrics.get(name);
    if (entry === undefined) return false;
    try {
      if (touchstone.metric(name).signature !== signature) return false;
    } catch {
      return false;
    }
    this.#plugin(entry.plugin);
    return true;
  }

  ofPackage(module: string, name: string): string {
    return this.#add(module, name, name);
  }

  ofFile(path: string, name: string, called = name === 'default' ? 'made' : name): string {
    const local = relative(dirname(this.#setting.file), path).split(sep).join('/');
    return this.#add(local.startsWith('.') ? local : `./${local}`, name, called);
  }

  #plugin(plugin: string): void {
    if (plugin === '@touchstone/core' || this.#plugins.has(plugin)) return;
    // The config makes it with options of its own.
    if (this.#setting.config?.config.plugins?.some(({ name }) => name === plugin) === true) {
      this.#plugins.set(plugin, `...(${this.config()}.plugins ?? [])`);
      return;
    }
    this.#plugins.set(plugin, `${this.#add(plugin, 'default', camelCase(plugin))}()`);
  }

  /** @returns what it is called in the file */
  #add(module: string, name: string, wanted: string): string {
    const names = this.#named.get(module) ?? new Map<string, string>();
    this.#named.set(module, names);
    const known = names.get(name);
    if (known !== undefined) return known;
    const base = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(wanted) ? wanted : 'imported';
    let called = base;
    const isFirst = ['createTouchstone', 'expect', 'test'].includes(wanted) && ['@touchstone/core', 'vitest'].includes(module);
    for (let count = 2; !isFirst && this.#taken.has(called); count++) called = `${base}${count}`;
    this.#taken.add(called);
    names.set(name, called);
    return called;
  }

  plugins(): readonly string[] {
    return [...new Set(this.#plugins.values())];
  }

  packages(): readonly string[] {
    return [...this.#named.keys()].filter((module) => !module.startsWith('.')).sort();
  }

  lines(): readonly string[] {
    const modules = [...this.#named].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
    return modules.map(([module, names]) => {
      const first = names.get('default');
      const others = [...names].filter(([name]) => name !== 'default').sort(([a], [b]) => (a < b ? -1 : 1));
      const braces = others.map(([name, called]) => (name === called ? name : `${exported(name)} as ${called}`)).join(', ');
      const what = [...(first === undefined ? [] : [first]), ...(braces === '' ? [] : [`{ ${braces} }`])].join(', ');
      return `import ${what} from ${code(module)};`;
    });
  }
}

function rank(module: string): number {
  return module.startsWith('.') ? 1 : 0;
}

/** `@touchstone/model-azure-openai` → `azureOpenai`. */
function camelCase(plugin: string): string {
  const name = plugin.replace(/^.*\//u, '').replace(/^[a-z]+-(?=.)/u, '');
  return name.replace(/-+(\w)/gu, (_, letter: string) => letter.toUpperCase());
}

function exported(name: string): string {
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name);
}

function isChatOfUri(model: unknown): model is ChatModel & { readonly model: string } {
  return typeof model === 'object' && model !== null && '~chat' in model && 'model' in model && typeof model.model === 'string';
}

function defined(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** JSON as an expression; the one name that means something else in an object literal is computed. */
function code(value: Json | object): string {
  if (typeof value === 'string') return quoted(value);
  if (isTexts(value)) return `[${value.map(quoted).join(', ')}]`;
  return JSON.stringify(value, null, 2).replace(/(?<!\\)"__proto__":/gu, '["__proto__"]:');
}

function quoted(text: string): string {
  const json = JSON.stringify(text);
  return /['\\]/u.test(json) ? json : `'${json.slice(1, -1)}'`;
}

function isTexts(value: Json | object): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function line(value: object): string {
  return JSON.stringify(value).replace(/(?<!\\)"__proto__":/gu, '["__proto__"]:');
}

/** Nothing in a name or a cell ends the comment. */
function comment(text: string): string {
  return `// ${text.replace(/[\r\n\u2028\u2029]+/gu, ' ')}`;
}

function indented(text: string, by: string): string {
  return text
    .split('\n')
    .map((one) => by + one)
    .join('\n');
}
