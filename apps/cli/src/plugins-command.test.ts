import { describe, expect, it } from 'vitest';
import { TestFolder } from './__fixtures__/test-folder.ts';

const PLUGIN = { type: 'module', touchstone: { plugin: './dist/index.js' } };
const PROVERBS = 'packages/core/src/registry/__fixtures__/built/contract-1.0';

/** A plug-in as text, with one metric that gives a number to every row. */
function source(name: string, { metric = 'polite', contract = '1', register = '' } = {}): string {
  return `export default () => ({ name: '${name}', version: '2.1.0', contract: ${contract}, register: (registry) => {
    registry.metric('${metric}', () => ({
      form: 'row', name: '${metric}', description: '얼마나 공손한가', greaterIsBetter: true, columns: {}, dependsOn: [], models: {},
      needs: [{ name: 'predictions', type: 'text', optional: false }], signature: '${metric}', cost: 'cpu', batch: 1,
      scoreItems: (items) => items.map(({ columns }) => ({ status: 'scored', value: columns.predictions.length })),
    }));
    ${register}
  } });`;
}

const rows = '{"output":"네 글자다"}\n';
const run = (metric: string) => [
  'run',
  '--data',
  'rows.jsonl',
  '--predictions',
  'output',
  '--metric',
  metric,
  '--json',
  '--no-store',
];

describe('touchstone plugins', () => {
  it('shows of each plug-in what it brings, for which contract it was written and where it came from, within 80 columns', async () => {
    const folder = new TestFolder();
    folder.install('@touchstone/core', 'packages/core');
    folder.install('@touchstone/model-openai', 'packages/models/openai');
    folder.add(
      'touchstone-proverbs',
      {
        version: '1.4.2',
        type: 'module',
        peerDependencies: { '@touchstone/core': '*' },
        touchstone: { plugin: './index.js', conformance: 1 },
      },
      { 'index.js': `copy:${PROVERBS}/index.js` },
    );
    folder.write(
      'touchstone.config.ts',
      `import { definePlugin, metric } from '@touchstone/core';
       export default { plugins: [definePlugin({ name: '우리 지표', contract: '1.1', metrics: [metric('공손', () => true)] })] };`,
    );
    const { exitCode, stdout, stderr } = await folder.touchstone('plugins');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toMatch(
      /^우리 지표 \(config, contract 1\.1\)\n {2}metrics {2}공손\n\n@touchstone\/dataset-files 0\.0\.0 \(command line, contract 1\.0, conformance 1\)\n {2}data {2}\.csv, /u,
    );
    expect(stdout).toContain(`
@touchstone/metric-rouge 0.0.0 (command line, contract 1.0, conformance 1)
  metrics  rouge1, rouge2, rougeL, rougeLsum
`);
    expect(stdout).toContain(`
@touchstone/price-genai 0.0.0 (command line, contract 1.0, conformance 1)
  services  prices

@touchstone/model-openai 0.0.0 (project, contract 1.0, conformance 1)
  models  openai:/…

touchstone-proverbs 1.4.2 (project, contract 1.0, conformance 1)
  evaluators   proverb-triage
  metrics      proverb_brief, proverb_mentions, proverb_words, proverb_distinct,
               proverb_graded
  model types  proverb
  models       proverb:/…
  data         .proverbs
  trackers     proverb-board
  services     prices

Known, but not installed:
  npm i @touchstone/evaluator-classic   classifier, regressor, accuracy_score,
                                        precision_score, … (18 in all)
  npm i @touchstone/evaluator-pairwise  pairwise, preference
`);
    expect(stdout).toMatch(/^ {2}npm i @touchstone\/model-ai-sdk +ai-sdk:\/…, aiSdk\(model\) from code$/mu);
    expect(stdout).not.toContain('npm i @touchstone/model-openai');
  });

  it('is one document of JSON', async () => {
    const folder = new TestFolder();
    folder.add('touchstone-polite', { ...PLUGIN, description: '공손함' }, { 'dist/index.js': source('touchstone-polite') });
    folder.add('touchstone-broken', PLUGIN, {});
    folder.add('touchstone-shy', {}, {});
    const { installed, leftOut, unused, known } = JSON.parse((await folder.touchstone('plugins', '--json')).stdout);
    expect(installed.at(-1)).toEqual({
      name: 'touchstone-polite',
      version: '2.1.0',
      description: '공손함',
      from: 'project',
      contract: '1.0',
      folder: `${folder.path}/node_modules/touchstone-polite`,
      brings: { metrics: ['polite'] },
    });
    expect(leftOut).toMatchObject([{ package: 'touchstone-broken', problems: [{ code: 'plugin-entry' }] }]);
    expect(unused).toMatchObject([{ package: 'touchstone-shy', problems: [{ code: 'plugin-manifest' }] }]);
    expect(known).toContainEqual({
      name: '@touchstone/metric-toxicity',
      install: 'npm i @touchstone/metric-toxicity',
      brings: { metrics: ['toxicity', 'profanity'] },
    });
  });

  it('explains one, by its package', async () => {
    const folder = new TestFolder();
    folder.add(
      'touchstone-polite',
      { ...PLUGIN, description: 'Says how polite an answer is.' },
      { 'dist/index.js': source('touchstone-polite') },
    );
    folder.add('touchstone-broken', PLUGIN, {});
    const { exitCode, stdout } = await folder.touchstone('plugins', 'touchstone-polite');
    expect(exitCode).toBe(0);
    expect(folder.tidy(stdout)).toBe(`touchstone-polite 2.1.0
Says how polite an answer is.

from      a dependency of this project
contract  1.0
folder    FOLDER/node_modules/touchstone-polite

metrics
  polite  얼마나 공손한가
`);
    const broken = await folder.touchstone('plugins', 'touchstone-broken');
    expect(broken.exitCode).toBe(0);
    expect(broken.stdout).toMatch(
      /^touchstone-broken is not used:\n {2}- Plug-in 'touchstone-broken' has no file '\.\/dist\/index\.js'/u,
    );
    expect(await folder.touchstone('plugins', 'touchstone-polit')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: "There is no plug-in 'touchstone-polit' here. Did you mean 'touchstone-polite'?\n",
    });
    expect((await folder.touchstone('plugins', '@touchstone/model-http')).stderr).toBe(
      '@touchstone/model-http is not installed: npm i @touchstone/model-http\n',
    );
  });
});

