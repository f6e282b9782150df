// node provider-and-command.mjs <node> <main> <args as JSON>, in a folder that has @touchstone/testing: starts the fake provider and runs
// the command against it, in arguments and environment with its addresses for {openai}, {app}, …. Prints what became of it as JSON.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , node, main, given] = process.argv;
const installed = createRequire(pathToFileURL(join(process.cwd(), 'package.json')));
const { fakeProvider } = await import(pathToFileURL(installed.resolve('@touchstone/testing/fake-provider')));

await using provider = await fakeProvider({ answers: { chat: '서울', app: { answer: '서울' }, generate: '서울', score: '서울' } });
const filled = (text) => text.replace(/\{(openai|azure|anthropic|huggingface|mlflow|app)\}/gu, (_, api) => provider[api]);
const env = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, filled(value)]));
const child = spawn(node, [main, ...JSON.parse(given).map(filled)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
let [stdout, stderr] = ['', ''];
child.stdout.setEncoding('utf8').on('data', (text) => {
  stdout += text;
});
child.stderr.setEncoding('utf8').on('data', (text) => {
  stderr += text;
});
const [exitCode] = await once(child, 'close');
const outside = await fetch('http://192.0.2.1/').catch((error) => error.cause?.code);
console.log(
  JSON.stringify({ exitCode, stdout, stderr, calls: provider.counts().total, interfaces: Object.keys(networkInterfaces()), outside }),
);
