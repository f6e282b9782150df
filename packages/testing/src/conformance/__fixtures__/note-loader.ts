import { access } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Dataset, type DatasetLoader, TouchstoneError } from '@touchstone/core';

/** Lines of `question :: answer`. */
export const noteLoader: DatasetLoader = {
  extensions: ['.notes'],
  async open(path): Promise<Dataset> {
    await access(path).catch((cause: unknown) => {
      throw new TouchstoneError('data-not-readable', `${path} cannot be read.`, { cause });
    });
    return { name: path, rereadable: true, source: path, rows: () => rowsOf(path) };
  },
};

async function* rowsOf(path: string): AsyncGenerator<{ readonly inputs: string; readonly answer: string }> {
  const stream = createReadStream(path, 'utf8');
  try {
    let number = 0;
    for await (const line of createInterface({ input: stream })) {
      number++;
      const at = line.indexOf(' :: ');
      if (at < 0) throw new TouchstoneError('bad-note', `${path}, line ${number}: there is no ' :: '.`);
      yield { inputs: line.slice(0, at), answer: line.slice(at + 4) };
    }
  } finally {
    stream.destroy();
  }
}
