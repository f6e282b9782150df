import { messageOf } from '@touchstone/core';
import type { Scripted } from './answers.ts';
import type { FakeRequest } from './fake-request.ts';
import { type Fault, isFault } from './faults.ts';

/** Thrown when a script answers with a fault. */
export class ScriptedFault extends Error {
  override readonly name = 'ScriptedFault';
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.fault);
    this.fault = fault;
  }
}

/** Thrown when a script answers with a response that is to be sent as it is. */
export class ScriptedResponse extends Error {
  override readonly name = 'ScriptedResponse';
  readonly response: Response;

  constructor(response: Response) {
    super(`${response.status}`);
    this.response = response;
  }
}

/**
 * What the script says; `undefined` when it leaves the answer to the default.
 *
 * @param isAnswer scripts may be written without types
 * @throws ScriptedFault, ScriptedResponse, and an Error when the script fails or says what is no answer
 */
export async function scriptedAnswer<Q extends FakeRequest, A>(
  name: string,
  scripted: Scripted<Q, A> | undefined,
  request: Q,
  isAnswer: (value: unknown) => value is A,
): Promise<A | undefined> {
  const answer = isScript(scripted) ? await run(name, scripted, request) : scripted;
  if (answer === undefined) return undefined;
  if (isFault(answer)) throw new ScriptedFault(answer);
  if (answer instanceof Response) throw new ScriptedResponse(answer);
  if (!isAnswer(answer)) throw new Error(`answers.${name} gave ${JSON.stringify(answer)}, which is no answer to this request.`);
  return answer;
}

function isScript<Q extends FakeRequest, A>(
  scripted: Scripted<Q, A> | undefined,
): scripted is Extract<Scripted<Q, A>, (request: Q) => unknown> {
  return typeof scripted === 'function';
}

async function run<Q, A>(name: string, script: (request: Q) => A, request: Q): Promise<Awaited<A>> {
  try {
    return await script(request);
  } catch (error) {
    throw new Error(`answers.${name} threw: ${messageOf(error)}`, { cause: error });
  }
}
