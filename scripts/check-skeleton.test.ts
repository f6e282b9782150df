import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { checkWorkspace } from './check-skeleton.ts';

type Files = Readonly<Record<string, string>>;

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

test('a workspace that keeps the skeleton passes', () => {
  expect(check({})).toEqual([]);
});

test('the command prints each problem on a line and fails', () => {
  expect(run(write({ 'packages/stats/README.md': undefined, 'packages/core/src/misc.ts': 'export {};' }))).toEqual({
    status: 1,
    stdout: '',
    stderr: [
      'packages/core: src/misc.ts: "misc" says nothing; name it after the one thing inside.',
      'packages/stats: README.md is missing.',
      '',
    ].join('\n'),
  });
  expect(run(write({}))).toEqual({
    status: 0,
    stdout: 'Every package keeps the skeleton, and every import follows the arrows.\n',
    stderr: '',
  });
});

describe('the skeleton', () => {
  test.each<[string, Record<string, string | undefined>, string]>([
    ['a missing README', { 'packages/metrics/rouge/README.md': undefined }, 'packages/metrics/rouge: README.md is missing.'],
    ['a missing tsconfig.json', { 'packages/stats/tsconfig.json': undefined }, 'packages/stats: tsconfig.json is missing.'],
    ['a missing entry', { 'packages/stats/src/index.ts': undefined }, 'packages/stats: src/index.ts is missing.'],
    ['an app without main', { 'apps/cli/src/main.ts': undefined }, 'apps/cli: src/main.ts is missing.'],
    [
      'a plug-in without plugin.ts',
      { 'packages/metrics/rouge/src/plugin.ts': undefined },
      'packages/metrics/rouge: src/plugin.ts is missing.',
    ],
    [
      'a plugin.ts where there is no plug-in',
      { 'packages/core/src/plugin.ts': 'export {};' },
      'packages/core: src/plugin.ts belongs to plug-ins; this package is none.',
    ],
    [
      'a plug-in without a default export',
      { 'packages/metrics/rouge/src/index.ts': "export { rouge } from './plugin.ts'; // export default" },
      'packages/metrics/rouge: src/index.ts has no default export; it must be the plug-in factory.',
    ],
    [
      'a README without an example',
      { 'packages/core/README.md': '# core\n\nText `only`.\n' },
      'packages/core: README.md shows no code block; its first screen is a complete example.',
    ],
    [
      'a file whose name says nothing',
      { 'packages/core/src/utils.ts': 'export {};' },
      'packages/core: src/utils.ts: "utils" says nothing; name it after the one thing inside.',
    ],
    [
      'a folder whose name says nothing',
      { 'packages/core/src/helpers/clock.ts': 'export {};' },
      'packages/core: src/helpers/clock.ts: "helpers" says nothing; name it after the one thing inside.',
    ],
    [
      'a file that is not kebab-case',
      { 'packages/core/src/runStore.ts': 'export {};' },
      'packages/core: src/runStore.ts: file and folder names are kebab-case.',
    ],
    [
      'a name that does not say the folder',
      { 'packages/stores/sqlite/package.json': manifest('@touchstone/stores-sqlite', { '@touchstone/core': 'workspace:*' }) },
      'packages/stores/sqlite: the name must be "@touchstone/store-sqlite", not "@touchstone/stores-sqlite".',
    ],
    [
      'engines that say more than Node',
      { 'packages/stats/package.json': manifest('@touchstone/stats', {}, { engines: { node: '>=22.13', npm: '>=10' } }) },
      'packages/stats: engines must be exactly { "node": ">=22.13" }, not {"node":">=22.13","npm":">=10"}.',
    ],
    [
      'no engines',
      { 'packages/stats/package.json': manifest('@touchstone/stats', {}, { engines: undefined }) },
      'packages/stats: engines must be exactly { "node": ">=22.13" }, not absent.',
    ],
    [
      'a package that ships nothing',
      { 'packages/stats/package.json': manifest('@touchstone/stats', {}, { files: ['README.md'] }) },
      'packages/stats: files must list "dist".',
    ],
    [
      'an entry without types',
      { 'packages/stats/package.json': manifest('@touchstone/stats', {}, { exports: { '.': './dist/index.js' } }) },
      'packages/stats: exports["."] must be { "types": "./dist/index.d.ts", "default": "./dist/index.js" }, not "./dist/index.js".',
    ],
    [
      'a plug-in that the CLI cannot find',
      { 'packages/metrics/rouge/package.json': manifest('@touchstone/metric-rouge', { '@touchstone/core': 'workspace:*' }) },
      'packages/metrics/rouge: touchstone.plugin must be "./dist/index.js", so that the CLI finds the plug-in, not absent.',
    ],
    [
      'a kind of plug-in that does not exist',
      pack('packages/widgets/knob', '@touchstone/widgets-knob'),
      'packages/widgets/knob: "widgets" is no kind of plug-in; the kinds are datasets, engines, evaluators, metrics, models, prices, stores, trackers.',
    ],
    [
      'a plug-in outside of its kind',
      pack('packages/rouge', '@touchstone/rouge', { touchstone: undefined }),
      'packages/rouge: only core, judging, openai-protocol, sentence-encoder, stats, testing stand directly in packages/; a plug-in stands in packages/<kind>/rouge.',
    ],
    [
      'a tsconfig of its own making',
      { 'packages/stats/tsconfig.json': '{}' },
      'packages/stats: tsconfig.json must extend "../../tsconfig.base.json", not absent.',
    ],
    [
      'a dependency that the build does not know',
      { 'packages/stores/sqlite/tsconfig.json': tsconfig('packages/stores/sqlite', []) },
      'packages/stores/sqlite: tsconfig.json must reference packages/core, on which package.json depends.',
    ],
    [
      'a reference without a dependency',
      { 'packages/stores/sqlite/tsconfig.json': tsconfig('packages/stores/sqlite', ['packages/core', 'packages/stats']) },
      'packages/stores/sqlite: tsconfig.json references packages/stats, on which package.json does not depend.',
    ],
  ])('refuses %s', (_, change, problem) => {
    expect(check(change)).toContain(problem);
  });

  test('a store may be a named factory alone', () => {
    expect(check({ 'packages/stores/sqlite/src/index.ts': 'export const sqlite = 1;' })).toEqual([]);
  });
});