/** Each: a package, and the sentence that it gets. */
const broken: readonly (readonly [
  what: string,
  name: string,
  manifest: object,
  files: Readonly<Record<string, string>>,
  sentence: string | RegExp,
])[] = [
  [
    'whose entry file is missing',
    'touchstone-gone',
    PLUGIN,
    {},
    `Plug-in 'touchstone-gone' has no file './dist/index.js', which its package.json names as "touchstone.plugin": install it again, or build it where it is linked.`,
  ],
  [
    'whose manifest does not say where it begins',
    'touchstone-vague',
    { touchstone: './dist/index.js' },
    {},
    `Plug-in 'touchstone-vague' does not say where it begins: its package.json has "touchstone": "./dist/index.js" in place of "touchstone": { "plugin": "./dist/index.js" }.`,
  ],
  [
    'that begins outside of its package',
    'touchstone-far',
    { touchstone: { plugin: '../../elsewhere.js' } },
    {},
    `Plug-in 'touchstone-far' says that it begins in '../../elsewhere.js', which is outside of the package: write "touchstone": { "plugin": "./dist/index.js" }.`,
  ],
  [
    'without a default export',
    'touchstone-nameless',
    PLUGIN,
    { 'dist/index.js': 'export const polite = () => 1;' },
    "Plug-in 'touchstone-nameless' has no default export: it must be what makes the plug-in, export default () => definePlugin({ … }). It exports polite.",
  ],
  [
    'whose default export is the plug-in itself',
    'touchstone-made',
    PLUGIN,
    { 'dist/index.js': "export default { name: 'touchstone-made', contract: 1, register() {} };" },
    "Plug-in 'touchstone-made' exports a plug-in where it should export what makes one: export default () => plugin.",
  ],
  [
    'whose default export is a class',
    'touchstone-class',
    PLUGIN,
    { 'dist/index.js': 'export default class {}' },
    "Plug-in 'touchstone-class' has a class as its default export, which must be a function that makes the plug-in: export default () => definePlugin({ … }).",
  ],
  [
    'whose factory needs options',
    'touchstone-word-list',
    PLUGIN,
    {
      'dist/index.js':
        "export default ({ words }) => ({ name: 'touchstone-word-list', contract: 1, register() { words.length; } });",
    },
    "Plug-in 'touchstone-word-list' could not be made without options: Cannot destructure property 'words' of 'undefined' as it is undefined. If it needs some, say them in touchstone.config.ts: plugins: [wordList({ … })].",
  ],
  [
    'whose factory makes something else',
    'touchstone-other',
    PLUGIN,
    { 'dist/index.js': 'export default async () => ({});' },
    "What 'touchstone-other' makes is a promise: await it, and call the default export of a module that was imported so.",
  ],
  [
    'that throws while it is loaded',
    'touchstone-loud',
    PLUGIN,
    { 'dist/index.js': "throw new Error('needs a key');" },
    "Plug-in 'touchstone-loud' could not be loaded: needs a key",
  ],
  [
    'that throws while it registers',
    'touchstone-late',
    PLUGIN,
    { 'dist/index.js': source('touchstone-late', { metric: 'half', register: "throw new Error('no license');" }) },
    "Plug-in 'touchstone-late' failed while registering: no license",
  ],
  [
    'that registers a name that is taken',
    'touchstone-again',
    PLUGIN,
    { 'dist/index.js': source('touchstone-again', { metric: 'half', register: "registry.metric('rougeL', () => ({}));" }) },
    "The metric 'rougeL' is registered by both '@touchstone/metric-rouge' and 'touchstone-again': leave one of the plug-ins out, or rename the metric in one of them.",
  ],
  [
    'that was written for a newer contract',
    'touchstone-new',
    PLUGIN,
    { 'dist/index.js': source('touchstone-new', { metric: 'half', contract: "'1.99'" }) },
    /^Plug-in 'touchstone-new' was written for contract 1\.99, and this @touchstone\/core speaks 1\.0 to 1\.\d+: update @touchstone\/core\.$/u,
  ],
  [
    'that was written for an older contract',
    'touchstone-old',
    PLUGIN,
    { 'dist/index.js': source('touchstone-old', { metric: 'half', contract: '0' }) },
    /^Plug-in 'touchstone-old' was written for contract 0\.0, and this @touchstone\/core speaks 1\.0 to 1\.\d+: update the plug-in\.$/u,
  ],
  [
    'that imports what core does not have',
    'touchstone-ahead',
    PLUGIN,
    { 'dist/index.js': "import { defineOracle } from '@touchstone/core';\nexport default () => defineOracle();" },
    /^Plug-in 'touchstone-ahead' was built for another @touchstone\/core: it imports 'defineOracle', and \S+ has nothing of that name\. Update @touchstone\/core, or the plug-in\.$/u,
  ],
  [
    'that imports what is not installed',
    'touchstone-poor',
    PLUGIN,
    { 'dist/index.js': "import 'some-dictionary';\nexport default () => undefined;" },
    "Plug-in 'touchstone-poor' needs some-dictionary, which is not installed: npm i some-dictionary",
  ],
  [
    'that is CommonJS in a package of ES modules',
    'touchstone-mixed',
    PLUGIN,
    { 'dist/index.js': "module.exports = () => ({ name: 'touchstone-mixed', contract: 1, register() {} });" },
    `Plug-in 'touchstone-mixed' is CommonJS in a package that says "type": "module": build it as ES modules, or name the file .cjs.`,
  ],
  [
    'that is CommonJS and exports no function',
    'touchstone-bag',
    { touchstone: { plugin: './index.cjs' } },
    { 'index.cjs': 'module.exports = { polite: 1 };' },
    "Plug-in 'touchstone-bag' is CommonJS and exports no function: write module.exports = () => plugin, or ES modules with export default.",
  ],
];

