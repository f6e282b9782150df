import prices, { pricesOf } from '@touchstone/price-genai';
import { createTouchstone } from '@touchstone/core';
import { equal } from './equal.js';

equal(pricesOf({}).usd('openai:/gpt-5-mini', { inputTokens: 1_000_000, outputTokens: 100_000 }), 0.45);
createTouchstone({ plugins: [prices({ overrides: { 'openai:/ours': { input: 0.5, output: 2 } } })] });
