import type { Json } from '@touchstone/core';
import { foldedLabel, type Scale } from './scale.ts';

/** What was given as a verdict, on the scale of the metric. */
export type Verdict =
  | { readonly status: 'read'; readonly value: number | boolean | string }
  | { readonly status: 'out-of-range'; readonly said: string }
  | { readonly status: 'unreadable' };

const UNREADABLE: Verdict = { status: 'unreadable' };

/** A verdict from a field of JSON. `true` is no number, and `1` no yes. */
export function verdictOfJson(value: Json | undefined, scale: Scale): Verdict {
  if (typeof value === 'string') return verdictOfText(value, scale);
  if (typeof value === 'number') return scale.kind === 'numeric' ? onScale(value, String(value), scale) : UNREADABLE;
  if (typeof value === 'boolean' && scale.kind === 'boolean') return { status: 'read', value };
  return UNREADABLE;
}

/** A verdict from a text that is nothing but the verdict: `4`, `4.5`, `4/5`, `yes`, `formal`. */
export function verdictOfText(text: string, scale: Scale): Verdict {
  const bare = text.replaceAll(/^[\s*_`"'“”‘’([]+|[\s*_`"'“”‘’)\].,;!]+$/gu, '');
  switch (scale.kind) {
    case 'numeric':
      return numberOf(bare, scale);
    case 'boolean': {
      const said = foldedLabel(bare);
      if (YES.has(said)) return { status: 'read', value: true };
      return NO.has(said) ? { status: 'read', value: false } : UNREADABLE;
    }
    case 'labels': {
      const said = foldedLabel(bare);
      const label = Object.keys(scale.weights).find((one) => foldedLabel(one) === said);
      return label === undefined ? UNREADABLE : { status: 'read', value: label };
    }
  }
}

const YES: ReadonlySet<string> = new Set(['yes', 'true', 'pass', 'passed', '예', '네']);
const NO: ReadonlySet<string> = new Set(['no', 'false', 'fail', 'failed', '아니오', '아니요']);

/** Digits of any script; `4/5` and `4 out of 5` where 5 is the end of the scale. */
const NUMBER = /^(?<sign>[-+−]?)(?<digits>\p{Nd}+(?:\.\p{Nd}+)?)(?:\s*(?:\/|out of)\s*(?<whole>\p{Nd}+(?:\.0+)?))?(?:점)?$/iu;

function numberOf(text: string, scale: Extract<Scale, { kind: 'numeric' }>): Verdict {
  const { sign, digits, whole } = NUMBER.exec(text)?.groups ?? {};
  if (digits === undefined) return UNREADABLE;
  if (whole !== undefined && Number(latinDigits(whole)) !== scale.max) return UNREADABLE;
  const size = Number(latinDigits(digits));
  return onScale(sign === '-' || sign === '−' ? -size : size, text, scale);
}

function onScale(value: number, said: string, { min, max }: Extract<Scale, { kind: 'numeric' }>): Verdict {
  if (!Number.isFinite(value)) return { status: 'out-of-range', said };
  // A zero has no sign on a scale.
  return value < min || value > max ? { status: 'out-of-range', said } : { status: 'read', value: value + 0 };
}

/** Unicode's decimal digits come in runs of ten, from zero to nine. */
function latinDigits(text: string): string {
  return text.replaceAll(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    let zero = code;
    while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
    return String((code - zero) % 10);
  });
}
