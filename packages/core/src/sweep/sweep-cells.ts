import { type Problem, throwProblems } from '../errors/touchstone-error.ts';
import { type ChatModel, chat, isChat } from '../models/chat.ts';
import type { SweepCell, SweepRequest, SweptPrompt } from './sweep-request.ts';

/** Between the names of a model and a prompt. */
const JOINT = ' · ';

interface Named<T> {
  readonly name: string;
  readonly value: T;
}

/**
 * Every model with every prompt, model by model.
 * @throws TouchstoneError with all mistakes: `bad-option`, `duplicate-cell`
 */
export function sweepCells({ model, models, prompts }: Pick<SweepRequest, 'model' | 'models' | 'prompts'>): readonly SweepCell[] {
  const problems: Problem[] = [];
  const wrong = (message: string): void => void problems.push({ code: 'bad-option', message });
  if (model !== undefined && models !== undefined) wrong('model and models are both set: models alone has all of them.');
  const swept =
    models === undefined ? (model === undefined ? [] : [{ name: nameOf(model, 0), value: model }]) : namedModels(models);
  const said = Object.entries(prompts ?? {}).map(([name, value]) => ({ name, value }));
  if (swept.length === 0) {
    wrong(
      models === undefined && prompts !== undefined
        ? "prompts are sent to models, and there is none: add model: 'openai:/gpt-5-mini', or models with several."
        : "models names what is compared: { mini: 'openai:/gpt-5-mini', big: 'openai:/gpt-5' }, or a list.",
    );
  }
  if (prompts !== undefined && said.length === 0) wrong("prompts is empty: name some, { short: 'Answer briefly: {question}' }.");
  for (const { name, value } of said) {
    if (!isPrompt(value))
      wrong(
        `prompts: '${name}' must be a text such as 'Answer briefly: {question}', or a list of messages with role and content.`,
      );
  }
  for (const { name } of [...(models === undefined ? [] : swept), ...said]) {
    if (name.trim() === '') wrong('A model or prompt has an empty name.');
  }
  throwProblems(problems);

  const cells = swept.flatMap((one): readonly SweepCell[] =>
    said.length === 0
      ? [{ name: one.name, model: one.name, evaluated: one.value }]
      : said.map((prompt) => ({
          name: models === undefined ? prompt.name : `${one.name}${JOINT}${prompt.name}`,
          model: one.name,
          prompt: prompt.name,
          evaluated: withPrompt(one, prompt, problems),
        })),
  );
  const seen = new Set<string>();
  for (const { name } of cells) {
    if (seen.has(name)) {
      problems.push({
        code: 'duplicate-cell',
        message: `Two cells of the sweep are called '${name}': give the models names, { one: …, other: … }.`,
      });
    }
    seen.add(name);
  }
  throwProblems(unique(problems));
  return cells;
}

function namedModels(models: NonNullable<SweepRequest['models']>): readonly Named<unknown>[] {
  if (Array.isArray(models)) return models.map((value: unknown, index) => ({ name: nameOf(value, index), value }));
  return Object.entries(models).map(([name, value]) => ({ name, value }));
}

function nameOf(model: unknown, index: number): string {
  if (typeof model === 'string') return model;
  if (typeof model === 'function' && model.name !== '') return model.name;
  if (isChat(model)) return nameOf(model.model, index);
  if (typeof model === 'object' && model !== null && 'id' in model && typeof model.id === 'string') return model.id;
  return `model ${index + 1}`;
}

function isPrompt(value: unknown): value is SweptPrompt {
  if (typeof value === 'string') return value.trim() !== '';
  return Array.isArray(value) && value.length > 0;
}

function withPrompt({ name, value }: Named<unknown>, prompt: Named<SweptPrompt>, problems: Problem[]): unknown {
  const messages = typeof prompt.value === 'string' ? [{ role: 'user', content: prompt.value } as const] : prompt.value;
  const model = isChat(value) ? value : { model: value };
  if ('messages' in model && model.messages !== undefined) {
    problems.push({
      code: 'bad-option',
      message: `The model '${name}' has messages of its own, and prompts would replace them: leave out one or the other.`,
    });
    return undefined;
  }
  if (typeof model.model !== 'string' && !(typeof model.model === 'object' && model.model !== null && 'send' in model.model)) {
    problems.push({
      code: 'bad-option',
      message: `The model '${name}' takes no prompt: prompts are for models by URI, and language models.`,
    });
    return undefined;
  }
  const { model: asked, parameters, options } = model as ChatModel;
  return chat(asked, {
    messages,
    ...(parameters === undefined ? {} : { parameters }),
    ...(options === undefined ? {} : { options }),
  });
}

function unique(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()];
}
