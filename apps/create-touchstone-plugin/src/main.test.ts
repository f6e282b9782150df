import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { kinds } from './kinds.ts';
import { pluginName } from './plugin-name.ts';

// That what is written builds, passes its tests and works is tried by scripts/try-new-plugins.ts, with packed packages.
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'create-플러그인-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function create(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    input: '',
  });
  return { status, stdout, stderr };
}

const read = (...path: readonly string[]): string => readFileSync(join(folder, ...path), 'utf8');

describe('a new plug-in', () => {
  test.each(Object.keys(kinds))('of the kind %s bears its name everywhere, and that of the template nowhere', (kind) => {
    const told = create('--kind', kind, '--name', 'cites-source', '--description', "출처: it's cited", '--yes');
    expect(told).toMatchObject({ status: 0, stderr: '' });
    expect(told.stdout).toContain('cd touchstone-cites-source\n  npm install\n  npm test');
    const files = readdirSync(join(folder, 'touchstone-cites-source'), { recursive: true, encoding: 'utf8' });
    expect(files).toEqual(
      expect.arrayContaining(['README.md', 'package.json', 'biome.json', '.gitignore', 'src/index.ts', 'src/cites-source.ts']),
    );
    for (const file of files.filter((name) => /\.\w+$/u.test(name))) {
      expect(`${file}\n${read('touchstone-cites-source', file)}`).not.toMatch(/my.?thing|\{description\}|\{usage\}/iu);
    }
    expect(JSON.parse(read('touchstone-cites-source', 'package.json'))).toMatchObject({
      name: 'touchstone-cites-source',
      description: "출처: it's cited",
      type: 'module',
      touchstone: { plugin: './dist/index.js', conformance: 1 },
      peerDependencies: { '@touchstone/core': expect.any(String) },
      devDependencies: { '@touchstone/core': expect.any(String), '@touchstone/testing': expect.any(String) },
    });
  });

  test('has a scope, a place and a description of its own', () => {
    expect(create('--kind', 'metric', '--name', '@acme/polite', '--directory', 'packs/예의 바름', '--yes').status).toBe(0);
    expect(JSON.parse(read('packs/예의 바름/package.json'))).toMatchObject({
      name: '@acme/polite',
      description: 'polite: a metric for Touchstone.',
    });
    expect(read('packs/예의 바름/src/polite.ts')).toContain("from: { module: '@acme/polite', export: 'polite'");
  });

  test('may be written into an empty folder', () => {
    mkdirSync(join(folder, 'here'));
    expect(create('--kind', 'store', '--name', 'vault', '--directory', 'here').status).toBe(0);
    expect(readdirSync(folder)).toEqual(['here']);
  });
});

describe('what cannot be made is said, with exit code 2, and nothing is written', () => {
  test.each<[string, readonly string[], string]>([
    [
      'an unknown kind',
      ['--kind', 'metrics', '--name', 'a'],
      "There is no kind 'metrics'. There are: metric, judge-metric, model, dataset, evaluator, tracker, store.\n",
    ],
    [
      'nothing at all',
      [],
      'Say --kind and --name: there is nobody to be asked. The kinds are metric, judge-metric, model, dataset, evaluator, tracker, store.\n',
    ],
    [
      'no name',
      ['--kind', 'metric', '--yes'],
      'Say --name: there is nobody to be asked. The kinds are metric, judge-metric, model, dataset, evaluator, tracker, store.\n',
    ],
    [
      'a name that is none',
      ['--kind', 'metric', '--name', 'Cites Source'],
      "'Cites Source' is no name for a package: lower case letters, digits and hyphens, as in cites-source or @acme/cites-source. Did you mean cites-source?\n",
    ],
    [
      'a Korean name',
      ['--kind', 'metric', '--name', '예의'],
      "'예의' is no name for a package: lower case letters, digits and hyphens, as in cites-source or @acme/cites-source.\n",
    ],
    [
      'a name that the code needs',
      ['--kind', 'metric', '--name', 'skipped'],
      "'skipped' already means something in the code that would be written: choose a longer name, such as my-skipped.\n",
    ],
    [
      'a word of the language',
      ['--kind', 'metric', '--name', 'class'],
      "'class' already means something in the code that would be written: choose a longer name, such as my-class.\n",
    ],
    ['an unknown option', ['--kin', 'metric'], "Unknown option '--kin'. See --help.\n"],
    [
      'a name without its option',
      ['cites-source'],
      "'cites-source' is no option: did you mean --name cites-source? See --help.\n",
    ],
  ])('%s', (_, args, message) => {
    expect(create(...args)).toEqual({ status: 2, stdout: '', stderr: message });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a folder that is in use', () => {
    mkdirSync(join(folder, 'touchstone-a-metric'));
    writeFileSync(join(folder, 'touchstone-a-metric', 'mine.txt'), 'mine');
    const told = create('--kind', 'metric', '--name', 'a-metric');
    expect(told).toMatchObject({ status: 2, stdout: '' });
    expect(told.stderr).toMatch(
      /touchstone-a-metric is not empty: choose another --directory, and nothing of it is touched\.\n$/u,
    );
    expect(readdirSync(join(folder, 'touchstone-a-metric'))).toEqual(['mine.txt']);
    expect(readdirSync(folder)).toEqual(['touchstone-a-metric']);
  });

  test('a file in the place of the folder', () => {
    writeFileSync(join(folder, 'x'), '');
    expect(create('--kind', 'metric', '--name', 'a-metric', '--directory', 'x').stderr).toMatch(
      /is a file: choose another --directory\.\n$/u,
    );
  });
});

test('--help and --version', () => {
  expect(create('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('judge-metric  a score for each row') });
  expect(create('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
  expect(existsSync(join(folder, 'touchstone-undefined'))).toBe(false);
});

test.each([
  [
    'cites-source',
    {
      package: 'touchstone-cites-source',
      camel: 'citesSource',
      pascal: 'CitesSource',
      snake: 'cites_source',
      upper: 'CITES_SOURCE',
    },
  ],
  ['touchstone-bleu-4', { package: 'touchstone-bleu-4', kebab: 'bleu-4', camel: 'bleu4' }],
  ['@acme/touchstone-kind', { package: '@acme/touchstone-kind', kebab: 'kind' }],
])('%s in code', (given, expected) => {
  expect(pluginName(given)).toMatchObject(expected);
});
