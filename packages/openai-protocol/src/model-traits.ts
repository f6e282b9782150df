/**
 * Models that think before they answer: they take no temperature and their like, and count what they thought as output. The names of
 * OpenAI's; a chat variant of a newer generation (`gpt-5-chat-latest`) does not think.
 */
export function isReasoningModel(model: string): boolean {
  const name = model.replace(/^ft:/u, '').split('/').at(-1) ?? model;
  return /^(?:o\d|gpt-[5-9])/u.test(name) && !/chat/u.test(name);
}
