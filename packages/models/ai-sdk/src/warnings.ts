import { parameterNames } from './call-options.ts';
import { fieldsOf, listOf, textOf } from './fields.ts';

/** What a provider package did otherwise than asked. */
export interface Warnings {
  /** For people. */
  readonly notes: readonly string[];
  /** Parameters that were not followed, by our name → the sentence on it. */
  readonly refused: ReadonlyMap<string, string>;
}

export function readWarnings(warnings: unknown, model: string): Warnings {
  const notes: string[] = [];
  const refused = new Map<string, string>();
  for (const warning of listOf(warnings).map(fieldsOf)) {
    // v2 calls a setting what is a feature from v3 on.
    const feature = textOf(warning.feature) ?? textOf(warning.setting) ?? textOf(fieldsOf(warning.tool).name) ?? 'something';
    const details = textOf(warning.details) ?? textOf(warning.message);
    switch (warning.type) {
      case 'unsupported':
      case 'unsupported-setting':
      case 'unsupported-tool': {
        const name = parameterNames[feature] ?? feature;
        const sentence = `${model} does not take ${name}${details === undefined ? '' : ` as it was asked for: ${details}`}`;
        notes.push(sentence);
        refused.set(name, sentence);
        break;
      }
      case 'compatibility':
      case 'deprecated':
        notes.push(`${feature}${details === undefined ? ` (${String(warning.type)})` : `: ${details}`}`);
        break;
      default:
        if (details !== undefined) notes.push(details);
    }
  }
  return { notes, refused };
}