describe('the arrows', () => {
  test.each<[string, Record<string, string>, string]>([
    [
      'stats that imports core',
      { 'packages/stats/src/index.ts': "import '@touchstone/core';" },
      'packages/stats: src/index.ts imports "@touchstone/core", but stats imports nothing of the workspace.',
    ],
    [
      'core that imports a pack',
      { 'packages/core/src/preset.ts': "export { rouge } from '@touchstone/metric-rouge';" },
      'packages/core: src/preset.ts imports "@touchstone/metric-rouge", but core imports only stats.',
    ],
    [
      'core that loads a pack when it is used',
      { 'packages/core/src/preset.ts': "export const load = () => import('@touchstone/metric-rouge');" },
      'packages/core: src/preset.ts imports "@touchstone/metric-rouge", but core imports only stats.',
    ],
    [
      'core that loads a pack which is not in the workspace yet',
      { 'packages/core/src/preset.ts': "import '@touchstone/model-openai/chat';" },
      'packages/core: src/preset.ts imports "@touchstone/model-openai/chat", but core imports only stats.',
    ],
    [
      'core that takes a type of a pack',
      { 'packages/core/src/preset.ts': "export type Rouge = import('@touchstone/metric-rouge').Rouge;" },
      'packages/core: src/preset.ts imports "@touchstone/metric-rouge", but core imports only stats.',
    ],
    [
      'a pack that imports another pack',
      { 'packages/stores/sqlite/src/index.ts': "import type { Rouge } from '@touchstone/metric-rouge';" },
      'packages/stores/sqlite: src/index.ts imports "@touchstone/metric-rouge", but a plug-in imports only core, stats and the libraries judging, openai-protocol and sentence-encoder, never another plug-in.',
    ],
    [
      'a test of a pack that imports another pack',
      { 'packages/stores/sqlite/src/index.test.ts': "import '@touchstone/metric-rouge';" },
      'packages/stores/sqlite: src/index.test.ts imports "@touchstone/metric-rouge", but a plug-in imports only core, stats and the libraries judging, openai-protocol and sentence-encoder, never another plug-in.',
    ],
    [
      'a pack that imports the CLI',
      { 'packages/stores/sqlite/src/index.ts': "import '@touchstone/cli';" },
      'packages/stores/sqlite: src/index.ts imports "@touchstone/cli", but a plug-in imports only core, stats and the libraries judging, openai-protocol and sentence-encoder, never another plug-in.',
    ],
    [
      'a pack that depends on another pack',
      {
        'packages/stores/sqlite/package.json': manifest('@touchstone/store-sqlite', {
          '@touchstone/core': 'workspace:*',
          '@touchstone/metric-rouge': 'workspace:*',
        }),
        'packages/stores/sqlite/tsconfig.json': tsconfig('packages/stores/sqlite', ['packages/core', 'packages/metrics/rouge']),
      },
      'packages/stores/sqlite: depends on @touchstone/metric-rouge, but a plug-in imports only core, stats and the libraries judging, openai-protocol and sentence-encoder, never another plug-in.',
    ],
    [
      'a pack that ships with testing tools',
      { 'packages/stores/sqlite/src/index.ts': "import '@touchstone/testing';" },
      'packages/stores/sqlite: src/index.ts imports "@touchstone/testing", but a plug-in imports only core, stats and the libraries judging, openai-protocol and sentence-encoder, never another plug-in.',
    ],
    [
      'a library that package.json does not declare',
      { 'packages/stores/sqlite/src/index.ts': "import 'commander/esm';" },
      'packages/stores/sqlite: src/index.ts imports "commander/esm", which its package.json does not declare.',
    ],
    [
      'a testing tool in what is shipped',
      { 'packages/stats/src/index.ts': "import 'vitest';" },
      'packages/stats: src/index.ts imports "vitest", which its package.json does not declare.',
    ],
    [
      'a way around through the folders',
      { 'packages/stores/sqlite/src/index.ts': "import '../../../core/src/index.ts';" },
      'packages/stores/sqlite: src/index.ts imports "../../../core/src/index.ts", which is outside of its own src folder.',
    ],
  ])('refuse %s', (_, change, problem) => {
    expect(check(change)).toEqual([problem]);
  });

  test('let tests use the testing tools of the root and of their own package', () => {
    const tools = "import 'vitest';\nimport 'fast-check';\nimport fs from 'node:fs';\nimport './index.ts';\nfs;";
    expect(check({ 'packages/stats/src/index.test.ts': tools, 'packages/core/src/columns.test-d.ts': tools })).toEqual([]);
  });

  test('see no import in comments, strings and code templates', () => {
    const text =
      "// import '@touchstone/cli';\nexport const example = `import '@touchstone/cli';`;\n/** import('@touchstone/cli') */";
    expect(check({ 'packages/core/src/example.ts': text })).toEqual([]);
  });
});

