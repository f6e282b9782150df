import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../contracts/index.ts';
import { canonicalJson } from './canonical-json.ts';

describe('canonicalJson', () => {
  it('sorts member names by UTF-16 units, as the example of RFC 8785 §3.2.3', () => {
    const value = { '€': 'Euro', '\r': 'CR', '\ufb33': 'Dalet', '1': 'One', '😀': 'Smiley', '\u0080': 'Control', ö: 'o' };
    const names = [...canonicalJson(value).matchAll(/:"(\w+)"/g)].map((match) => match[1]);
    expect(names).toEqual(['CR', 'One', 'Control', 'o', 'Euro', 'Smiley', 'Dalet']);
  });

  it('writes numbers as the samples of RFC 8785, appendix B', () => {
    const bits: readonly (readonly [string, string])[] = [
      ['8000000000000000', '0'],
      ['0000000000000001', '5e-324'],
      ['7fefffffffffffff', '1.7976931348623157e+308'],
      ['4340000000000000', '9007199254740992'],
      ['4430000000000000', '295147905179352830000'],
      ['44b52d02c7e14af6', '1e+23'],
      ['444b1ae4d6e2ef50', '1e+21'],
      ['3eb0c6f7a0b5ed8d', '0.000001'],
      ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
      ['41b3de4355555557', '333333333.33333343'],
      ['becbf647612f3696', '-0.0000033333333333333333'],
    ];
    for (const [hex, text] of bits) expect(canonicalJson(Buffer.from(hex, 'hex').readDoubleBE())).toBe(text);
  });

  it('writes a lone surrogate as its escape and whole characters as they are', () => {
    expect(canonicalJson(['a\ud800b', '😀', '\u2028', '\u001f"\\/'])).toBe('["a\\ud800b","😀","\u2028","\\u001f\\"\\\\/"]');
  });

  it('keeps a member named __proto__', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"a":2}}'))).toBe('{"__proto__":{"a":2},"b":1}');
  });

  it('leaves out members that are undefined, and refuses what JSON cannot say', () => {
    const value = JSON.parse('{"b":1}');
    value.a = undefined;
    expect(canonicalJson(value)).toBe('{"b":1}');
    expect(() => canonicalJson([Number.NaN])).toThrow(
      expect.objectContaining({
        code: 'not-json',
        message: 'NaN cannot be written as JSON; use text, a finite number, true, false, null, a list or an object of these.',
      }),
    );
  });

  it('equals a slow second method, whatever the order of the members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(asJson(value));
        expect(text).toBe(slowCanonical(value));
        expect(canonicalJson(asJson(reversed(value)))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value));
}

/** Compares names unit by unit, and lets JSON.stringify write the rest. */
function slowCanonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(slowCanonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => compareUnits(a, b));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${slowCanonical(member)}`).join(',')}}`;
}

function compareUnits(a: string, b: string): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = a.charCodeAt(i) - b.charCodeAt(i);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}
