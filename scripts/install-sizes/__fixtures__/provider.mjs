/** What the fake provider answers to the programs. Questions that ask for JSON get what follows their schema. */
export default {
  answers: {
    chat: ({ prompt, schema }) => (schema === undefined ? `You said: ${prompt}` : undefined),
    app: ({ body }) => ({ answer: `You said: ${body.q}` }),
  },
};