/** Problems of the valid workspace with some files changed; `undefined` removes one. */
describe('examples of plug-ins', () => {
  const folder = 'examples/plugins/parley';
  const plugin = {
    [`${folder}/package.json`]: JSON.stringify({
      name: 'touchstone-parley',
      peerDependencies: { '@touchstone/core': '>=0' },
      devDependencies: { '@touchstone/metric-rouge': 'workspace:*' },
    }),
    [`${folder}/README.md`]: '# touchstone-parley\n',
    [`${folder}/src/index.ts`]: "import '@touchstone/core';\nimport 'node:fs';\nexport { turns } from './turns.ts';\n",
    [`${folder}/src/turns.ts`]: 'export const turns = [];\n',
    [`${folder}/src/turns.test.ts`]: "import '@touchstone/metric-rouge';\n",
  };

  test('see what is published', () => {
    expect(check(plugin)).toEqual([]);
  });

  test.each<[string, string, string, string]>([
    ['an entry that is not published', 'index.ts', '@touchstone/core/door', 'and @touchstone/core publishes only ..'],
    ['a built file', 'index.ts', '@touchstone/core/dist/door/door.js', 'and @touchstone/core publishes only ..'],
    ['a package that is not declared', 'index.ts', '@touchstone/stats', 'which its package.json does not declare.'],
    ['a package for tests', 'index.ts', '@touchstone/metric-rouge', 'which its package.json does not declare.'],
    [
      'a file of another package',
      'turns.test.ts',
      '../../../../packages/core/src/index.ts',
      'which is outside of its own folder.',
    ],
    ['a file by its place', 'index.ts', '/packages/core/src/index.ts', 'which is outside of its own folder.'],
  ])('do not see %s', (_, file, specifier, problem) => {
    const change = { ...plugin, [`${folder}/src/${file}`]: `const it = await import('${specifier}');\nexport { it };\n` };
    expect(check(change)).toEqual([`${folder}: src/${file} imports "${specifier}", ${problem}`]);
  });
});

