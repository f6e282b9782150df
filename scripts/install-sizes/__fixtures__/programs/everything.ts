import { createTouchstone } from '@touchstone/core';
import files from '@touchstone/dataset-files';
import classic from '@touchstone/evaluator-classic';
import pairwise from '@touchstone/evaluator-pairwise';
import embedding from '@touchstone/metric-embedding';
import genai from '@touchstone/metric-genai';
import readability from '@touchstone/metric-readability';
import retrieval from '@touchstone/metric-retrieval';
import rouge from '@touchstone/metric-rouge';
import text from '@touchstone/metric-text';
import tokens from '@touchstone/metric-tokens';
import toxicity from '@touchstone/metric-toxicity';
import aiSdkModels from '@touchstone/model-ai-sdk';
import anthropic from '@touchstone/model-anthropic';
import azureOpenai from '@touchstone/model-azure-openai';
import httpModels from '@touchstone/model-http';
import huggingface from '@touchstone/model-huggingface';
import openai from '@touchstone/model-openai';
import prices from '@touchstone/price-genai';
import { sqlite } from '@touchstone/store-sqlite';
import { equal } from './equal.js';

const models = [openai(), azureOpenai(), anthropic(), huggingface(), httpModels(), aiSdkModels()] as const;
const metrics = [text(), tokens(), rouge(), readability(), embedding(), retrieval(), toxicity(), genai({ judge: 'openai:/gpt-5' })] as const;
await using touchstone = createTouchstone({
  plugins: [...models, ...metrics, files(), classic(), pairwise(), prices()],
  store: sqlite('runs.db'),
});
const results = await touchstone.evaluate({
  data: [{ inputs: '한국의 수도는?', ground_truth: 'You said: 한국의 수도는?' }],
  model: 'openai:/gpt-5-mini',
  targets: 'ground_truth',
  modelType: 'question-answering',
  extraMetrics: ['rougeL', 'answer_similarity'],
});
equal(results.metrics['exact_match/v1'], 1);
equal(results.skippedMetrics.map(({ name }) => name), []);
