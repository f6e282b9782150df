import { type GenerateRequest, type Json, type Message, ServiceError } from '@touchstone/core';

/** A turn as Parley has it. */
export interface Turn {
  readonly by: 'guide' | 'guest' | 'voice';
  readonly words: string;
}

const BY = { system: 'guide', user: 'guest', assistant: 'voice' } as const;
/** Neutral name → Parley's. */
const PARAMETERS: Readonly<Record<string, string>> = { maxOutputTokens: 'limit', temperature: 'whim', seed: 'seed' };

/**
 * A request in Parley's words. What it cannot do is an error where the user asked for it, and a note where it is a default of a metric.
 *
 * @throws ServiceError `bad-request`
 */
export function turnsOf({ messages, parameters = {}, defaults = {}, tools, output }: GenerateRequest): {
  readonly turns: readonly Turn[];
  readonly extras: Readonly<Record<string, Json>>;
  readonly notes: readonly string[];
} {
  if (tools !== undefined) throw new ServiceError('bad-request', 'Parley has no tools: leave tools out');
  // Judges that are refused a schema are asked in words.
  if (output !== undefined) throw new ServiceError('bad-request', 'Parley answers in words, and follows no schema');
  const left = Object.keys(defaults).filter((name) => !Object.hasOwn(PARAMETERS, name));
  const wanted = { ...Object.fromEntries(Object.entries(defaults).filter(([name]) => !left.includes(name))), ...parameters };
  return {
    turns: messages.map(turnOf),
    // Names that are not neutral ones reach the server as they are.
    extras: Object.fromEntries(Object.entries(wanted).map(([name, value]) => [PARAMETERS[name] ?? name, value])),
    notes: left.map((name) => `${name} was left out, Parley takes none`),
  };
}

function turnOf(message: Message): Turn {
  if (message.role === 'tool')
    throw new ServiceError('bad-request', 'Parley has no tools: a message with the role tool cannot be sent');
  const { content } = message;
  if (typeof content === 'string') return { by: BY[message.role], words: content };
  const words = (content ?? []).map((part) => {
    if (part.type === 'text') return part.text;
    throw new ServiceError('bad-request', `Parley reads texts only, and was sent an ${part.type}`);
  });
  return { by: BY[message.role], words: words.join('\n') };
}
