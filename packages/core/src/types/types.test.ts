import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const fixtures = join(import.meta.dirname, '__fixtures__');
const files = readdirSync(fixtures).filter((file) => file.endsWith('.ts'));
const mistakes = files.filter((file) => file.startsWith('bad')).flatMap(markedLines);
const found = compile();

test('calls that are right compile', () => {
  expect(files.filter((file) => file.startsWith('good'))).toEqual(['good-metrics.ts', 'good.ts']);
  expect(found.filter(({ file }) => !file.startsWith('bad'))).toEqual([]);
});

test('each mistake is one error, and nothing else is', () => {
  expect(mistakes.length).toBeGreaterThan(50);
  expect(found.filter(({ file }) => file.startsWith('bad')).map(placeOf)).toEqual(mistakes.map(placeOf));
});

describe('the compiler says', () => {
  test.each(mistakes)('$message ($file:$line)', (mistake) => {
    const messages = found.filter((error) => placeOf(error) === placeOf(mistake)).map(({ message }) => message);
    expect(messages).toEqual([expect.stringContaining(mistake.message)]);
  });
});

interface CompileError {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** What the compiler says of the fixtures, sorted by place. Lines that continue a message are part of it. */
function compile(): readonly CompileError[] {
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [compiler, '--noEmit', '--pretty', 'false', '-p', join(fixtures, 'tsconfig.json')],
    {
      cwd: fixtures,
      encoding: 'utf8',
    },
  );
  const messages = stdout.split(/\n(?!\s)/u).filter((message) => message.trim() !== '');
  if (messages.length === 0) throw new Error(`The compiler said nothing of the fixtures, though some are wrong. ${stderr}`);
  return messages.map(parseError).sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
}

function parseError(message: string): CompileError {
  const [, file, line, text] = /^(.+?)\((\d+),\d+\): error (.+)$/su.exec(message) ?? [];
  if (file === undefined || text === undefined) throw new Error(`The compiler could not check the fixtures: ${message}`);
  return { file: basename(file), line: Number(line), message: text };
}

/** The lines of a fixture that end with a comment `error: <part of the message>`. */
function markedLines(file: string): readonly CompileError[] {
  const lines = readFileSync(join(fixtures, file), 'utf8').split('\n');
  return lines.flatMap((text, index) => {
    const message = /\/\/ error: (.+)$/u.exec(text)?.[1];
    return message === undefined ? [] : [{ file, line: index + 1, message }];
  });
}

function placeOf({ file, line }: CompileError): string {
  return `${file}:${line}`;
}
