import { defineConfig } from '@touchstone/cli';
import { equal } from './equal.js';

const config = defineConfig({ evaluations: { smoke: { data: 'answers.jsonl', predictions: 'output', extraMetrics: ['word_count'] } } });
equal(Object.keys(config.evaluations ?? {}), ['smoke']);
