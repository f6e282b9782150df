export { fromPipeline, type Pipeline } from './from-pipeline.ts';
export { default, type HuggingFaceOptions } from './plugin.ts';
