import { describe, expect, it } from 'vitest';
import { decimalText, isoDate, isoDuration, isoTime, isoTimestamp } from './typed-text.ts';

describe('a point in time', () => {
  // `date -u -d @1700000000.123456789 +%FT%T.%N` and the like.
  it.each([
    [1700000000n, 's', 'utc', '2023-11-14T22:13:20.000Z'],
    [1700000000123n, 'ms', 'utc', '2023-11-14T22:13:20.123Z'],
    [1700000000123456n, 'us', 'utc', '2023-11-14T22:13:20.123456Z'],
    [1700000000123456789n, 'ns', 'local', '2023-11-14T22:13:20.123456789'],
    [1700000000123456000n, 'ns', 'utc', '2023-11-14T22:13:20.123456Z'],
    [1700000000120000000n, 'ns', 'utc', '2023-11-14T22:13:20.120Z'],
    [-1n, 'us', 'utc', '1969-12-31T23:59:59.999999Z'],
    [-62135596800n, 's', 'local', '0001-01-01T00:00:00.000'],
    [1700000000123.456, 'ms', 'utc', '2023-11-14T22:13:20.123456Z'],
    [-0.001, 'ms', 'utc', '1969-12-31T23:59:59.999999Z'],
  ] as const)('%s %s is %s %s', (value, unit, clock, text) => {
    expect(isoTimestamp(value, unit, clock)).toBe(text);
  });

  it('that JavaScript has no date for is refused', () => {
    expect(() => isoTimestamp(2n ** 62n, 's', 'utc')).toThrow(RangeError);
  });
});

it('days, times of a day and durations are ISO 8601', () => {
  expect([isoDate(19782), isoDate(-25567), isoDate(-719162)]).toEqual(['2024-02-29', '1900-01-01', '0001-01-01']);
  expect([isoTime(49_500_250n, 'ms'), isoTime(86_399_999_999_999n, 'ns'), isoTime(0, 's')]).toEqual([
    '13:45:00.250',
    '23:59:59.999999999',
    '00:00:00.000',
  ]);
  expect([isoDuration(90_500n, 'ms'), isoDuration(-1n, 'ns'), isoDuration(3600, 's'), isoDuration(100n, 's')]).toEqual([
    'PT90.5S',
    'PT-0.000000001S',
    'PT3600S',
    'PT100S',
  ]);
});

it('decimals keep all digits', () => {
  expect([decimalText(-1230n, 2), decimalText(5n, 3), decimalText(0n, 2), decimalText(7n, 0), decimalText(12n, -3)]).toEqual([
    '-12.30',
    '0.005',
    '0.00',
    '7',
    '12000',
  ]);
  expect(decimalText(123456789012345678901234567890n, 10)).toBe('12345678901234567890.1234567890');
});
