import { type Answer, type Generated, type GenerateRequest, type ServiceCall, ServiceError } from '@touchstone/core';
import type OpenAI from 'openai';
import { chatAnswer, chatBody, chatDefaults, chatOfStream, type OutputLimit } from './chat-format.ts';
import type { Learned, OpenAIConnection } from './openai-services.ts';
import { sendTaken } from './send-taken.ts';

type Body = OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;

/** One chat completion. */
export async function askChat(
  connection: OpenAIConnection,
  request: GenerateRequest,
  io: ServiceCall,
  learned: Learned,
): Promise<Answer<Generated>> {
  const { provider, model } = connection;
  const send = (refused: ReadonlySet<string>, limit: OutputLimit) => {
    const { body, notes } = chatBody(model, request, limit, refused);
    return answered(connection, body as unknown as Body, notes, io);
  };
  const { outputLimit } = learned;
  try {
    return await sendTaken(provider, chatDefaults(request), learned, (refused) => send(refused, outputLimit));
  } catch (error) {
    const other = outputLimit === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
    if (!isRefusedLimit(error, outputLimit)) throw error;
    learned.outputLimit = other;
    return sendTaken(provider, chatDefaults(request), learned, (refused) => send(refused, other));
  }
}

/** Parameters may be anything: what is none, the provider says. */
async function answered(
  { provider, client, stream }: OpenAIConnection,
  body: Body,
  notes: readonly string[],
  io: ServiceCall,
): Promise<Answer<Generated>> {
  const { completions } = client(io.fetch).chat;
  const { signal } = io;
  if (!stream) return chatAnswer(provider, await completions.create(body, { signal }), notes);
  const chunks = await completions.create({ ...body, stream: true, stream_options: { include_usage: true } }, { signal });
  return chatAnswer(provider, await chatOfStream(chunks, () => io.firstToken()), notes);
}

/** A thinking model under another name wants the newer name of the limit, an older server knows the older one only. */
function isRefusedLimit(error: unknown, limit: OutputLimit): boolean {
  if (!ServiceError.isInstance(error) || error.code !== 'bad-request') return false;
  return limit === 'max_tokens'
    ? /max_tokens.*use '?max_completion_tokens/isu.test(error.message)
    : /(?:unrecognized|unknown|extra|unexpected).*max_completion_tokens/isu.test(error.message);
}
