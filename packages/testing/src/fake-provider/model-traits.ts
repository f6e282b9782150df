import type { ProviderState } from './provider-state.ts';

/** What is known of a model. What is left out is guessed from its name. */
export interface ModelTraits {
  /** Whether it thinks before it answers, and therefore refuses `max_tokens` and sampling parameters. Default: names like `o3`, `gpt-5-mini`. */
  readonly reasoning?: boolean;
  /** The name that answers carry, a dated snapshot for instance. Default: the name that was asked for. */
  readonly servedBy?: string;
  /** Longer requests are refused. Default: no limit. */
  readonly contextTokens?: number;
  /** A larger `max_tokens` is refused. Default: no limit. */
  readonly maxOutputTokens?: number;
  /** Length of its vectors. Default: 3072 for `text-embedding-3-large`, 384 for sentence transformers, else 1536. */
  readonly dimensions?: number;
  /** What a Hugging Face model is made for. Default: guessed from the name, else text generation. */
  readonly task?: 'text-generation' | 'summarization' | 'text-classification' | 'feature-extraction' | 'question-answering';
}

/** `undefined`: there is no such model. */
export function traitsOf(state: Pick<ProviderState, 'models'>, model: string): ModelTraits | undefined {
  return state.models === undefined ? {} : Object.hasOwn(state.models, model) ? (state.models[model] ?? {}) : undefined;
}

export function reasons(traits: ModelTraits, model: string): boolean {
  return traits.reasoning ?? /^(o\d|gpt-5(?!.*chat))/.test(model);
}

export function dimensionsOf(traits: ModelTraits, model: string): number {
  if (traits.dimensions !== undefined) return traits.dimensions;
  if (/MiniLM|sentence-transformers|bge-small|gte-small/i.test(model)) return 384;
  return /3-large/.test(model) ? 3072 : 1536;
}

export function taskOf(traits: ModelTraits, model: string): NonNullable<ModelTraits['task']> {
  if (traits.task !== undefined) return traits.task;
  if (/toxic|hate|sentiment|classif|sst-?2/i.test(model)) return 'text-classification';
  if (/summar|pegasus|-cnn|distilbart|xsum/i.test(model)) return 'summarization';
  if (/squad|-qa\b/i.test(model)) return 'question-answering';
  if (/MiniLM|sentence-transformers|embed|bge-|gte-|e5-/i.test(model)) return 'feature-extraction';
  return 'text-generation';
}
