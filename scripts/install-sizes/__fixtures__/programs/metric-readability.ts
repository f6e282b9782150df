import { evaluate } from '@touchstone/core';
import { ariGradeLevel, fleschKincaidGradeLevel } from '@touchstone/metric-readability';
import { close } from './equal.js';

const results = await evaluate({
  data: [{ answer: 'The cat sat on the mat. It was a warm day.' }],
  predictions: 'answer',
  extraMetrics: [fleschKincaidGradeLevel(), ariGradeLevel()],
});
// 11 words, 11 syllables, 2 sentences.
close(results.metrics['flesch_kincaid_grade_level/v1/mean'], 0.39 * 5.5 + 11.8 - 15.59);
