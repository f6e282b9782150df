import type { Answer, Generated, GenerateRequest, Json } from '@touchstone/core';

/** Models that answer by a JSON Schema through a tool only: all before Opus 4.1 and Sonnet 4.5. */
const WITHOUT_SCHEMA = /claude-(?:instant|[123](?:[.-]|$)|(?:opus|sonnet)-4-(?:0$|2025))/u;

/** The tool whose input is the answer. */
const NAME = 'answer';

export function answersByTool(model: string, { output, tools }: GenerateRequest): boolean {
  // Beside tools of the user's own it would have to be forced, and theirs would never be called.
  return output !== undefined && tools === undefined && WITHOUT_SCHEMA.test(model);
}

/** The tool that a model must call, and with it answers by the schema. A model that thinks can be asked to, and not be forced. */
export function answerTool(schema: Json, thinks: boolean): { readonly [name: string]: Json } {
  return {
    tools: [{ name: NAME, description: 'Gives the answer. Call it once, and say nothing besides.', input_schema: schema }],
    tool_choice: thinks ? { type: 'auto' } : { type: 'tool', name: NAME },
  };
}

/** The input of the tool as the text that a schema gives elsewhere. Cut off at the limit of tokens, it stays what it is. */
export function textOfTool(answer: Answer<Generated>): Answer<Generated> {
  const { toolCalls, ...value } = answer.value;
  const call = toolCalls?.find(({ name }) => name === NAME);
  if (call === undefined) return answer;
  const text = typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments);
  return { ...answer, value: { ...value, text }, ...(answer.finish === 'tool' ? { finish: 'stop' as const } : {}) };
}
