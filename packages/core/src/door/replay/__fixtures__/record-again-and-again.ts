import { evaluate, metric, type Service } from '../../../index.ts';

/** Records the same questions with other answers, until it is killed. */
const [, , file = ''] = process.argv;
const service: Service = {
  id: 'test:/model',
  identity: 'one',
  scopes: async () => [],
  send: async (request) => ({ value: `${String(request)} ${Math.random()} ${'긴 답 '.repeat(Number(request) % 50 === 0 ? 2000 : 900)}` }),
};
for (;;) {
  await evaluate({
    data: Array.from({ length: 1000 }, (_, n) => ({ q: n })),
    model: {
      id: 'asking',
      identity: 1,
      predict: async ([row], [work]) => [{ value: (await work?.ask(service, row?.q ?? null))?.value ?? '' }],
    },
    extraMetrics: [metric('length', ({ predictions }) => String(predictions).length)],
    cassette: { file, mode: 'record' },
  });
  process.stdout.write('recorded\n');
}
