import type { CassetteMode } from './last-use.ts';
import { withMaskedAddresses } from './masked.ts';
import { differenceOfCalls, nearestCall } from './nearest-call.ts';
import { NotRecorded } from './not-recorded.ts';
import type { AskedCall, RecordedCall } from './recorded-call.ts';
import { type Keys, Tape } from './tape.ts';

export interface CassetteSetting {
  readonly file: string;
  readonly mode: CassetteMode;
}

/** A cassette as the door of one evaluation uses it. */
export interface Cassette {
  readonly mode: CassetteMode;
  /** The recorded answer; `undefined`: it is to be asked for. @throws NotRecorded in a replay, instead of asking */
  answer(call: AskedCall): RecordedCall | undefined;
  /** Keeps an answer. @returns what is handed over: another evaluation may have recorded the same call meanwhile */
  record(call: RecordedCall): RecordedCall;
  /** Why this is no whole replay: calls that were never recorded. */
  missing(): string | undefined;
  /**
   * Writes what was recorded.
   * @param extent `whole`: all calls of the evaluation were asked for, so what was not is not needed
   * @throws TouchstoneError `cassette-not-written`
   */
  close(extent: 'whole' | 'part'): Promise<void>;
}

/**
 * @param keys credentials that the door has learned so far
 * @throws TouchstoneError `bad-cassette`
 */
export function openCassette({ file, mode }: CassetteSetting, keys: Keys): Cassette {
  const tape = Tape.open(file, keys);
  let missing = 0;
  let firstMissing = '';

  return {
    mode,
    answer(asked) {
      const call = normalised(asked);
      const found = tape.freshAnswer(call) ?? (mode === 'record' ? undefined : tape.storedAnswer(call));
      if (found !== undefined || mode !== 'replay') return found;
      missing++;
      // Looking for the nearest one takes its time, and one is enough to see what has changed.
      if (missing === 1) firstMissing = describe(call, tape);
      throw new NotRecorded(`A call of ${call.service} is not in the cassette '${file}', and a replay sends nothing`);
    },
    record: (call) => tape.record(normalised(call)),
    missing() {
      if (missing === 0) return undefined;
      const calls = missing === 1 ? '1 call is' : `${missing} calls are`;
      return `${calls} not in the cassette '${file}', and a replay sends nothing. ${firstMissing} Record what is new in mode auto.`;
    },
    close: (extent) => tape.close(keys, mode, extent),
  };
}

/** Equal requests with other credentials in their addresses are equal. */
function normalised<C extends AskedCall>(call: C): C {
  return { ...call, request: withMaskedAddresses(call.request) };
}

function describe(asked: AskedCall, tape: Tape): string {
  const nearest = nearestCall(asked, tape.calls());
  if (nearest === undefined) return 'Nothing is recorded there.';
  const difference = differenceOfCalls(tape.whole(nearest), asked);
  const place = nearest.line === undefined ? 'one that was just recorded' : `line ${nearest.line}`;
  const what =
    difference === undefined
      ? 'which does not seem to differ'
      : `where ${difference.path} is ${difference.recorded}, and here it is ${difference.asked}`;
  return `The first is a call of ${asked.service}; nearest is ${place}, ${what}.`;
}
