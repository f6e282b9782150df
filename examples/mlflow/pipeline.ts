import type { fromPipeline } from '@touchstone/model-huggingface';

type Pipeline = Parameters<typeof fromPipeline>[0];

// Not installed with the repository: half a gigabyte.
const transformers = '@huggingface/transformers';

/** A summarization pipeline: of transformers.js where that is installed, else a stand-in that answers with the first sentence. */
export async function summarizationPipeline(): Promise<Pipeline> {
  try {
    const { pipeline } = await import(transformers);
    return await pipeline('summarization', 'Xenova/distilbart-cnn-6-6');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error;
    console.error(`${transformers} is not installed: a stand-in answers with the first sentence of each text.`);
    return (text) => [{ summary_text: text.replace(/(?<=[.!?]) .*/su, '') }];
  }
}
