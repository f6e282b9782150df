#!/usr/bin/env node
// The fake provider as a process of its own: `touchstone-fake-provider --port 0 --script answers.mjs`. Prints its address on one line.
// The script's default export is the options of `fakeProvider`.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { fakeProvider } from './fake-provider.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    script: { type: 'string' },
    seed: { type: 'string' },
    // Ends with its standard input, so that it never outlives the test that started it.
    'with-parent': { type: 'boolean' },
  },
});

const options = values.script === undefined ? {} : (await import(pathToFileURL(resolve(values.script)).href)).default;
const provider = await fakeProvider({
  ...options,
  ...(values.port !== undefined && { port: Number(values.port) }),
  ...(values.seed !== undefined && { seed: Number(values.seed) }),
});
process.stdout.write(`${provider.origin}\n`);

const stop = async () => {
  await provider[Symbol.asyncDispose]();
  process.exit();
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
if (values['with-parent'] === true) process.stdin.resume().once('end', stop).once('error', stop);
