import { defineEvaluator } from '@touchstone/core';

/** How long customers waited, by channel. It needs no metric: the column `waited_hours` is in the data. */
export const waitingTime = defineEvaluator({
  name: 'waiting-time',
  supports: (modelType) => modelType === 'text',
  async finish(scored) {
    const hours = new Map<string, number[]>();
    for await (const { columns } of scored.rows()) {
      if (typeof columns.channel !== 'string' || typeof columns.waited_hours !== 'number') continue;
      hours.set(columns.channel, [...(hours.get(columns.channel) ?? []), columns.waited_hours]);
    }
    const all = [...hours.values()].flat();
    if (all.length === 0) return { warnings: ['No row has a channel and waited_hours, so nothing is said of waiting times.'] };
    return {
      metrics: { 'waiting-time/over_a_day': all.filter((one) => one > 24).length / all.length },
      tables: {
        waiting_by_channel: [...hours].map(([channel, waited]) => ({
          channel,
          replies: waited.length,
          over_a_day: waited.filter((one) => one > 24).length,
          longest_hours: Math.max(...waited),
        })),
      },
    };
  },
});
