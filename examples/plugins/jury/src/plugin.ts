import { definePlugin, versionOf } from '@touchstone/core';
import { koreanTone, type ToneOptions } from './korean-tone.ts';

export interface JuryOptions {
  /** Who judges where the metric is asked for by name. Left out: the judge of the evaluation. */
  readonly judges?: ToneOptions['model'];
}

/** The metric `korean_tone`. @example createTouchstone({ plugins: [openai(), jury({ judges: ['openai:/gpt-5-mini', 'openai:/gpt-5-nano'] })] }) */
export default function jury({ judges }: JuryOptions = {}) {
  return definePlugin({
    name: 'touchstone-jury',
    version: versionOf(import.meta.url),
    contract: '1.0',
    // Options of the command line are plain data; the metric checks them.
    register: (registry) => registry.metric('korean_tone', (options) => koreanTone({ model: judges, ...options })),
  });
}
