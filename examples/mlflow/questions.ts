/** What is asked, and what a good answer says. MLflow would have it as a DataFrame with these columns. */
export const questions = [
  { inputs: 'What is the capital of Iceland?', ground_truth: 'Reykjavik.' },
  {
    inputs: 'Why does bread dough rise?',
    ground_truth: 'Yeast eats sugars in the dough and gives off carbon dioxide, which the gluten holds in bubbles.',
  },
  { inputs: 'Which month has the fewest days?', ground_truth: 'February.' },
  {
    inputs: 'Why do leaves turn yellow in autumn?',
    ground_truth: 'The green chlorophyll in them breaks down, and yellow pigments that it had covered can be seen.',
  },
];

/** What some model has answered, in the order of the questions. */
const predictions = [
  'Reykjavik.',
  'Yeast feeds on sugars in the dough and gives off carbon dioxide. The gluten holds the gas in bubbles, so the dough grows.',
  'February.',
  'Because the nights get colder.',
];

/** What a retriever had found for it. */
const context = [
  'Reykjavik, on the south-west coast, is the capital of Iceland and its largest town.',
  'Baker’s yeast ferments sugars of the flour. The carbon dioxide that this sets free is held by the gluten of the dough.',
  'February has 28 days, and 29 in leap years; every other month has 30 or 31.',
  'Trees stop making chlorophyll in autumn. What is left of it breaks down, and carotenoids, which are yellow, become visible.',
];

/** A static data set: the outputs exist already. */
export const answered = questions.map((row, index) => ({
  ...row,
  predictions: predictions[index] ?? '',
  context: context[index] ?? '',
}));
