/** `2026`, `2026-11`, `2026-11-23`, `2026-11-23 14:05`, `…T14:05:30.250+09:00`. */
const TIME = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?$/iu;
const MINUTE = 60_000;

/**
 * The time that a date means: a day from its beginning to its end, a minute, a second. Without a time zone by the clock of this
 * computer, as the command line shows times. Digits alone (more than four) are milliseconds since the epoch, as in MLflow.
 *
 * @returns `undefined` for what is no date, `2026-02-30` included; milliseconds since the epoch, from the first and before the second
 */
export function timeSpan(text: string): { readonly from: number; readonly to: number } | undefined {
  if (/^\d{5,15}$/u.test(text)) return { from: Number(text), to: Number(text) + 1 };
  const [, year, month, day, hour, minute, second, fraction, zone] = TIME.exec(text) ?? [];
  if (year === undefined) return undefined;
  const parts = [Number(year), Number(month ?? 1), Number(day ?? 1), Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)];
  if (!isPlace(parts)) return undefined;
  const from = placed(parts, zone) + Number((fraction ?? '').padEnd(3, '0'));
  if (fraction !== undefined) return { from, to: from + 10 ** (3 - fraction.length) };
  const last = [year, month, day, hour, minute, second].findLastIndex((part) => part !== undefined);
  // There is no hour without its minute.
  const next = parts.map((part, index) => (index === last ? part + 1 : part));
  return { from, to: last >= 3 ? from + (last === 5 ? 1000 : MINUTE) : placed(next, zone) };
}

/** Whether the calendar and the clock have it. */
function isPlace([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0]: readonly number[]): boolean {
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const back = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes()];
  return back.join() === [year, month, day, hour, minute].join() && date.getUTCSeconds() === second;
}

function placed(
  [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0]: readonly number[],
  zone: string | undefined,
): number {
  if (zone === undefined) return new Date(year, month - 1, day, hour, minute, second).getTime();
  const utc = Date.UTC(year, month - 1, day, hour, minute, second);
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/u.exec(zone) ?? [];
  const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE;
  return sign === '-' ? utc + offset : utc - offset;
}
