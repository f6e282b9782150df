import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curlLine } from './curl-line.ts';

/** The words that a shell makes of a command, and what it is given on stdin. */
function words(line: string, env: Readonly<Record<string, string>> = {}): readonly string[] {
  const script = `curl() { printf '%s\\0' "$@"; case "$*" in *@-*) printf 'stdin\\0'; cat;; esac; }\n${line}`;
  // As a file: a long script is no argument of a program.
  const said = execFileSync('sh', ['-s'], { input: script, env: { PATH: process.env.PATH ?? '', ...env }, encoding: 'utf8' });
  return said.split('\0');
}

const url = 'https://api.example/v1/ask';
const json = { 'content-type': 'application/json' };

describe('the command', () => {
  it('gives curl the very texts, whatever letters they have', () => {
    const hostile = fc.string({
      unit: fc.constantFrom(...`'"\\$\`!*?~#&;|<>(){}[]%= \t가힣é👩‍👩‍👧\u0085a-`.split('')),
      maxLength: 30,
    });
    fc.assert(
      fc.property(hostile, hostile, hostile, (question, header, column) => {
        const body = JSON.stringify({ [column.toWellFormed()]: question.toWellFormed() });
        const value = header.trim().replace(/[^\x20-\x7e]/gu, '');
        const found = words(curlLine({ method: 'POST', url, headers: Object.entries({ ...json, 'x-note': value }), body }));
        const [options, address, , type, , note, , sent = ''] = found;
        expect([options, address, type, note]).toEqual(['-sS', url, 'content-type: application/json', `x-note: ${value}`]);
        expect(JSON.parse(sent)).toEqual(JSON.parse(body));
      }),
      { numRuns: 60 },
    );
  });

  it('gives a long document on stdin', () => {
    const body = JSON.stringify({ text: '가\nEND\n'.repeat(1_000), END: ['END'] }, null, 1);
    const found = words(curlLine({ method: 'POST', url, headers: [], body }));
    expect(found.slice(0, -1)).toEqual(['-sS', url, '--data-binary', '@-', 'stdin']);
    expect(JSON.parse(found.at(-1) ?? '')).toEqual(JSON.parse(body));
  });

  it('reads keys of headers and addresses from the environment', () => {
    const mark = 'touchstone-credential-MY_KEY-';
    const headers = Object.entries({
      authorization: `Bearer ${mark}`,
      'x-team': `a$b-${mark}c`,
      'x-api-key': 'sk-of-nobody-known',
    });
    const line = curlLine({ method: 'GET', url: `${url}?q=a%20b&key=${mark}&token=short`, headers });
    expect(line).not.toContain('sk-of');
    expect(words(line, { MY_KEY: "it's", CREDENTIAL: 'other' }).slice(0, -1)).toEqual([
      '-sS',
      `${url}?q=a%20b&key=it's&token=short`,
      '-H',
      "authorization: Bearer it's",
      '-H',
      "x-team: a$b-it'sc",
      '-H',
      'x-api-key: other',
    ]);
    expect(curlLine({ method: 'PUT', url, headers: [], body: 'a\nb' })).toBe(`curl -sS -X PUT '${url}' \\\n  --data-raw 'a\nb'`);
  });

  it('obeys no letter that a terminal would', () => {
    const line = curlLine({ method: 'POST', url, headers: [], body: JSON.stringify({ text: 'a\u009b31m\u202eb\u007f' }) });
    expect(line).toContain(String.raw`{"text":"a\u009b31m\u202eb\u007f"}`);
  });
});
