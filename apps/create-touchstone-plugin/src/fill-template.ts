import type { PluginName } from './plugin-name.ts';

/** Templates are packages of a plug-in called my-thing: TypeScript that compiles as it is. */
const PACKAGE = 'touchstone-my-thing';

/**
 * The text of a file with the names of the plug-in.
 * @param path of the file, which says how a text stands in it
 */
export function fillTemplate(text: string, path: string, name: PluginName, description: string): string {
  return text
    .replaceAll("'{description}'", () => quoted(description))
    .replaceAll('{description}', () =>
      path.endsWith('.json') ? JSON.stringify(description).slice(1, -1) : inComment(description, path),
    )
    .replaceAll(PACKAGE, () => name.package)
    .replaceAll('MY_THING', () => name.upper)
    .replaceAll('my_thing', () => name.snake)
    .replaceAll('my-thing', () => name.kebab)
    .replaceAll('MyThing', () => name.pascal)
    .replaceAll('myThing', () => name.camel);
}

/** As formatters write it: in single quotes, unless those would have to be escaped. */
function quoted(text: string): string {
  return text.includes("'") && !text.includes('"')
    ? JSON.stringify(text)
    : `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function inComment(text: string, path: string): string {
  return path.endsWith('.ts') ? text.replaceAll('*/', '* /') : text;
}
