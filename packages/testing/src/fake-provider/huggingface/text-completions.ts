import { defaultText } from '../default-text.ts';
import type { TextRequest } from '../fake-request.ts';
import { numberIn, objectIn, textIn } from '../json-access.ts';
import type { ProviderState } from '../provider-state.ts';
import { scriptedAnswer } from '../scripted-answer.ts';
import { countTokens, tokenPieces } from '../token-pieces.ts';
import { declineFor, knownModel } from '../wire/decline.ts';
import type { Endpoint, Task } from '../wire/endpoint.ts';
import { type Incoming, idOf, secondsOf } from '../wire/incoming.ts';
import { record, required, string } from '../wire/shape.ts';
import { huggingfaceFamily } from './huggingface-family.ts';

/** `POST …/v1/completions`: how the router serves text generation. */
export function textCompletions(model: () => string): Endpoint {
  return {
    family: huggingfaceFamily,
    method: 'POST',
    model,
    open(incoming, state): Task {
      const body = objectIn(incoming.request.body);
      declineFor(huggingfaceFamily, incoming, record({ prompt: required(string) }, 'open')(body));
      const traits = knownModel(huggingfaceFamily, incoming, state);
      const prompt = textIn(body.prompt);
      const most = numberIn(body.max_tokens);
      return {
        tokens: countTokens(prompt) + (most ?? 0),
        async answer(instead) {
          const generated = await generateText(prompt, most, incoming, state);
          const usage = {
            prompt_tokens: countTokens(prompt),
            completion_tokens: countTokens(generated.text),
            total_tokens: countTokens(prompt) + countTokens(generated.text),
          };
          const choice = { index: 0, text: generated.text, logprobs: null, finish_reason: generated.short ? 'length' : 'stop' };
          return {
            json: {
              id: `cmpl-${idOf(incoming, 24)}`,
              object: 'text_completion',
              created: secondsOf(incoming),
              model: traits.servedBy ?? incoming.request.model,
              choices: instead === 'empty' ? [] : [choice],
              usage,
            },
            tokens: usage.total_tokens,
          };
        },
      };
    },
  };
}

/** What the script makes of a prompt, or the default, cut to so many tokens. */
export async function generateText(
  text: string,
  most: number | undefined,
  incoming: Incoming,
  state: ProviderState,
): Promise<{ readonly text: string; readonly short: boolean }> {
  const request: TextRequest = { ...incoming.request, text };
  const generated = (await scriptedAnswer('generate', state.answers.generate, request, isText)) ?? defaultText(incoming.random);
  const pieces = tokenPieces(generated);
  return most === undefined || pieces.length <= most
    ? { text: generated, short: false }
    : { text: pieces.slice(0, most).join(''), short: true };
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}
