import { type Classifier, TouchstoneError } from '@touchstone/core';
import { screenId } from './embedded-screen.ts';
import { type OnnxModel, onnxClassifier } from './onnx-classifier.ts';
import type { ToxicLabels } from './toxicity-labels.ts';

/** Who judges, and which of its labels are toxicity. */
export interface BackendOptions {
  /**
   * Left out: the screen of this package, offline. Else a text classifier: by URI
   * (`'huggingface:/facebook/roberta-hate-speech-dynabench-r4-target'`, `'openai:/omni-moderation-latest'`),
   * an ONNX model of this machine (`{ onnx: './models/toxic-bert' }`), or any `Classifier` object.
   */
  readonly model?: string | OnnxModel | Classifier | undefined;
  /** The label of the classifier whose score is the toxicity of a text: `'hate'`. */
  readonly label?: string | undefined;
  /** Several labels, of which the highest score counts. Default for OpenAI's moderation: all that it has. */
  readonly categories?: readonly string[] | undefined;
}

export type Backend = EmbeddedBackend | ClassifierBackend;

interface EmbeddedBackend {
  readonly kind: 'embedded';
  /** What stands in the signature. */
  readonly id: string;
}

interface ClassifierBackend {
  readonly kind: 'classifier';
  readonly id: string;
  readonly classifier: Classifier | { readonly uri: string; readonly kind: 'classifier' };
  readonly toxic: ToxicLabels;
}

const known = new WeakMap<BackendOptions, Backend>();

/** The same for the same options object: a metric asks again with each batch. @throws TouchstoneError `bad-option`, and what {@link onnxClassifier} throws */
export function backendOf(options: BackendOptions): Backend {
  const before = known.get(options);
  if (before !== undefined) return before;
  const made = makeBackend(options);
  known.set(options, made);
  return made;
}

function makeBackend({ model, label, categories }: BackendOptions): Backend {
  if (model === undefined) {
    if (label === undefined && categories === undefined) return { kind: 'embedded', id: screenId };
    throw badOption(
      'label and categories belong to a classifier, and the screen of this package has one score: name a model as well.',
    );
  }
  if (typeof model === 'string') {
    const classifier = { uri: model, kind: 'classifier' } as const;
    return { kind: 'classifier', id: model, classifier, toxic: toxicLabelsOf(model, label, categories) };
  }
  // Options of the command line and of files were not checked by a compiler.
  if (typeof model !== 'object' || model === null || !('onnx' in model || 'send' in model)) {
    throw badOption(`model must be a URI, { onnx: 'FOLDER' } or a classifier object, not ${JSON.stringify(model)}.`);
  }
  const classifier = 'onnx' in model ? onnxClassifier(model) : model;
  return { kind: 'classifier', id: classifier.id, classifier, toxic: toxicLabelsOf(classifier.id, label, categories) };
}

/** All labels of a moderation are harms. Of any other classifier nobody knows: the highest label of a polite text is often `neutral`. */
function toxicLabelsOf(id: string, label: string | undefined, categories: readonly string[] | undefined): ToxicLabels {
  if (label !== undefined && categories !== undefined) throw badOption('give label or categories, not both.');
  if (label !== undefined) return { label };
  if (categories !== undefined) {
    if (Array.isArray(categories) && categories.length > 0) return { categories };
    throw badOption("categories must be a list of at least one label, as in categories: ['hate', 'violence'].");
  }
  if (/^(?:azure-)?openai:.*moderation/u.test(id)) return 'all';
  throw badOption(
    `which label of '${id}' is toxicity? Name it, as in label: 'hate' (for facebook/roberta-hate-speech-dynabench-r4-target) or label: 'toxic'.`,
  );
}

function badOption(what: string): TouchstoneError {
  return new TouchstoneError('bad-option', `toxicity: ${what}`);
}
