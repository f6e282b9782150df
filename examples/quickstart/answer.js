// A small support bot as a function model: no network, no randomness, so the same question always gets the same answer.
// It looks a question up in facts.json and answers with the entry whose keywords it shares most of; some of its answers
// are wrong on purpose, because keywords overlap and not every question has an entry.
//
// QUICKSTART_DELAY_MS  how long one answer takes, in milliseconds (60 when unset): the time a real model would need
// QUICKSTART_CALL_LOG  a file that gets one line per answer, the row's key, written before the answer is handed over: a
//                      process killed at any moment leaves a record in which no finished answer is missing
import { appendFileSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const facts = JSON.parse(readFileSync(new URL('./facts.json', import.meta.url), 'utf8'));
const hangul = /\p{Script=Hangul}/u;

/**
 * Answers one row.
 *
 * @param {{ readonly question: string }} row
 * @param {{ readonly signal: AbortSignal, readonly rowKey: string }} call
 * @returns {Promise<string>}
 * @throws the signal's AbortError when the call is cancelled while it waits
 */
export async function answer({ question }, call) {
  await wait(delay(), undefined, { signal: call.signal });
  const log = process.env.QUICKSTART_CALL_LOG;
  if (log) appendFileSync(log, `${call.rowKey}\n`);
  return lookUp(question) ?? (hangul.test(question) ? '잘 모르겠습니다.' : 'I do not know.');
}

function delay() {
  const { QUICKSTART_DELAY_MS: text = '60' } = process.env;
  const milliseconds = Number(text);
  if (text.trim() === '' || !(Number.isFinite(milliseconds) && milliseconds >= 0)) {
    throw new RangeError(`QUICKSTART_DELAY_MS must be a number of milliseconds, 0 or more, but is "${text}".`);
  }
  return milliseconds;
}

/** The answer of the entry with the most keywords in the question; on a tie, the first of those in the file. */
function lookUp(question) {
  const text = words(question);
  let best;
  let most = 0;
  for (const fact of facts) {
    const shared = fact.keywords.filter((keyword) => mentions(text, keyword)).length;
    if (shared > most) {
      most = shared;
      best = fact.answer;
    }
  }
  return best;
}

/** Lower-case words between single spaces, with a space at both ends: ` can you gift wrap my order `. */
function words(text) {
  const lower = text.normalize('NFC').toLowerCase();
  return ` ${(lower.match(/[\p{L}\p{N}]+/gu) ?? []).join(' ')} `;
}

/** Whole words, except that Korean keywords match inside words too: 제주 in 제주도도, because particles join the noun. */
function mentions(text, keyword) {
  return text.includes(hangul.test(keyword) ? words(keyword).trim() : words(keyword));
}
