/** What typed formats count time in. */
export type TimeUnit = 's' | 'ms' | 'us' | 'ns';

/** Digits after the second. */
const DIGITS: Readonly<Record<TimeUnit, number>> = { s: 0, ms: 3, us: 6, ns: 9 };
const DAY_MS = 86_400_000;

/**
 * A point in time as ISO 8601: milliseconds always, microseconds and nanoseconds where they are not zero.
 *
 * @param value since 1970-01-01, in `unit`; fractions of a number are rounded to the microsecond
 * @param clock `utc` ends in `Z`; `local` is the time on a wall somewhere, and ends in nothing
 * @throws RangeError for a year that JavaScript does not know (beyond ±271,821)
 * @example
 * isoTimestamp(1700000000123456n, 'us', 'utc'); // 2023-11-14T22:13:20.123456Z
 */
export function isoTimestamp(value: bigint | number, unit: TimeUnit, clock: 'utc' | 'local'): string {
  const nanos = toNanos(value, unit);
  const milliseconds = floorDivide(nanos, 1_000_000n);
  const text = new Date(Number(milliseconds)).toISOString().slice(0, -1);
  return `${text}${finer(nanos - milliseconds * 1_000_000n)}${clock === 'utc' ? 'Z' : ''}`;
}

/** `2024-02-29`. @param days since 1970-01-01 @throws RangeError as {@link isoTimestamp} */
export function isoDate(days: number): string {
  const text = new Date(days * DAY_MS).toISOString();
  return text.slice(0, text.indexOf('T'));
}

/** `13:45:00.250`, with as many digits as {@link isoTimestamp}. @param value since midnight, in `unit` */
export function isoTime(value: bigint | number, unit: TimeUnit): string {
  return isoTimestamp(value, unit, 'local').slice('1970-01-01T'.length);
}

/** `PT90.5S`: seconds with the digits that there are. @param value in `unit` */
export function isoDuration(value: bigint | number, unit: TimeUnit): string {
  const text = decimalText(BigInt(value), DIGITS[unit]);
  return `PT${text.includes('.') ? text.replace(/\.?0+$/, '') : text}S`;
}

/**
 * A decimal number with all its digits.
 * @param unscaled the number times 10^`scale`
 * @param scale digits after the point; a negative one adds zeros
 * @example
 * decimalText(-1230n, 2); // -12.30
 */
export function decimalText(unscaled: bigint, scale: number): string {
  if (scale <= 0) return String(unscaled * 10n ** BigInt(-scale));
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function toNanos(value: bigint | number, unit: TimeUnit): bigint {
  const factor = 10n ** BigInt(9 - DIGITS[unit]);
  if (typeof value === 'bigint') return value * factor;
  if (Number.isInteger(value)) return BigInt(value) * factor;
  return BigInt(Math.round((value * Number(factor)) / 1000)) * 1000n;
}

function floorDivide(a: bigint, b: bigint): bigint {
  return a / b - (a % b < 0n ? 1n : 0n);
}

/** The three or six digits after the milliseconds; nothing where they are zero. */
function finer(nanos: bigint): string {
  if (nanos === 0n) return '';
  const digits = String(nanos).padStart(6, '0');
  return digits.endsWith('000') ? digits.slice(0, 3) : digits;
}
