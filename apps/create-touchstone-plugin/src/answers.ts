import { createInterface } from 'node:readline/promises';
import { isKind, type Kind, kinds, listOfKinds } from './kinds.ts';
import { type PluginName, pluginName } from './plugin-name.ts';
import { WrongUsage } from './wrong-usage.ts';

/** What the flags said. */
export interface Given {
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}

export interface Answers {
  readonly kind: Kind;
  readonly name: PluginName;
  readonly description: string;
}

/** Somebody who asked, and was left with ctrl-c. */
export class Left extends Error {
  override readonly name = 'Left';
}

/**
 * What is to be made: what the flags said, and for the rest the answers of a person.
 *
 * @param ask false: nobody is there to be asked
 * @throws WrongUsage naming all flags that are missing, or what is wrong with one
 */
export async function answersOf(given: Given, ask: boolean): Promise<Answers> {
  const kind = given.kind === undefined ? undefined : kindOf(given.kind);
  const name = given.name === undefined ? undefined : pluginName(given.name);
  if (kind !== undefined && name !== undefined && (given.description !== undefined || !ask))
    return { kind, name, description: oneLine(given.description) ?? described(kind, name) };
  if (!ask) {
    const missing = [...(kind === undefined ? ['--kind'] : []), ...(name === undefined ? ['--name'] : [])].join(' and ');
    throw new WrongUsage(`Say ${missing}: there is nobody to be asked. The kinds are ${Object.keys(kinds).join(', ')}.`);
  }
  return askFor(kind, name, given.description);
}

async function askFor(
  givenKind: Kind | undefined,
  givenName: PluginName | undefined,
  given: string | undefined,
): Promise<Answers> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const left = new AbortController();
  lines.once('SIGINT', () => left.abort());
  lines.once('close', () => left.abort());
  const question = async (text: string): Promise<string> => {
    try {
      return (await lines.question(text, { signal: left.signal })).trim();
    } catch {
      throw new Left();
    }
  };
  try {
    const kind = givenKind ?? (await asked(async () => kindOf(await question(`${listOfKinds(true)}\nWhich one? `))));
    const name = givenName ?? (await asked(async () => pluginName(await question('Its name, such as cites-source: '))));
    const usual = described(kind, name);
    const description = given ?? (await question(`What it does, in a line (${usual}): `));
    return { kind, name, description: oneLine(description) ?? usual };
  } finally {
    lines.removeAllListeners('close');
    lines.close();
  }
}

/** Asks until the answer can be used. */
async function asked<T>(question: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof WrongUsage)) throw error;
      process.stderr.write(`${error.message}\n`);
    }
  }
}

/** By name, or by its number in the menu. */
function kindOf(said: string): Kind {
  const kind = /^\d+$/u.test(said) ? Object.keys(kinds)[Number(said) - 1] : said.trim().toLowerCase();
  if (kind !== undefined && isKind(kind)) return kind;
  throw new WrongUsage(`There is no kind '${said}'. There are: ${Object.keys(kinds).join(', ')}.`);
}

function described(kind: Kind, { kebab }: PluginName): string {
  return `${kebab.replaceAll('-', ' ')}: a ${kind.replace('-', ' ')} for Touchstone.`;
}

function oneLine(text: string | undefined): string | undefined {
  const line = text?.replaceAll(/\s+/gu, ' ').trim();
  return line === undefined || line === '' ? undefined : line;
}
