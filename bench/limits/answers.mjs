// The fake provider of evaluate.ts: answers of 100 tokens in 0.4 s, give or take.
export default {
  latency: { median: 370, p95: 700 },
  answers: { chat: { text: 'yes', usage: { inputTokens: 60, outputTokens: 40 } } },
};
