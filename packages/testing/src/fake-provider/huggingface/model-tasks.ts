import { defaultLabels, defaultSummary } from '../default-text.ts';
import type { QuestionRequest, TextRequest } from '../fake-request.ts';
import { isObject, type JsonObject, numberIn, objectIn, textIn, textsIn } from '../json-access.ts';
import { dimensionsOf, taskOf } from '../model-traits.ts';
import { embedText } from '../openai/embeddings.ts';
import type { ProviderState } from '../provider-state.ts';
import { scriptedAnswer } from '../scripted-answer.ts';
import { countTokens } from '../token-pieces.ts';
import { declineFor, knownModel } from '../wire/decline.ts';
import type { Endpoint, Task } from '../wire/endpoint.ts';
import type { Incoming } from '../wire/incoming.ts';
import { byType, type Check, list, record, required, string } from '../wire/shape.ts';
import { huggingfaceFamily } from './huggingface-family.ts';
import { generateText, isText } from './text-completions.ts';

/** `POST …/models/ORG/NAME`: what is done with the inputs depends on the model, and on whether they are a question with its context. */
export function modelTask(model: () => string): Endpoint {
  return {
    family: huggingfaceFamily,
    method: 'POST',
    model,
    open(incoming, state): Task {
      const body = objectIn(incoming.request.body);
      const traits = knownModel(huggingfaceFamily, incoming, state);
      const task = isObject(body.inputs) ? 'question-answering' : taskOf(traits, model());
      declineFor(huggingfaceFamily, incoming, CHECKS[task](body));
      if (task === 'feature-extraction') return featureExtraction(model).open(incoming, state);
      return {
        tokens: textsIn(body.inputs).reduce((sum, text) => sum + countTokens(text), 0),
        answer: async (instead) => ({ json: instead === 'empty' ? [] : await ANSWERS[task](body, incoming, state) }),
      };
    },
  };
}

/** `POST …/models/ORG/NAME/pipeline/feature-extraction`: a vector for a text, a list of vectors for a list. */
export function featureExtraction(model: () => string): Endpoint {
  return {
    family: huggingfaceFamily,
    method: 'POST',
    model,
    open(incoming, state): Task {
      const { inputs } = objectIn(incoming.request.body);
      declineFor(huggingfaceFamily, incoming, CHECKS['feature-extraction'](incoming.request.body));
      const dimensions = dimensionsOf(knownModel(huggingfaceFamily, incoming, state), model());
      const texts = textsIn(inputs);
      return {
        tokens: texts.reduce((sum, text) => sum + countTokens(text), 0),
        async answer(instead) {
          if (instead === 'empty') return { json: [] };
          const vectors = await Promise.all(texts.map((text) => embedText(text, dimensions, incoming, state)));
          return { json: typeof inputs === 'string' ? vectors[0] : vectors };
        },
      };
    },
  };
}

const TEXTS: Check = byType('a string', { string, array: list(string, { min: 1 }) });

const CHECKS = {
  'text-generation': record({ inputs: required(string) }, 'open'),
  summarization: record({ inputs: required(TEXTS) }, 'open'),
  'text-classification': record({ inputs: required(TEXTS) }, 'open'),
  'feature-extraction': record({ inputs: required(TEXTS) }, 'open'),
  'question-answering': record(
    { inputs: required(record({ question: required(string), context: required(string) }, 'open')) },
    'open',
  ),
} satisfies Readonly<Record<string, Check>>;

const ANSWERS = {
  'text-generation': async (body: JsonObject, incoming: Incoming, state: ProviderState) => {
    const most = numberIn(objectIn(body.parameters).max_new_tokens);
    const { text } = await generateText(textIn(body.inputs), most, incoming, state);
    const whole = objectIn(body.parameters).return_full_text === true ? `${textIn(body.inputs)}${text}` : text;
    return [{ generated_text: whole }];
  },

  summarization: (body: JsonObject, incoming: Incoming, state: ProviderState) =>
    Promise.all(
      textsIn(body.inputs).map(async (text) => {
        const request: TextRequest = { ...incoming.request, text };
        return {
          summary_text: (await scriptedAnswer('summarize', state.answers.summarize, request, isText)) ?? defaultSummary(text),
        };
      }),
    ),

  'text-classification': (body: JsonObject, incoming: Incoming, state: ProviderState) =>
    Promise.all(
      textsIn(body.inputs).map(async (text) => {
        const request: TextRequest = { ...incoming.request, text };
        const scores =
          (await scriptedAnswer('classify', state.answers.classify, request, isScores)) ??
          defaultLabels(request.model, incoming.random);
        const labels = Object.entries(scores).map(([label, score]) => ({ label, score }));
        return labels.sort((a, b) => b.score - a.score).slice(0, numberIn(objectIn(body.parameters).top_k));
      }),
    ),

  'question-answering': async (body: JsonObject, incoming: Incoming, state: ProviderState) => {
    const { question, context } = objectIn(body.inputs);
    const request: QuestionRequest = { ...incoming.request, question: textIn(question), context: textIn(context) };
    const scripted = await scriptedAnswer('answerQuestion', state.answers.answerQuestion, request, isText);
    const answer = scripted ?? request.context.trim().split(/\s+/)[0] ?? '';
    const start = Math.max(0, request.context.indexOf(answer));
    return { answer, score: 0.5 + 0.5 * incoming.random.at('score', 0), start, end: start + answer.length };
  },
};

function isScores(value: unknown): value is Readonly<Record<string, number>> {
  return isObject(value) && Object.values(value).every((score) => typeof score === 'number');
}
