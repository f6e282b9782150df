import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import { type Classifier, TouchstoneError } from '@touchstone/core';
import { modelFingerprint } from './model-fingerprint.ts';
import { isLabelScore } from './toxicity-labels.ts';

/** A text classifier in ONNX form, run in this process by `@huggingface/transformers`, which you install. */
export interface OnnxModel {
  /** A folder with `config.json`, the tokenizer's files and `onnx/*.onnx`. With `download`, a name on the Hugging Face hub. */
  readonly onnx: string;
  /** `true`: fetch the model by its name, and keep it, as transformers does. Default: nothing is ever fetched. */
  readonly download?: boolean;
  /** Which of the model's files: `'fp32'`, `'q8'`, … as transformers names them. Default: transformers' own. */
  readonly dtype?: string;
  /** `pipeline` of a copy of transformers that you have loaded yourself. Default: that of the installed package. */
  readonly pipeline?: MakePipeline;
}

/** The part of transformers' `pipeline` that is used here. */
type MakePipeline = (
  task: 'text-classification',
  model: string,
  options: { readonly local_files_only: boolean; readonly dtype?: string },
) => Promise<(texts: string[], options: { readonly top_k: null }) => Promise<unknown>>;

/**
 * A classifier of this machine. Its id has a fingerprint of the files, so that scores of a retrained model are not compared with the
 * old ones in silence. The model is loaded when the first text comes; it reads a text up to its own limit, mostly 512 tokens.
 *
 * @throws TouchstoneError `no-onnx-model`, `missing-package`
 * @example toxicity({ model: onnxClassifier({ onnx: './models/toxic-bert' }), label: 'toxic' })
 */
export function onnxClassifier({ onnx, download = false, dtype, pipeline }: OnnxModel): Classifier {
  const place = download ? onnx : resolve(onnx);
  const name = download ? onnx : `${basename(place)}@${modelFingerprint(place)}`;
  const makePipeline = pipeline ?? installedPipeline();
  const chosen = dtype === undefined ? {} : { dtype };
  let loading: ReturnType<MakePipeline> | undefined;
  return {
    kind: 'classifier',
    id: `onnx:${name}${dtype === undefined ? '' : `/${dtype}`}`,
    identity: { onnx: name, ...chosen },
    scopes: async () => ['onnx|local'],
    async send({ texts }) {
      loading ??= makePipeline('text-classification', place, { local_files_only: !download, ...chosen });
      // What failed is tried again with the next text.
      loading.catch(() => (loading = undefined));
      const classify = await loading;
      return { value: { labels: readLabels(await classify([...texts], { top_k: null })) }, usage: { usd: 0 } };
    },
  };
}

/** A variable, because the package is optional and the compiler would look for it. */
const TRANSFORMERS: string = '@huggingface/transformers';

/** transformers' own `pipeline`; loaded when it is first called, and looked for at once, before the first row. */
function installedPipeline(): MakePipeline {
  try {
    createRequire(import.meta.url).resolve(TRANSFORMERS);
  } catch (error) {
    throw new TouchstoneError(
      'missing-package',
      `toxicity: an ONNX model is run by ${TRANSFORMERS}, which is not installed: npm i ${TRANSFORMERS}.`,
      { cause: error },
    );
  }
  return async (...request) => {
    const { pipeline }: { readonly pipeline: MakePipeline } = await import(TRANSFORMERS);
    return pipeline(...request);
  };
}

type Labels = Awaited<ReturnType<Classifier['send']>>['value']['labels'];

/** With `top_k: null`, transformers gives all labels of each text. */
function readLabels(output: unknown): Labels {
  if (isLabels(output)) return output;
  throw new TouchstoneError('malformed-answer', 'the ONNX model gave no labels with scores: is it a text classifier?', {
    kind: 'run',
  });
}

function isLabels(output: unknown): output is Labels {
  return Array.isArray(output) && output.every((labels) => Array.isArray(labels) && labels.every(isLabelScore));
}
