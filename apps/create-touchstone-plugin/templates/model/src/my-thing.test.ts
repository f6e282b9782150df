import { modelAdapterConformance, pluginConformance } from '@touchstone/testing';
import myThingPlugin from './index.ts';

pluginConformance(myThingPlugin, { manifest: new URL('../package.json', import.meta.url) });

modelAdapterConformance(myThingPlugin, {
  uri: 'my-thing:/small',
  env: { MY_THING_API_KEY: 'a-key-that-nobody-must-see' },
  // Plays the service: what it answers when all is well.
  respond: async (request) => {
    const { messages } = (await request.json()) as { readonly messages: readonly { readonly content: string }[] };
    return Response.json({ text: `들었습니다: ${messages.at(-1)?.content}`, usage: { input: 12, output: 5 } });
  },
  malformed: ['my-thing:/', 'my-thing:small', 'my-thing:/a/b'],
});
