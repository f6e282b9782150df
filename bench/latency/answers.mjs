// The fake provider of evaluate.ts: every answer takes exactly so long.
export default { latency: Number(process.env.LATENCY_MS), answers: { chat: 'yes' } };
