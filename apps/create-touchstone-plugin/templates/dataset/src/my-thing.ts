import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { type Dataset, type DatasetLoader, TouchstoneError } from '@touchstone/core';

/** A row of the file. */
export interface MyThingRow {
  readonly inputs: string;
  readonly targets: string;
}

/** {description} Lines of `question => expected answer`; empty lines and those with # at their beginning are left out. */
export const myThing: DatasetLoader = {
  extensions: ['.my-thing'],
  async open(path): Promise<Dataset<MyThingRow>> {
    await access(path).catch((cause: unknown) => {
      throw new TouchstoneError(
        'data-not-readable',
        `${path} cannot be read: there is no such file, or it is not yours to read.`,
        { cause },
      );
    });
    return { name: basename(path), rereadable: true, source: path, targets: 'targets', rows: () => rowsOf(path) };
  },
};

/** Begins anew each time it is called. @throws TouchstoneError `broken-data` naming the line */
async function* rowsOf(path: string): AsyncGenerator<MyThingRow> {
  const stream = createReadStream(path, 'utf8');
  try {
    let number = 0;
    for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (line.trim() === '' || line.startsWith('#')) continue;
      const [inputs, targets, ...more] = line.split('=>').map((part) => part.trim());
      if (inputs === undefined || targets === undefined || more.length > 0)
        throw new TouchstoneError('broken-data', `${basename(path)}, line ${number}: write 'question => answer', with one =>.`);
      yield { inputs, targets };
    }
  } finally {
    // Also when the reader leaves in the middle.
    stream.destroy();
  }
}