describe('a plug-in of the project', () => {
  it('that cannot be used is left out with its sentence, whatever is wrong with it, and everything else works', async () => {
    const folder = new TestFolder();
    folder.install('@touchstone/core', 'packages/core');
    folder.add('touchstone-polite', PLUGIN, { 'dist/index.js': source('touchstone-polite') });
    for (const [, name, manifest, files] of broken) folder.add(name, manifest, files);
    folder.write('rows.jsonl', rows);
    const listed = JSON.parse((await folder.touchstone('plugins', '--json')).stdout);
    const sentences = new Map<string, string>(
      listed.leftOut.map((one: { package: string; problems: { message: string }[] }) => [one.package, one.problems[0]?.message]),
    );
    expect([...sentences.keys()].sort()).toEqual(broken.map(([, name]) => name).sort());
    for (const [what, name, , , sentence] of broken) {
      if (typeof sentence === 'string') expect(sentences.get(name), what).toBe(sentence);
      else expect(sentences.get(name), what).toMatch(sentence);
    }

    const scored = await folder.touchstone(...run('polite'));
    expect(scored.exitCode).toBe(0);
    expect(JSON.parse(scored.stdout).metrics).toMatchObject({ 'polite/mean': 5 });
    const said = scored.stderr.trimEnd().split('\n');
    expect(said.pop()).toBe('finished: 1 row');
    expect(said.sort()).toEqual([...sentences.values()].map((sentence) => `Left out: ${sentence}`).sort());

    // Nothing of them is there: not the half that one registered before it failed.
    const half = await folder.touchstone('metrics', 'half');
    expect(half.exitCode).toBe(2);
    expect(half.stderr).toContain('It may come with a plug-in that is left out:\n  - ');
    for (const sentence of sentences.values())
      expect(half.stderr.slice(half.stderr.indexOf('It may come'))).toContain(`\n  - ${sentence}\n`);

    const doctor = await folder.touchstone('doctor', '--json');
    expect(doctor.exitCode).toBe(3);
    expect(JSON.parse(doctor.stdout).problems.toSorted()).toEqual([...sentences.values()].sort());
  });

  it('whose options stand in the config is used from there, and not made without them', async () => {
    const folder = new TestFolder();
    folder.add(
      'touchstone-word-list',
      { ...PLUGIN, exports: './dist/index.js' },
      {
        'dist/index.js': `export default ({ words }) => ({ name: 'touchstone-word-list', contract: 1, register: (registry) => registry.metric(words[0], () => ({})) });`,
      },
    );
    folder.write(
      'touchstone.config.ts',
      "import list from 'touchstone-word-list';\nexport default { plugins: [list({ words: ['낱말'] })] };",
    );
    const { stdout, stderr } = await folder.touchstone('plugins');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^touchstone-word-list 1\.0\.0 \(config, contract 1\.0\)\n {2}metrics {2}낱말\n/u);
    expect(stdout).not.toContain('Left out');
  });

  it.each([
    [
      'as module.exports',
      "const { metric } = require('@touchstone/core');\nmodule.exports = () => ({ name: 'touchstone-common', contract: 1, register: (r) => r.metric('long', () => metric('long', ({ predictions }) => predictions.length)) });",
    ],
    [
      'as exports.default',
      "exports.__esModule = true;\nconst { metric } = require('@touchstone/core');\nexports.default = () => ({ name: 'touchstone-common', contract: 1, register: (r) => r.metric('long', () => metric('long', ({ predictions }) => predictions.length)) });",
    ],
  ])('that is CommonJS and exports its factory %s works', async (_, text) => {
    const folder = new TestFolder();
    folder.install('@touchstone/core', 'packages/core');
    folder.add('touchstone-common', { touchstone: { plugin: './index.js' } }, { 'index.js': text });
    folder.write('rows.jsonl', rows);
    const { stdout, stderr } = await folder.touchstone(...run('long'));
    expect(JSON.parse(stdout).metrics).toMatchObject({ 'long/mean': 5 });
    expect(stderr).toBe('finished: 1 row\n');
  });

  it('built against contract 1.0 works, with core as its peer and with its own core inside', async () => {
    for (const file of ['index.js', 'bundled.js']) {
      const folder = new TestFolder();
      folder.install('@touchstone/core', 'packages/core');
      folder.install('@touchstone/stats', 'packages/stats');
      folder.add(
        'touchstone-proverbs',
        { type: 'module', touchstone: { plugin: './index.js' } },
        { 'index.js': `copy:${PROVERBS}/${file}` },
      );
      folder.write('two.proverbs', '');
      const { exitCode, stdout } = await folder.touchstone(
        ...['run', '--data', 'two.proverbs', '--predictions', 'answer', '--targets', 'truth', '--no-store', '--json'],
        ...['--metric', 'proverb_words', '--metric', 'proverb_mentions {"caseSensitive":true}', '--evaluator', 'proverb-triage'],
      );
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout).metrics).toMatchObject({
        'proverb_words/v1/corpus': 5 / 7,
        'proverb_mentions/v1/mean': 0.5,
        'triage/long': 1,
      });
    }
  });

  it('that brings another version of core works, and that is said', async () => {
    const folder = new TestFolder();
    folder.add(
      'touchstone-proverbs',
      {
        type: 'module',
        version: '1.4.2',
        dependencies: { '@touchstone/core': '0.0.0-other' },
        touchstone: { plugin: './index.js' },
      },
      { 'index.js': `copy:${PROVERBS}/index.js` },
    );
    folder.copyCore('node_modules/touchstone-proverbs/node_modules', '0.0.0-other');
    folder.write('two.proverbs', '');
    const said =
      "Plug-in 'touchstone-proverbs' brings a @touchstone/core of its own, 0.0.0-other beside 0.0.0: npm ls @touchstone/core shows both, npm dedupe or a newer version of the plug-in leaves one.";
    const scored = await folder.touchstone(
      ...['run', '--data', 'two.proverbs', '--predictions', 'answer', '--targets', 'truth', '--no-store', '--json'],
      ...['--metric', 'proverb_words', '--evaluator', 'proverb-triage'],
    );
    expect(JSON.parse(scored.stdout).metrics).toMatchObject({ 'proverb_words/v1/corpus': 5 / 7, 'triage/long': 1 });
    expect(scored.stderr.split('\n')[0]).toBe(said);
    const listed = await folder.touchstone('plugins');
    expect(listed.stderr).toBe(`${said}\n`);
    expect(listed.stdout).toContain('touchstone-proverbs 1.4.2 (project, contract 1.0, core 0.0.0-other of its own)\n');
    // An error of the other core is one of ours: a sentence, and not a stack or another exit code.
    const wrong = await folder.touchstone('metrics', 'proverb_mentions');
    expect(wrong.exitCode).toBe(0);
    const refused = await folder.touchstone(...run('proverb_mentions {"caseSensitve":true}'));
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain("Did you mean 'caseSensitive'?");
    const doctor = await folder.touchstone('doctor', '--json');
    expect(doctor.exitCode).toBe(3);
    expect(JSON.parse(doctor.stdout).problems).toEqual([said]);
  });
});

