export { type BatchOptions, type HttpOptions, type HttpOutputs, http } from './http-model.ts';
export { type MlflowOptions, mlflowScoring } from './mlflow-scoring.ts';
export { default } from './plugin.ts';
