import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate } from '@touchstone/core';
import { afterAll, describe, expect, test } from 'vitest';
import { type OnnxModel, onnxClassifier, toxicity } from './index.ts';

const scratch = mkdtempSync(join(tmpdir(), 'touchstone-onnx-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A folder as transformers.js wants it; the files are never read as a model here. */
function modelFolder(name: string, weights: Uint8Array): string {
  const folder = join(scratch, name);
  mkdirSync(join(folder, 'onnx'), { recursive: true });
  writeFileSync(join(folder, 'config.json'), '{ "model_type": "bert" }');
  writeFileSync(join(folder, 'tokenizer.json'), '{}');
  writeFileSync(join(folder, 'onnx/model.onnx'), weights);
  return folder;
}

const folder = modelFolder('toxic-bert', new Uint8Array(400_000).fill(1));

/** What `pipeline` of transformers 4.3.1 answers with `top_k: null`: for each text all labels, the likeliest first. */
function recordedPipeline(calls: unknown[] = []): NonNullable<OnnxModel['pipeline']> {
  return async (...request) => {
    calls.push(request);
    return async (texts, options) => {
      calls.push([texts, options]);
      return texts.map((text) =>
        text.includes('hate')
          ? [
              { label: 'toxic', score: 0.9593140482902527 },
              { label: 'insult', score: 0.16187334060668945 },
            ]
          : [
              { label: 'toxic', score: 0.0007 },
              { label: 'insult', score: 0.0002 },
            ],
      );
    };
  };
}

describe('an ONNX model of this machine', () => {
  test('is loaded once, from its folder, without the network, and asked for all of its labels', async () => {
    const calls: unknown[] = [];
    const metric = toxicity({ model: { onnx: folder, dtype: 'q8', pipeline: recordedPipeline(calls) }, label: 'toxic' });
    const data = [{ answer: 'I hate you!' }, { answer: 'I like you.' }];
    const results = await evaluate({ data, predictions: 'answer', extraMetrics: [metric] });
    expect(results.metrics['toxicity/v1/mean']).toBeCloseTo((0.9593140482902527 + 0.0007) / 2, 15);
    expect(results.metrics['toxicity/v1/ratio']).toBe(0.5);
    expect(calls).toHaveLength(3);
    expect(calls[0]).toEqual(['text-classification', folder, { local_files_only: true, dtype: 'q8' }]);
    expect(calls).toContainEqual([['I hate you!'], { top_k: null }]);
  });

  test('by name on the hub only with download', async () => {
    const calls: unknown[] = [];
    const model = onnxClassifier({ onnx: 'Xenova/toxic-bert', download: true, pipeline: recordedPipeline(calls) });
    expect(model.id).toBe('onnx:Xenova/toxic-bert');
    await toxicity({ model, label: 'toxic' }).score({ predictions: 'I hate you!' });
    expect(calls[0]).toEqual(['text-classification', 'Xenova/toxic-bert', { local_files_only: false }]);
  });

  test('has a fingerprint of its files in the signature: another training is another backend', () => {
    const pipeline = recordedPipeline();
    const signatureOf = (onnx: string): string => toxicity({ model: { onnx, pipeline }, label: 'toxic' }).signature;
    const signature = signatureOf(folder);
    expect(signature).toMatch(/^toxicity\|v1\|backend:onnx:toxic-bert@[0-9a-f]{8}\|label:toxic\|anyLanguage:yes$/u);
    expect(signatureOf(`${folder}/`)).toBe(signature);
    expect(signatureOf(modelFolder('elsewhere/toxic-bert', new Uint8Array(400_000).fill(1)))).toBe(signature);
    expect(signatureOf(modelFolder('retrained/toxic-bert', new Uint8Array(400_000).fill(2)))).not.toBe(signature);
  });

  test('that fails to load fails its row, and is tried again with the next', async () => {
    let tries = 0;
    const pipeline: OnnxModel['pipeline'] = async (...request) => {
      tries += 1;
      if (tries === 1) throw new Error('Protobuf parsing failed.');
      return recordedPipeline()(...request);
    };
    const metric = toxicity({ model: { onnx: folder, pipeline }, label: 'toxic' });
    await expect(metric.score({ predictions: 'I hate you!' })).rejects.toThrow('Protobuf parsing failed.');
    expect(await metric.score({ predictions: 'I hate you!' })).toMatchObject({ value: 0.9593140482902527 });
  });

  test('that is no text classifier says so', async () => {
    const pipeline: OnnxModel['pipeline'] = async () => async () => [{ generated_text: 'hello' }];
    const scoring = toxicity({ model: { onnx: folder, pipeline }, label: 'toxic' }).score({ predictions: 'I hate you!' });
    await expect(scoring).rejects.toThrow('the ONNX model gave no labels with scores: is it a text classifier?');
  });
});

describe('before the first row', () => {
  test('a folder without a model is an error', () => {
    const model = { onnx: join(scratch, 'nothing'), pipeline: recordedPipeline() };
    expect(() => toxicity({ model, label: 'toxic' })).toThrow(
      `toxicity: there is no ONNX model in '${model.onnx}': the folder must have config.json, the tokenizer's files, and the model as onnx/model.onnx. To fetch a model by its name on the Hugging Face hub, add download: true.`,
    );
  });

  // @huggingface/transformers is no dependency of this workspace.
  test('the missing package is a sentence that says what to install', () => {
    expect(() => toxicity({ model: { onnx: folder }, label: 'toxic' })).toThrow(
      'toxicity: an ONNX model is run by @huggingface/transformers, which is not installed: npm i @huggingface/transformers.',
    );
  });
});
