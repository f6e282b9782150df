import { uniforms } from '../rouge/uniforms.ts';

/**
 * Texts of that many words in sentences of about fifteen. Words are drawn as in language, a few often and most rarely: little
 * words, then stems, then their other forms, most of which a dictionary has. The same texts on every machine.
 */
export function makeTexts(count: number, words: number): readonly string[] {
  const next = uniforms(words);
  return Array.from({ length: count }, () => Array.from({ length: words }, (_, at) => makeWord(next, at)).join(' '));
}

const LITTLE =
  'the of and to a in that it was for on with as be by at this from or had not but what all were when we there can an your which their if do will each how them then she many some so these would other into has more her two him see time could no make than first been its who now people my made over did down only way find use may long little very after word called just where most know';

const STEMS =
  'answer appear ask attach build cancel clean collect compact compute connect consider control correct count cover decorat depend design develop direct discover document educat embark enter establish estimat evaluat explain farm follow form garden gather govern happen hunt inform insist interview invent invit jump kick land learn lift light listen load lock mark measur operat order paint pass plant play point predict prefer present print publish question reach record remember report return sail shift show sort suggest support talk test train transport turn understand visit wait walk want work';

const ENDINGS = ['', 's', 'ing', 'ed', 'er', 'able', 'ation', 'ers', 'ational', 'ingly'];

const VOCABULARY = [...LITTLE.split(' '), ...ENDINGS.flatMap((ending) => STEMS.split(' ').map((stem) => `${stem}${ending}`))];

/** The word of rank r is drawn about 1 / r times (Zipf). */
function makeWord(next: () => number, at: number): string {
  const word = VOCABULARY[Math.floor(VOCABULARY.length ** next()) - 1] ?? 'the';
  const inSentence = at % 15;
  if (inSentence === 0) return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
  if (inSentence === 14) return `${word}.`;
  return inSentence === 7 ? `${word},` : word;
}
