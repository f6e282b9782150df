// What the fake provider says: as a model the predictions of the static data set, as a judge what a fair one would say of these.
import type { FakeAnswers } from '@touchstone/testing/fake-provider';
import { answered } from './questions.ts';
import { replies } from './replies.ts';

interface Grade {
  readonly score: number | boolean;
  readonly justification: string;
}

/** Metric → a grade for each row of its data. */
const grades: Readonly<Record<string, readonly Grade[]>> = {
  answer_similarity: [
    { score: 5, justification: 'Output and target are the same.' },
    { score: 4, justification: 'The same process in other words; the output adds that the dough grows.' },
    { score: 5, justification: 'Output and target are the same.' },
    { score: 2, justification: 'Both tell a cause, but the target speaks of pigments and the output of cold nights.' },
  ],
  answer_relevance: [
    { score: 5, justification: 'The output names the capital that was asked for.' },
    { score: 5, justification: 'Every part of the output explains why dough rises.' },
    { score: 5, justification: 'The output names the month that was asked for.' },
    { score: 3, justification: 'The output gives a cause, and does not say what it has to do with the colour.' },
  ],
  professionalism: [
    { score: 5, justification: 'Polite, with dates and an apology.' },
    { score: 1, justification: 'Slang, and no way out for the customer.' },
    { score: 5, justification: 'Formal Korean, to the point.' },
  ],
  apologizes: [
    { score: true, justification: 'It says sorry that it takes longer.' },
    { score: false, justification: 'There is no word of regret.' },
    { score: true, justification: 'It ends with an apology.' },
  ],
};

/** The answer of a model to a text that holds one of the questions. */
function answerTo(text: string): string | undefined {
  return answered.find(({ inputs }) => text.includes(inputs))?.predictions;
}

/** The grade of the row whose output stands in the prompt of a judge. */
function gradeIn(prompt: string, metric: string): Grade | undefined {
  const rows = [answered, replies].find((data) => data.some(({ predictions }) => prompt.includes(predictions))) ?? [];
  return grades[metric]?.[rows.findIndex(({ predictions }) => prompt.includes(predictions))];
}

export const answers: FakeAnswers = {
  chat({ prompt, schema }) {
    const metric = Object.keys(grades).find((name) => prompt.includes(name));
    if (metric === undefined) return answerTo(prompt);
    const grade = gradeIn(prompt, metric);
    if (grade === undefined) return undefined;
    const { score, justification } = grade;
    return schema === undefined ? `justification: ${justification}\nscore: ${score}` : JSON.stringify({ justification, score });
  },
  score: ({ row }) => answerTo(JSON.stringify(row)) ?? null,
  app({ path, body }) {
    const answer = answerTo(JSON.stringify(body)) ?? '';
    return path.endsWith('/chat') ? { choices: [{ message: { role: 'assistant', content: answer } }] } : { answer, passages: [] };
  },
};
