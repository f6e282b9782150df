import { TouchstoneError } from '@touchstone/core';
import { describeScale, type Scale } from '@touchstone/judging';

/** `Score 4`, `4:`, `- 4 –`, `4점`: how rubrics name their levels. */
const LEVEL = /(?:\b(?:score|rating|level|grade)s?(?:\s+of)?\s*[:=]?\s*|^[\s\-*•]*)(-?\d+(?:\.\d+)?)(?![\d.]*\d)/gimu;

/** A rubric says what at least one score means, and names none that is off the scale. @throws TouchstoneError `bad-rubric` */
export function checkRubric(name: string, gradingPrompt: string, scale: Scale): void {
  const bad = (what: string): TouchstoneError => new TouchstoneError('bad-rubric', `${name}: ${what}`);
  if (scale.kind === 'numeric') {
    const levels = Array.from(gradingPrompt.matchAll(LEVEL), ([, level]) => Number(level));
    const outside = levels.find((level) => level < scale.min || level > scale.max);
    if (outside !== undefined) {
      throw bad(
        `gradingPrompt names a score ${outside}, and the scale is ${describeScale(scale)}: say scale: [${Math.min(scale.min, ...levels)}, ${Math.max(scale.max, ...levels)}], or correct the rubric.`,
      );
    }
    if (levels.length > 0 || /\d/u.test(gradingPrompt)) return;
    throw bad(
      `gradingPrompt names no level of the scale (${describeScale(scale)}): write what each score means, as in 'Score ${scale.min}: … Score ${scale.max}: …'.`,
    );
  }
  const words = scale.kind === 'labels' ? Object.keys(scale.weights) : ['yes', 'no', 'true', 'false', 'pass', 'fail'];
  const text = gradingPrompt.toLowerCase();
  if (words.some((word) => text.includes(word.toLowerCase()))) return;
  throw bad(
    `gradingPrompt names none of ${words.join(', ')}: write what ${scale.kind === 'labels' ? 'each label' : 'yes and no'} means.`,
  );
}