function check(change: Readonly<Record<string, string | undefined>>): readonly string[] {
  return checkWorkspace(write(change));
}

function write(change: Readonly<Record<string, string | undefined>>): string {
  const root = mkdtempSync(join(tmpdir(), 'skeleton-'));
  folders.push(root);
  for (const [path, text] of Object.entries({ ...validWorkspace(), ...change })) {
    if (text === undefined) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

function run(root: string) {
  const script = join(import.meta.dirname, 'check-skeleton.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, root], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

function validWorkspace(): Files {
  return {
    'package.json': JSON.stringify({ devDependencies: { vitest: '5', 'fast-check': '4' } }),
    ...pack('packages/stats', '@touchstone/stats', { dependencies: {}, touchstone: undefined }),
    ...pack('packages/core', '@touchstone/core', { dependencies: { '@touchstone/stats': 'workspace:*' }, touchstone: undefined }),
    ...pack('packages/stores/sqlite', '@touchstone/store-sqlite', { touchstone: undefined }),
    ...pack('packages/metrics/rouge', '@touchstone/metric-rouge'),
    'packages/metrics/rouge/src/index.ts': "export { rouge as default } from './plugin.ts';\n",
    'packages/metrics/rouge/src/plugin.ts': "import '@touchstone/core';\nexport const rouge = () => ({});\n",
    ...pack('apps/cli', '@touchstone/cli', { touchstone: undefined }),
    'apps/cli/src/main.ts': "import '@touchstone/core';\n",
  };
}

function pack(
  folder: string,
  name: string,
  fields: Readonly<Record<string, unknown>> & { readonly dependencies?: Files } = {},
): Record<string, string> {
  const dependencies = fields.dependencies ?? { '@touchstone/core': 'workspace:*' };
  return {
    [`${folder}/package.json`]: manifest(name, dependencies, { touchstone: { plugin: './dist/index.js' }, ...fields }),
    [`${folder}/README.md`]: `# ${name}\n\n\`\`\`sh\nnpm install ${name}\n\`\`\`\n`,
    [`${folder}/tsconfig.json`]: tsconfig(
      folder,
      Object.keys(dependencies).map((dependency) => dependency.replace('@touchstone', 'packages')),
    ),
    [`${folder}/src/index.ts`]: 'export {};\n',
  };
}

function manifest(name: string, dependencies: Files, fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    name,
    type: 'module',
    license: 'Apache-2.0',
    sideEffects: false,
    engines: { node: '>=22.13' },
    files: ['dist', 'README.md'],
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    dependencies,
    ...fields,
  });
}

function tsconfig(folder: string, references: readonly string[]): string {
  const up = folder.replaceAll(/[^/]+/g, '..');
  return JSON.stringify({
    extends: `${up}/tsconfig.base.json`,
    references: references.map((path) => ({ path: `${up}/${path}` })),
  });
}
