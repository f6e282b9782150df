// What data can be. MLflow takes a DataFrame, a list, an array or a Dataset; everywhere below the model is the same function.
import { createTouchstone, dataset } from '@touchstone/core';
import readability from '@touchstone/metric-readability';
import { exactMatch } from '@touchstone/metric-text';
import tokens from '@touchstone/metric-tokens';
import toxicity from '@touchstone/metric-toxicity';

await using touchstone = createTouchstone({ plugins: [readability(), tokens(), toxicity()] });

const capitals: Readonly<Record<string, string>> = { Iceland: 'Reykjavik', Norway: 'Bergen', 대한민국: '서울' };
const capital = ({ country }: { country: unknown }): string => capitals[String(country)] ?? 'I do not know.';
const extraMetrics = [exactMatch()] as const;

// pd.DataFrame([…]), targets="expected": rows are objects.
const rows = [
  { country: 'Iceland', expected: 'Reykjavik' },
  { country: 'Norway', expected: 'Oslo' },
  { country: '대한민국', expected: '서울' },
];
const ofRows = await touchstone.evaluate({ data: rows, model: capital, targets: 'expected', extraMetrics });
console.log('rows', ofRows.metrics);

// ["…", "…"], targets=["…", "…"]: a list of texts; their column is inputs unless featureNames says otherwise.
const texts = ['Iceland', 'Norway', '대한민국'];
const targets = ['Reykjavik', 'Oslo', '서울'];
const ofTexts = await touchstone.evaluate({ data: texts, model: capital, featureNames: ['country'], targets, extraMetrics });
console.log('texts', ofTexts.metrics);

// np.array([[…], […]]), feature_names=[…], targets=np.array([…]): a list of lists.
const lists = texts.map((text) => [text, 'a country']);
const featureNames = ['country', 'kind'] as const;
const ofLists = await touchstone.evaluate({ data: lists, model: capital, featureNames, targets, extraMetrics });
console.log('lists', ofLists.metrics);

// mlflow.data.from_pandas(df, targets="expected", name="capitals"): data with a name, from anywhere.
const named = dataset({ name: 'capitals', rows: () => rows, targets: 'expected' });
const ofDataset = await touchstone.evaluate({ data: named, model: capital, extraMetrics });
console.log('dataset', ofDataset.metrics, ofDataset.plans[0]?.data.name);

// pd.read_json("capitals.jsonl", lines=True): a file, read as it is evaluated.
const ofFile = await touchstone.evaluate({
  data: `${import.meta.dirname}/capitals.jsonl`,
  model: capital,
  targets: 'expected',
  extraMetrics,
});
console.log('file', ofFile.metrics);

// model_type="text": no targets.
const ofText = await touchstone.evaluate({ data: rows.map(({ country }) => ({ country })), model: capital, modelType: 'text' });
console.log(ofText);