describe('a dependency that looks like a plug-in and does not say so', () => {
  it.each([
    ['by its name', 'touchstone-polite', {}],
    ['by its name in a scope', '@우리/touchstone-polite', {}],
    ['by its peer', 'polite-answers', { peerDependencies: { '@touchstone/core': '^1.0.0' } }],
  ])('%s is mentioned in plugins, and where something is missing, and else not', async (_, name, manifest) => {
    const folder = new TestFolder();
    folder.add(name, { type: 'module', ...manifest }, { 'index.js': source(name) });
    folder.add('left-alone', {}, {});
    folder.write('rows.jsonl', rows);
    const sentence = `${name} looks like a plug-in and does not say that it is one: its package.json has no "touchstone": { "plugin": "./dist/index.js" }. Until it has, import it in touchstone.config.ts and put it into plugins.`;
    const { stdout } = await folder.touchstone('plugins', '--json');
    expect(JSON.parse(stdout).unused).toEqual([{ package: name, problems: [{ code: 'plugin-manifest', message: sentence }] }]);
    expect((await folder.touchstone(...run('exact_length'))).stderr).toContain(
      `It may come with a plug-in that is left out. ${sentence}`,
    );
    expect((await folder.touchstone(...run('word_count'))).stderr).toBe('finished: 1 row\n');
  });

  it('is said to be missing when it is not installed', async () => {
    const folder = new TestFolder();
    folder.write(
      'package.json',
      JSON.stringify({ dependencies: { 'touchstone-polite': '1', '@touchstone/model-http': '1', react: '1' } }),
    );
    const { stdout } = await folder.touchstone('plugins');
    expect(stdout).toContain(`
Not used:
  - @touchstone/model-http is a dependency of this project and is not installed:
    npm install
  - touchstone-polite is a dependency of this project and is not installed: npm
    install
`);
  });
});

