// What `npm create touchstone-plugin` writes, as an author meets it: packs our packages, makes a plug-in of every kind outside of the
// workspace, installs, builds, lints, tests and packs each, installs the packed ones into a project, and uses them there.
//
//   node scripts/try-new-plugins.ts
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kinds } from '../apps/create-touchstone-plugin/src/kinds.ts';
import { packPackages } from './install-sizes/pack-packages.ts';
import { runProcess } from './install-sizes/run-process.ts';
import { servePackages } from './install-sizes/serve-packages.ts';

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'new-plugins-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

const tarballs = packPackages(root, join(scratch, 'tarballs'));
await using server = await servePackages(tarballs.filter(({ name }) => name.startsWith('@touchstone/')));
const registry = `@touchstone:registry=${server.origin}/\n`;
const creator = tarballs.find(({ name }) => name === 'create-touchstone-plugin');
if (creator === undefined) throw new Error('create-touchstone-plugin was not packed.');

const node = process.execPath;
const npm = async (cwd: string, ...args: readonly string[]): Promise<string> =>
  runProcess('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd, node });

// The tool as npm gets it, and every kind with the author's own name.
const author = folder('author', { name: 'author', private: true, workspaces: ['plugins/*'] });
const tool = folder('tool', { name: 'tool', private: true });
await npm(tool, 'install', creator.file);
const made = Object.keys(kinds).map((kind) => ({ kind, name: `mine-${kind}`, at: join(author, 'plugins', kind) }));
mkdirSync(join(author, 'plugins'));
for (const { kind, name, at } of made) {
  const flags = ['--kind', kind, '--name', name, '--directory', at, '--description', "한국어 설명: it's mine", '--yes'];
  await runProcess(join(tool, 'node_modules/.bin/create-touchstone-plugin'), flags, { cwd: author, node });
}
await npm(author, 'install');
say(`made and installed ${made.length} plug-ins`);

for (const { kind, at } of made) {
  await npm(at, 'run', 'build');
  await npm(at, 'run', 'lint');
  const tests = await npm(at, 'test');
  await npm(at, 'pack', '--pack-destination', author);
  say(`${kind}: built, linted, packed; ${/Tests\s+(.*passed.*)/u.exec(tests)?.[1] ?? 'no tests?'}`);
}

// A user's project, which depends on all of them and on the command line.
const project = folder('project', { name: 'project', private: true, type: 'module' });
const packed = readdirSync(author).filter((file) => file.endsWith('.tgz'));
await npm(project, 'install', '@touchstone/cli', '@touchstone/metric-genai', ...packed.map((file) => join(author, file)));
writeFileSync(
  join(project, 'answers.jsonl'),
  '{"answer":"See the manual.","source":"manual"}\n{"answer":"모릅니다.","source":"설명서"}\n',
);
writeFileSync(join(project, 'questions.mine-dataset'), '환불은 며칠 안에 되나요? => 14일 안에 됩니다.\n');
const touchstone = (...args: readonly string[]): Promise<string> =>
  runProcess(join(project, 'node_modules/.bin/touchstone'), args, { cwd: project, node });

const plugins = await touchstone('plugins');
for (const { name } of made) expect(plugins, `touchstone-${name}`);
const scored = await touchstone(
  ...['run', '--data', 'answers.jsonl', '--predictions', 'answer', '--map', 'context=source', '--json'],
  ...['--metric', 'mine_metric', '--evaluator', 'mine-evaluator'],
);
expect(scored, '"mine_metric/v1/mean": 0.5');
expect(scored, '"mine-evaluator/long": 0');
expect(await touchstone('data', 'questions.mine-dataset'), '환불은');
expect(await touchstone('adapters'), 'mine-model:/MODEL');
expect(await touchstone('metrics'), 'mine_judge_metric');
expect(readdirSync(join(project, '.touchstone')).join(), 'mine-tracker.jsonl');
say('used all of them by the command line of another project');

function folder(name: string, manifest: object): string {
  const path = join(scratch, name);
  mkdirSync(path);
  writeFileSync(join(path, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(path, '.npmrc'), registry);
  return path;
}

function expect(text: string, part: string): void {
  if (!text.includes(part)) throw new Error(`'${part}' is missing in:\n${text}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
