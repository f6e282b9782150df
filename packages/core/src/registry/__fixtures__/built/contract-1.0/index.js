import { defineEvaluator, defineMetric, definePlugin, LOGGER, metric, PRICES, skipped, TRACKERS, } from '@touchstone/core';
const brief = metric('proverb_brief', ({ predictions }) => predictions.length <= 10);
const mentions = defineMetric({
    name: 'proverb_mentions',
    version: 'v1',
    greaterIsBetter: true,
    options: { caseSensitive: false },
    needs: ['predictions', 'context'],
    scoreRow({ predictions, context }, { options }) {
        if (context === '')
            return skipped('no context');
        return options.caseSensitive ? predictions.includes(context) : predictions.toLowerCase().includes(context.toLowerCase());
    },
});
const words = defineMetric({
    name: 'proverb_words',
    version: 'v1',
    greaterIsBetter: true,
    range: [0, 1],
    needs: ['predictions', 'targets'],
    statistics({ predictions, targets }) {
        const [said, wanted] = [predictions.split(' '), targets.split(' ')];
        const right = wanted.filter((word, index) => word === said[index]).length;
        return { value: right / wanted.length, statistics: [right, wanted.length] };
    },
    combine: ([right = 0, all = 0]) => ({ corpus: right / all }),
});
const distinct = defineMetric({
    name: 'proverb_distinct',
    version: 'v1',
    greaterIsBetter: true,
    needs: ['predictions'],
    async scoreDataset(rows) {
        const seen = new Set();
        for await (const { predictions } of rows)
            seen.add(predictions);
        return { count: seen.size };
    },
});
const graded = defineMetric({
    name: 'proverb_graded',
    version: 'v1',
    greaterIsBetter: true,
    needs: ['predictions'],
    models: { judge: { default: 'judge' } },
    cost: 'io',
    async scoreRow({ predictions }, { work, model }) {
        const judge = model('judge');
        const { value } = await work.ask(judge, { messages: [{ role: 'user', content: predictions }] });
        return Number(value.text?.length);
    },
});
const echo = {
    kind: 'language',
    id: 'proverb:/echo',
    identity: { proverb: 'echo' },
    scopes: async () => ['proverb'],
    send: async ({ messages }) => ({
        value: { text: String(messages.at(-1)?.content) },
        usage: { inputTokens: 2, outputTokens: 3 },
    }),
};
const triage = defineEvaluator({
    name: 'proverb-triage',
    inject: { log: LOGGER },
    metrics: ({ preset }) => [...preset('proverb'), brief],
    finish: async (scored, { log }) => {
        log.info('proverbs are triaged');
        return { metrics: { 'triage/long': await scored.count((row) => row['proverb_brief/score'] === false) } };
    },
});
export const told = [];
export default function proverbs() {
    return definePlugin({
        name: 'touchstone-proverbs',
        version: '1.4.2',
        metrics: [brief, mentions, words, distinct, graded],
        evaluators: [triage],
        modelTypes: [{ name: 'proverb', metrics: [{ name: 'proverb_words', package: 'touchstone-proverbs' }] }],
        datasetLoaders: [
            {
                extensions: ['.proverbs'],
                open: async (path) => ({
                    name: 'proverbs',
                    rereadable: true,
                    source: path,
                    rows: () => [
                        { inputs: '가는 말', answer: '가는 말이 곱다', truth: '가는 말이 곱다', context: '말이' },
                        { inputs: 'a stitch', answer: 'a stitch in time', truth: 'a stitch saves nine', context: 'TIME' },
                    ],
                }),
            },
        ],
        register(registry) {
            registry.adapter('proverb', () => ({ languageModel: echo }), {
                form: 'proverb:/echo',
                description: 'says what it is asked',
                kinds: ['language'],
                variables: [],
                options: {},
            });
            registry.add(TRACKERS, {
                name: 'proverb-board',
                start: async ({ status }) => void told.push(['start', status]),
                tell: async (entries) => void told.push(...entries.map(({ type }) => type)),
                end: async (status) => void told.push(['end', status]),
            });
            registry.provide(PRICES, { usd: (_, { inputTokens = 0, outputTokens = 0 }) => inputTokens * 0.01 + outputTokens * 0.02 });
        },
    });
}
