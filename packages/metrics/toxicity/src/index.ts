export { type OnnxModel, onnxClassifier } from './onnx-classifier.ts';
export { default } from './plugin.ts';
export { type ProfanityOptions, profanity } from './profanity.ts';
export { type ToxicityOptions, toxicity } from './toxicity.ts';
