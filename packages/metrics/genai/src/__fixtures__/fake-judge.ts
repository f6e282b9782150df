import { type Answer, type Generated, type GenerateRequest, type LanguageModel, ServiceError } from '@touchstone/core';

/** What a fake judge answers: a text, an answer with more to it, or an error. */
export type Reply = string | (Omit<Answer<Generated>, 'value'> & { readonly value: Generated }) | ServiceError;

export interface FakeJudge extends LanguageModel {
  readonly asked: GenerateRequest[];
}

/** A judge that answers as it is told, and remembers what it was asked. */
export function fakeJudge(reply: (prompt: string, request: GenerateRequest) => Reply, id = 'fake:/judge'): FakeJudge {
  const asked: GenerateRequest[] = [];
  return {
    kind: 'language',
    id,
    identity: { id },
    scopes: async () => [id],
    asked,
    send: async (request) => {
      asked.push(request);
      const answer = reply(promptOf(request), request);
      if (answer instanceof ServiceError) throw answer;
      return typeof answer === 'string' ? { value: { text: answer }, servedBy: 'judge-2026-11-01', finish: 'stop' } : answer;
    },
  };
}

export function promptOf({ messages }: GenerateRequest): string {
  return String(messages[0]?.content);
}

/** An answer in the form that the request asks for. */
export function verdict(request: GenerateRequest, score: number | boolean | string, justification = 'because'): string {
  return request.output === undefined
    ? `justification: ${justification}\nscore: ${typeof score === 'boolean' ? (score ? 'yes' : 'no') : score}`
    : JSON.stringify({ justification, score });
}
