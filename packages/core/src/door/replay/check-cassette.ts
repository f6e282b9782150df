import { messageOf, TouchstoneError } from '../../errors/touchstone-error.ts';
import { bodyFile, bodyNames, headerProblem, numberedLines, readBody, readText } from './cassette-file.ts';
import { bodiesOf, type OutlinedCall, readLine, wholeCall } from './cassette-line.ts';
import { hashOf, type LastUse, readLastUse } from './last-use.ts';
import { bodyHash } from './long-bodies.ts';
import { looksLikeAKey } from './looks-like-a-key.ts';
import { keyOf } from './recorded-call.ts';

type CassetteProblemCode =
  | 'invalid'
  | 'wrong-key'
  | 'duplicate'
  | 'order'
  | 'body-missing'
  | 'body-changed'
  | 'body-unused'
  | 'secret';

export interface CassetteProblem {
  readonly code: CassetteProblemCode;
  /** From 1; absent for what is wrong beside the file. */
  readonly line?: number;
  /** One sentence. */
  readonly message: string;
}

export interface CassetteReport {
  readonly file: string;
  readonly calls: number;
  /** In the order of the lines. */
  readonly problems: readonly CassetteProblem[];
  /** The last use, if this file as it is was what it used. */
  readonly lastUse?: Pick<LastUse, 'at' | 'mode' | 'extent'>;
  /** Lines that the last use did not ask for. Absent when nothing is known of it, or when it was none of the whole. */
  readonly unused?: readonly number[];
}

/**
 * Looks at a cassette: can it be replayed, is it in order, does it hold what looks like a key, and what did its last use not ask for?
 *
 * @throws TouchstoneError `cassette-not-found`
 * @example const { problems } = await checkCassette('cassettes/support-bot.jsonl');
 */
export async function checkCassette(file: string): Promise<CassetteReport> {
  const text = readText(file);
  if (text === undefined) throw cassetteNotFound(file);
  const problems: CassetteProblem[] = [];
  const [header, ...lines] = numberedLines(text);
  const wrongHeader = headerProblem(header?.text);
  if (wrongHeader !== undefined) problems.push({ code: 'invalid', line: 1, message: `it ${wrongHeader}.` });
  const seen = new Map<string, number>();
  const bodies = new Set<string>();
  let before = '';
  for (const { number: line, text: own } of lines) {
    const call = readLine(own);
    if (typeof call === 'string') {
      problems.push({ code: 'invalid', line, message: `it ${call}.` });
      continue;
    }
    for (const hash of bodiesOf(call)) bodies.add(hash);
    const earlier = seen.get(call.key);
    if (earlier === undefined) seen.set(call.key, line);
    else problems.push({ code: 'duplicate', line, message: `it records the call of line ${earlier} again: delete one of them.` });
    if (own < before) {
      problems.push({ code: 'order', line, message: 'it is out of order: prune and every recording put the file in order.' });
    }
    before = own;
    problems.push(...contentProblems(file, call, own, line));
  }
  problems.push(...(await looseBodies(file, bodies)));
  const use = readLastUse(file);
  const current = use !== undefined && use.cassette === hashOf(text) ? use : undefined;
  const used = new Set(current?.keys);
  return {
    file,
    calls: seen.size,
    problems,
    ...(current === undefined ? {} : { lastUse: { at: current.at, mode: current.mode, extent: current.extent } }),
    ...(current?.extent === 'whole' ? { unused: Array.from(seen).flatMap(([key, line]) => (used.has(key) ? [] : [line])) } : {}),
  };
}

export function cassetteNotFound(file: string): TouchstoneError {
  return new TouchstoneError('cassette-not-found', `There is no cassette '${file}'.`);
}

function contentProblems(file: string, line: OutlinedCall, text: string, number: number): readonly CassetteProblem[] {
  const problems: CassetteProblem[] = [];
  const texts = [text];
  for (const hash of new Set(bodiesOf(line))) {
    try {
      const body = readBody(file, hash);
      texts.push(body);
      if (bodyHash(body) !== hash) {
        const message = `its body '${bodyFile(file, hash)}' is not what was recorded: its name is its SHA-256.`;
        problems.push({ code: 'body-changed', line: number, message });
      }
    } catch (error) {
      problems.push({ code: 'body-missing', line: number, message: messageOf(error) });
    }
  }
  if (problems.length === 0 && keyOf(wholeCall(line, (hash) => readBody(file, hash))) !== line.key) {
    const message = "its 'key' is not that of its request: it was edited, and would be found by what it was. Record it again.";
    problems.push({ code: 'wrong-key', line: number, message });
  }
  const secret = looksLikeAKey(texts.join('\n'));
  if (secret !== undefined) {
    const message = `it holds what looks like a key (${secret}): if it is one, revoke it, and record again without it.`;
    problems.push({ code: 'secret', line: number, message });
  }
  return problems;
}

/** Left behind by a process that was killed, or by somebody who deleted lines. */
async function looseBodies(file: string, used: ReadonlySet<string>): Promise<readonly CassetteProblem[]> {
  const loose = (await bodyNames(file)).filter((hash) => !used.has(hash));
  return loose.map((hash) => ({
    code: 'body-unused',
    message: `No line refers to '${bodyFile(file, hash)}': prune and every recording remove it.`,
  }));
}
