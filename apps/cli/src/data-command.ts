import type { DataDocument } from './data-document.ts';
import { EXIT, exitCodeOfError } from './exit-codes.ts';
import { formatData } from './format-data.ts';
import { type LookFlags, lookAtFile } from './look-at-file.ts';
import { type StoreFlags, withTouchstone } from './open-touchstone.ts';
import { print, printWidth, say } from './say.ts';
import { sayError } from './say-error.ts';

interface DataFlags extends Omit<LookFlags, 'listed'>, Pick<StoreFlags, 'config'> {
  readonly limit?: number;
  readonly json?: boolean;
}

/** Places of each finding that are listed unless it is said how many. */
const SHOWN = 5;
const SHOWN_AS_JSON = 100;

/** `touchstone data`: what files hold, and what looks wrong with them. What is found is the result, and no failure. */
export async function dataCommand(files: readonly string[], flags: DataFlags): Promise<number> {
  const listed = flags.limit ?? (flags.json === true ? SHOWN_AS_JSON : SHOWN);
  return withTouchstone({ ...flags, store: false }, async ({ touchstone }) => {
    const documents: DataDocument[] = [];
    let exitCode: number = EXIT.ok;
    for (const file of files) {
      try {
        const document = await lookAtFile(file, { ...flags, listed }, touchstone);
        documents.push(document);
        if (document.rows === 0) exitCode = EXIT.request;
        if (flags.json !== true) {
          const text = formatData(document, { width: printWidth(), listed });
          await print(documents.length > 1 ? `\n${text}` : text);
        }
      } catch (error) {
        sayError(error, 'flags');
        exitCode = Math.max(exitCode, exitCodeOfError(error));
      }
    }
    if (documents.length > 0) {
      if (flags.json === true) await print(JSON.stringify(files.length === 1 ? documents[0] : { files: documents }, null, 2));
      else sayWhatElse(flags);
    }
    return exitCode;
  });
}

function sayWhatElse({ id, inputs, against }: DataFlags): void {
  const unasked = [
    ...(id === undefined ? ['--id COLUMN'] : []),
    ...(inputs === undefined ? ['--inputs COLUMN'] : []),
    ...(against === undefined ? ['--against FILE'] : []),
  ];
  if (unasked.length > 0) say(`More is looked for with ${unasked.join(', ')}: see touchstone data --help.`);
}
