import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fillTemplate } from './fill-template.ts';
import { type Kind, needs } from './kinds.ts';
import type { PluginName } from './plugin-name.ts';
import { WrongUsage } from './wrong-usage.ts';

export interface NewPlugin {
  readonly kind: Kind;
  readonly name: PluginName;
  readonly description: string;
  /** The folder that it becomes; must not be there, or be empty. */
  readonly directory: string;
}

/** Files that npm or our own tools would take for theirs, and how they are kept. */
const STORED: Readonly<Record<string, string>> = {
  gitignore: '.gitignore',
  'biome.template.json': 'biome.json',
  'package.template.json': 'package.json',
};

const templates = join(import.meta.dirname, '../templates');

/**
 * Writes the package: all of it, or nothing.
 *
 * @returns its files, relative to its folder
 * @throws WrongUsage when the folder is in use, or the name is one that the code needs for something else
 */
export function createPlugin({ kind, name, description, directory }: NewPlugin): readonly string[] {
  const folder = resolve(directory);
  checkFolder(folder);
  const files = new Map([...filesOf('every'), ...filesOf(kind)].map(([path, text]) => [path, text]));
  checkName(name, files);
  // The kind's README is what the common one shows.
  const readme = readFileSync(join(templates, 'every/README.md'), 'utf8').replace('{usage}', () =>
    readFileSync(join(templates, kind, 'README.md'), 'utf8'),
  );
  files.set('README.md', readme);
  const manifest = 'package.template.json';
  files.set(manifest, manifestOf(kind, files.get(manifest) ?? '{}'));
  mkdirSync(dirname(folder), { recursive: true });
  // Written beside its place and moved there, so that nobody finds half of it.
  const draft = mkdtempSync(join(dirname(folder), `.${basename(folder)}-`));
  try {
    const written = [...files].map(([path, text]) => {
      const own = fillTemplate(STORED[path] ?? path, '', name, '');
      mkdirSync(dirname(join(draft, own)), { recursive: true });
      writeFileSync(join(draft, own), fillTemplate(text, path, name, description));
      return own;
    });
    if (existsSync(folder)) rmdirSync(folder);
    renameSync(draft, folder);
    return written.sort();
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

function checkFolder(folder: string): void {
  if (!existsSync(folder)) return;
  let found: readonly string[];
  try {
    found = readdirSync(folder);
  } catch {
    throw new WrongUsage(`${folder} is a file: choose another --directory.`);
  }
  if (found.length > 0) throw new WrongUsage(`${folder} is not empty: choose another --directory, and nothing of it is touched.`);
}

/** JavaScript's own words, which are no names of functions. */
const WORDS =
  'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof undefined var void while with yield'.split(
    ' ',
  );

function checkName({ camel, kebab }: PluginName, files: ReadonlyMap<string, string>): void {
  const taken =
    WORDS.includes(camel) ||
    [...files].some(([path, text]) => path.endsWith('.ts') && new RegExp(`\\b${camel}\\b`, 'u').test(text));
  if (taken)
    throw new WrongUsage(
      `'${kebab}' already means something in the code that would be written: choose a longer name, such as my-${kebab}.`,
    );
}

/** Relative path → text, of all files of a template but its README. */
function filesOf(template: string): readonly (readonly [string, string])[] {
  const folder = join(templates, template);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [relative(folder, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')] as const)
    .filter(([path]) => path !== 'README.md');
}

interface Manifest {
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** With the packages of Touchstone that the kind needs, in the versions that this tool was made with. */
function manifestOf(kind: Kind, text: string): string {
  const manifest: Manifest = JSON.parse(text);
  const versions = readVersions();
  const range = (name: string): string => versions[name] ?? '*';
  const used = ['@touchstone/core', ...(needs[kind] ?? [])];
  return `${JSON.stringify(
    {
      ...manifest,
      peerDependencies: Object.fromEntries(used.map((name) => [name, range(name).replace(/^[\^~]?(?=\d)/u, '>=')])),
      devDependencies: sorted({
        ...manifest.devDependencies,
        ...Object.fromEntries([...used, '@touchstone/testing'].map((name) => [name, range(name)])),
      }),
    },
    null,
    2,
  )}\n`;
}

/** Of the packages that this one is developed with: the versions that belong together. In the workspace there are none yet. */
function readVersions(): Readonly<Record<string, string>> {
  const { devDependencies = {} }: { readonly devDependencies?: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'),
  );
  return Object.fromEntries(
    Object.entries(devDependencies).flatMap(([name, range]) => (range.startsWith('workspace:') ? [] : [[name, range]])),
  );
}

function sorted(record: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
