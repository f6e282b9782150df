/** Arguments of `mlflow.evaluate` that are no options of ours under another spelling, and what does the same. */
const INSTEAD: Readonly<Record<string, string>> = {
  customMetrics: 'Pass them as extraMetrics.',
  customArtifacts:
    'Return them as artifacts from finish of an evaluator, defineEvaluator({ finish }), or keep them with run.logArtifact.',
  validationThresholds: 'Hand them to validateEvaluationResults, with the result.',
  baselineModel: 'Evaluate it as well, and hand both results to validateEvaluationResults.',
  baselineConfig: 'Evaluate the baseline as well, with options of its own.',
  envManager: 'Models are evaluated where they are: serve the model in its environment, and evaluate its address.',
  modelConfig: 'Pass modelOptions.',
  inferenceParams: 'Pass modelOptions.',
  datasetPath: 'Pass the file itself as data, or a name with dataset({ name, rows }).',
  modelId: 'Plan and result name the model; tag the run with more, run: { tags: { … } }.',
};

const BY_ADDRESS =
  'Evaluate an endpoint by its address, https://HOST/serving-endpoints/NAME/invocations; as a judge, name it as openai:/NAME with the option baseUrl.';

/** Schemes of models in MLflow that no pack has, and what does the same. */
export const mlflowSchemes: Readonly<Record<string, string>> = {
  endpoints: BY_ADDRESS,
  gateway: BY_ADDRESS,
  file: 'Serve a model that lies in a folder with mlflow models serve, and evaluate its address, http://HOST/invocations.',
};

/** What to do in place of an argument of MLflow, written as there or as here; `undefined` for all other names. */
export function inPlaceOf(option: string): string | undefined {
  const camel = option.replaceAll(/_([a-z])/gu, (_, letter: string) => letter.toUpperCase());
  return Object.hasOwn(INSTEAD, camel) ? INSTEAD[camel] : undefined;
}