describe('a plug-in of the config', () => {
  it.each([
    [
      'is the name of a package',
      "['touchstone-polite']",
      "plugins[0] is the text 'touchstone-polite': import the package and call its factory, import plugin from 'touchstone-polite' and then plugin().",
    ],
    ['is a factory', '[() => 1]', "plugins[0] is a function: call the plug-in's factory, e.g. rouge() instead of rouge."],
    [
      'is nothing',
      '[null]',
      'plugins[0] is not a plug-in: it needs name, contract and register. Make one with definePlugin({ name, metrics }).',
    ],
    ['is no list', '{}', "The config's plugins must be a list: plugins: [rouge()]."],
  ])('that %s stops the command', async (_, plugins, sentence) => {
    const folder = new TestFolder();
    folder.write('touchstone.config.ts', `export default { plugins: ${plugins} };`);
    folder.write('rows.jsonl', rows);
    const { exitCode, stderr } = await folder.touchstone(...run('word_count'));
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: `${sentence}\n` });
  });

  it('that cannot be used is listed all the same', async () => {
    const folder = new TestFolder();
    folder.write('touchstone.config.ts', "export default { plugins: [{ name: '옛것', contract: 0, register() {} }] };");
    const { exitCode, stdout } = await folder.touchstone('plugins', '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).leftOut).toMatchObject([{ package: '옛것', problems: [{ code: 'plugin-contract' }] }]);
  });
});
