import { describe, expect, it } from 'vitest';
import { answers, TestFolder } from './__fixtures__/test-folder.ts';

/** TypeScript that Node's own type stripping refuses: an enum, a parameter property, imports without extension, a type imported without `type`. */
const config = `
import { defineConfig, TouchstoneConfig } from '@touchstone/cli';
import { definePlugin, metric } from '@touchstone/core';
import { rougeL } from '@touchstone/metric-rouge';
import { shout } from './lib/shout';

enum Column { Target = 'expected' }
class Style { constructor(readonly loud: boolean) {} }

const loud = metric('loud', ({ predictions }) => predictions === shout(predictions) && new Style(true).loud);
const config: TouchstoneConfig = {
  plugins: [definePlugin({ name: 'ours', version: '1.2.3', metrics: [loud] })],
  store: 'runs/all.db',
  evaluations: {
    stored: { data: 'answers.jsonl', targets: Column.Target, predictions: 'output', extraMetrics: [rougeL(), 'loud'] },
    asked: {
      data: 'answers.jsonl', inputs: 'question', targets: Column.Target, model: './answer.ts#answer',
      extraMetrics: ['exact_match', './lib/brief.ts#brief {"most": 3}'],
      run: { experiment: 'from the config', tags: { by: 'config', team: 'a' } },
    },
  },
};
export default defineConfig(config);
`;

function project(): TestFolder {
  const folder = new TestFolder();
  folder.write('project/touchstone.config.ts', config);
  folder.write('project/lib/shout.ts', 'export const shout = (text: string): string => text.toUpperCase();');
  folder.write(
    'project/lib/brief.ts',
    `import { defineMetric } from '@touchstone/core';
export const brief = defineMetric({
  name: 'brief', greaterIsBetter: true, options: { most: 10 }, needs: ['predictions'],
  scoreRow: ({ predictions }, { options }) => predictions.length <= options.most,
});`,
  );
  folder.write('project/answer.ts', "export const answer = () => 'no';");
  folder.writeRows('project/answers.jsonl', answers);
  return folder;
}

describe('touchstone.config.ts', () => {
  it('may be any TypeScript, and its evaluations are run by name', async () => {
    const folder = project();
    const { exitCode, stdout, stderr } = await folder.start(['run', 'stored', '--json'], { cwd: 'project' }).ended;
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).metrics).toMatchObject({ 'rougeL/v1/mean': 0.75, 'loud/mean': 0 });
    expect(folder.tidy(stderr)).toBe('finished: 3 rows · touchstone show ID --store runs/all.db\n');
    expect(folder.has('project/runs/all.db')).toBe(true);
    expect(folder.has('project/.touchstone')).toBe(false);
  });

  it('runs all evaluations where none is named, and a flag wins', async () => {
    const { stdout } = await project().start(['run', '--limit', '1', '--tag', 'by=flag', '--json'], { cwd: 'project' }).ended;
    const { runs } = JSON.parse(stdout);
    expect(runs.map(({ run }: { run: object }) => run)).toMatchObject([
      { experiment: 'Default', rows: 1 },
      { experiment: 'from the config', rows: 1 },
    ]);
    expect(runs[1].metrics).toEqual({ 'exact_match/v1': 0, 'brief/mean': 1 });
    expect(runs[1].signatures.brief).toBe('brief|most:3');
  });

  it('keeps the tags of the config beside those of the flags', async () => {
    const folder = project();
    await folder.start(['run', 'asked', '--tag', 'by=flag'], { cwd: 'project' }).ended;
    const { stdout } = await folder.start(['runs', '--json'], { cwd: 'project' }).ended;
    expect(JSON.parse(stdout).runs[0].tags).toEqual({ by: 'flag', team: 'a' });
  });

  it('is read from anywhere with --config, its paths relative to itself', async () => {
    const folder = project();
    const { exitCode, stderr } = await folder.touchstone('run', 'asked', '--config', 'project/touchstone.config.ts');
    expect({ exitCode, stderr: folder.tidy(stderr) }).toEqual({
      exitCode: 0,
      stderr: 'finished: 3 rows · touchstone show ID --store project/runs/all.db\n',
    });
  });

  it('brings its plug-ins to metrics and plugins', async () => {
    const folder = project();
    const explained = await folder.start(['metrics', 'loud'], { cwd: 'project' }).ended;
    expect(explained.stdout).toContain('package    ours\n');
    const listed = await folder.start(['plugins', '--json'], { cwd: 'project' }).ended;
    expect(JSON.parse(listed.stdout).installed[0]).toEqual({
      name: 'ours',
      version: '1.2.3',
      contract: '1.0',
      from: 'config',
      brings: { metrics: ['loud'] },
    });
  });

  it('says all that is wrong with every evaluation before any is run, in the words of the config', async () => {
    const folder = new TestFolder();
    folder.writeRows('answers.jsonl', answers);
    folder.write(
      'touchstone.config.mjs',
      `export default { evaluations: {
        right: { data: 'answers.jsonl', targets: 'expected', predictions: 'output', extraMetrics: ['exact_match'] },
        wrong: { data: 'answers.jsonl', targets: 'expected', predictions: 'outputs' },
      } };`,
    );
    const { exitCode, stdout, stderr } = await folder.touchstone('run');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toBe(
      [
        'wrong:',
        '2 things to correct:',
        "  - There is neither modelType nor extraMetrics: pass modelType: 'question-answering' (or another) for its preset, or extraMetrics: […].",
        "  - predictions is 'outputs', and the data has no such column. Did you mean 'output'?",
        '',
      ].join('\n'),
    );
    expect(folder.has('.touchstone')).toBe(false);
  });
});

