import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TouchstoneError } from '@touchstone/core';

const BLOCKS = 64;
const BLOCK = 4096;

/**
 * Eight characters that change with a model's files: of each its name, its size and 64 blocks spread over it. Weights have hundreds of
 * megabytes, and training again changes nearly all of them, so that reading the whole would only cost time.
 *
 * @param folder with `config.json` and `onnx/*.onnx`, as transformers.js wants them
 * @throws TouchstoneError `no-onnx-model`
 */
export function modelFingerprint(folder: string): string {
  const weights = existsSync(join(folder, 'onnx')) ? readdirSync(join(folder, 'onnx')).map((file) => join('onnx', file)) : [];
  if (!existsSync(join(folder, 'config.json')) || !weights.some((file) => file.endsWith('.onnx'))) {
    throw new TouchstoneError(
      'no-onnx-model',
      `toxicity: there is no ONNX model in '${folder}': the folder must have config.json, the tokenizer's files, and the model as onnx/model.onnx. To fetch a model by its name on the Hugging Face hub, add download: true.`,
    );
  }
  const hash = createHash('sha256');
  const files = ['config.json', 'tokenizer.json', ...weights].filter((file) => existsSync(join(folder, file)));
  for (const file of files.sort()) {
    const path = join(folder, file);
    const { size } = statSync(path);
    hash.update(`${file.replaceAll('\\', '/')}\n${size}\n`);
    for (const block of blocksOf(path, size)) hash.update(block);
  }
  return hash.digest('hex').slice(0, 8);
}

function* blocksOf(path: string, size: number): Generator<Uint8Array> {
  const file = openSync(path, 'r');
  try {
    for (let index = 0; index < BLOCKS; index++) {
      const buffer = new Uint8Array(BLOCK);
      const from = Math.floor((Math.max(0, size - BLOCK) * index) / (BLOCKS - 1));
      yield buffer.subarray(0, readSync(file, buffer, 0, BLOCK, from));
      if (size <= BLOCK) return;
    }
  } finally {
    closeSync(file);
  }
}
