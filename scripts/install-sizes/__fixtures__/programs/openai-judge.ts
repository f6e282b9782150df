import { createTouchstone } from '@touchstone/core';
import genai, { answerCorrectness } from '@touchstone/metric-genai';
import openai from '@touchstone/model-openai';
import { sqlite } from '@touchstone/store-sqlite';
import { equal } from './equal.js';

// The address of a fake provider and a key are in the environment.
await using touchstone = createTouchstone({ plugins: [openai(), genai({ judge: 'openai:/gpt-5' })], store: sqlite('runs.db') });
const results = await touchstone.evaluate({
  data: [{ inputs: '한국의 수도는?', ground_truth: '서울' }],
  model: 'openai:/gpt-5-mini',
  targets: 'ground_truth',
  extraMetrics: [answerCorrectness()],
});
equal(results.coverage['answer_correctness/v1']?.scored, 1);
equal((await touchstone.runs()).map(({ status }) => status), ['finished']);