describe('a config that cannot be used', () => {
  const cases: readonly (readonly [what: string, source: string, args: readonly string[], sentence: string])[] = [
    [
      'names no such evaluation',
      'export default { evaluations: { smoke: {} } };',
      ['run', 'smoek'],
      "FOLDER/touchstone.config.ts has no evaluation 'smoek'. Did you mean 'smoke'?",
    ],
    [
      'has an unknown part',
      'export default { evaluation: {} };',
      ['run'],
      "The config has no part 'evaluation'. Did you mean 'evaluations'?",
    ],
    [
      'exports nothing',
      'export const config = {};',
      ['run'],
      "'FOLDER/touchstone.config.ts' has no default export that is a config: write export default defineConfig({ … }).",
    ],
    ['throws', "throw new Error('no key');", ['run'], "'FOLDER/touchstone.config.ts' could not be loaded: no key"],
    [
      'lists a factory instead of a plug-in',
      'export default { plugins: [() => ({})] };',
      ['metrics'],
      "plugins[0] is a function: call the plug-in's factory, e.g. rouge() instead of rouge.",
    ],
    [
      'names an unknown option',
      "export default { evaluations: { a: { dta: 'x.jsonl', data: [{ predictions: 'x' }], predictions: 'predictions', extraMetrics: ['latency'] } } };",
      ['run'],
      "evaluate has no option 'dta'. Did you mean 'data'?",
    ],
  ];
  it.each(cases)('because it %s', async (_what, source, args, sentence) => {
    const folder = new TestFolder();
    folder.write('touchstone.config.ts', source);
    const { exitCode, stdout, stderr } = await folder.touchstone(...args);
    expect({ exitCode, stdout, stderr: folder.tidy(stderr) }).toEqual({ exitCode: 2, stdout: '', stderr: `${sentence}\n` });
  });
});

describe('plug-ins of the project', () => {
  it('are found among its dependencies, and one that is broken is left out with a sentence', async () => {
    const folder = new TestFolder();
    folder.write(
      'package.json',
      JSON.stringify({ dependencies: { 'touchstone-length': '1', 'touchstone-broken': '1', 'left-alone': '1' } }),
    );
    const manifest = (name: string, more: object): string => JSON.stringify({ name, version: '1.0.0', type: 'module', ...more });
    folder.write(
      'node_modules/touchstone-length/package.json',
      manifest('touchstone-length', { touchstone: { plugin: './index.js' } }),
    );
    folder.write(
      'node_modules/touchstone-length/index.js',
      `export default () => ({ name: 'touchstone-length', version: '1.0.0', contract: 1, register: (registry) => registry.metric('length', () => ({
        form: 'row', name: 'length', description: 'Characters of the prediction', greaterIsBetter: false, columns: {}, dependsOn: [], models: {},
        needs: [{ name: 'predictions', type: 'text', optional: false }], signature: 'length', cost: 'cpu', batch: 1,
        scoreItems: (items) => items.map(({ columns }) => ({ status: 'scored', value: columns.predictions.length })),
      })) });`,
    );
    folder.write(
      'node_modules/touchstone-broken/package.json',
      manifest('touchstone-broken', { touchstone: { plugin: './index.js' } }),
    );
    folder.write('node_modules/touchstone-broken/index.js', "throw new Error('needs a key');");
    folder.write('node_modules/left-alone/package.json', manifest('left-alone', {}));
    folder.write('inner/rows.jsonl', '{"output":"four"}\n');
    const { stdout, stderr } = await folder.start(
      ['run', '--data', 'rows.jsonl', '--predictions', 'output', '--metric', 'length', '--json', '--no-store'],
      { cwd: 'inner' },
    ).ended;
    expect(JSON.parse(stdout).metrics['length/mean']).toBe(4);
    expect(stderr).toBe("Left out: Plug-in 'touchstone-broken' could not be loaded: needs a key\nfinished: 1 row\n");
  });
});
