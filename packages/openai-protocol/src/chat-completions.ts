import type { Answer, Generated, GenerateRequest, ServiceCall } from '@touchstone/core';
import type OpenAI from 'openai';
import { chatAnswer, chatBody, chatOfStream } from './chat-format.ts';
import type { OpenAIConnection } from './openai-services.ts';

type Body = OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;

/** One chat completion. */
export async function askChat(
  connection: OpenAIConnection,
  request: GenerateRequest,
  io: ServiceCall,
): Promise<Answer<Generated>> {
  const { provider, model, outputLimit } = connection;
  const { body, notes } = chatBody(model, request, outputLimit);
  // Parameters may be anything: what is none, the provider says.
  const params = body as unknown as Body;
  const { completions } = connection.client(io.fetch).chat;
  const { signal } = io;
  if (!connection.stream) return chatAnswer(provider, await completions.create(params, { signal }), notes);
  const chunks = await completions.create({ ...params, stream: true, stream_options: { include_usage: true } }, { signal });
  return chatAnswer(provider, await chatOfStream(chunks, () => io.firstToken()), notes);
}
