import type { Command } from 'commander';

/** Commander's complaints → ours. What they have no rule for is shown as it is. */
const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/^unknown option '(.+?)'/u, "{command} has no flag '$1'."],
  [/^unknown command '(.+?)'/u, "There is no command '$1'."],
  [/^option '(?:-\w, )?(--[\w-]+) (.+)' argument missing/u, '$1 needs a value: $1 $2.'],
  [/^option '(?:-\w, )?(--[\w-]+) .+' argument '(.*)' is invalid\. (.+)/su, "$1 must be $3, and it is '$2'."],
  [/^missing required argument '(.+?)'/u, '{command} needs one thing more: {command} <$1>.'],
  [/^too many arguments for '.+'\. Expected (\d+) arguments? but got (\d+).*/u, '{command} takes $1 and was given $2 arguments.'],
];

/** The whole sentence for a mistake in the use of a command: what was given, what was expected, what to type next. */
export function wrongUsage(complaint: string, command: Command): string {
  const name = nameOf(command);
  const [, text = '', guess] = /^error: (.*?)(?:\n\(Did you mean (.+?)\?\))?\s*$/su.exec(complaint) ?? [];
  const known = SENTENCES.find(([pattern]) => pattern.test(text));
  const sentence = known === undefined ? text : text.replace(...known).replaceAll('{command}', name);
  const hint = guess === undefined ? `Type ${name} --help.` : `Did you mean ${guess}?`;
  return `${sentence} ${hint}\n`;
}

/** `touchstone cassette check` */
function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}
