#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { answersOf, Left } from './answers.ts';
import { createPlugin } from './create-plugin.ts';
import { listOfKinds } from './kinds.ts';
import { WrongUsage } from './wrong-usage.ts';

const HELP = `npm create touchstone-plugin [-- options]

Writes a package for Touchstone with a working example of its kind, and its tests. What no option says is asked.

  --kind KIND          see below
  --name NAME          cites-source becomes touchstone-cites-source; @acme/cites-source stays
  --description TEXT   one line
  --directory FOLDER   default: the name of the package, without its scope
  --yes                asks nothing
  --help, --version

Kinds:
${listOfKinds()}
`;

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof Left) {
    process.stderr.write('\nNothing was written.\n');
    process.exitCode = 130;
  } else if (error instanceof WrongUsage) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  } else {
    throw error;
  }
}

async function main(): Promise<number> {
  const options = read(process.argv.slice(2));
  if (options.help === true) {
    process.stdout.write(HELP);
    return 0;
  }
  if (options.version === true) {
    const { version }: { readonly version: string } = JSON.parse(
      readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'),
    );
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const answers = await answersOf(options, options.yes !== true && process.stdin.isTTY === true);
  const directory = options.directory ?? answers.name.package.replace(/^.*\//u, '');
  const files = createPlugin({ ...answers, directory });
  const shown = relative('.', directory) || '.';
  process.stdout.write(
    `${answers.name.package}: ${files.length} files in ${shown}\n${files.map((file) => `  ${file}\n`).join('')}\n` +
      `  cd ${/\s/u.test(shown) ? JSON.stringify(shown) : shown}\n  npm install\n  npm test\n`,
  );
  return 0;
}

function read(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        kind: { type: 'string' },
        name: { type: 'string' },
        description: { type: 'string' },
        directory: { type: 'string' },
        yes: { type: 'boolean', short: 'y' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    });
    const [extra] = positionals;
    if (extra !== undefined) throw new WrongUsage(`'${extra}' is no option: did you mean --name ${extra}? See --help.`);
    return values;
  } catch (error) {
    if (error instanceof WrongUsage) throw error;
    throw new WrongUsage(`${error instanceof Error ? error.message.split('. ')[0] : String(error)}. See --help.`);
  }
}
