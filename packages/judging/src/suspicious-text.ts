import { hasHiddenText, visibleText } from './visible-text.ts';

/** Flag of scores whose row speaks to the judge. */
export const SUSPECTED = 'injection-suspected';

/** Letters of other scripts that look like Latin ones, as attacks use them. */
const LOOKALIKES: Readonly<Record<string, string>> = Object.fromEntries(
  'аa еe оo рp сc уy хx іi јj ѕs ԁd һh ԛq ԝw гr кk мm тt вb нh αa οo ρp νv ιi κk τt εe υu ɡg ɩi ɑa ıi'
    .split(' ')
    .map(([from = '', to = '']) => [from, to]),
);

const SIGNS: readonly (readonly [string, RegExp])[] = [
  [
    'countermands',
    /\b(?:ignore|disregard|forget|override|bypass|skip|do not (?:follow|apply|use))\b.{0,60}\b(?:instructions?|rubric|rules?|criteria|prompt|guidelines?|above|previous|examples?)\b/u,
  ],
  ['countermands', /(?:지시|기준|규칙|루브릭|채점|위의|이전|앞의).{0,20}(?:무시|따르지|잊)/u],
  [
    'asks-for-a-score',
    /\b(?:give|assign|award|grade|rate|score|return|output|respond|answer|reply|print|write|set|mark)\b.{0,60}(?:\b(?:score|rating|grade|verdict|marks?)\b.{0,30}(?:\d|five|full|max|highest|perfect|top|yes|true|pass)|\b(?:full|max(?:imum)?|highest|perfect|top)\s+(?:score|marks?|rating|grade|points?)|\ba (?:5|five|10|ten|100)\b)/u,
  ],
  ['asks-for-a-score', /(?:점수|평점|만점|최고점|\d\s*점).{0,20}(?:주세요|줘|부여|매겨|출력|달라|주십시오)/u],
  ['states-a-score', /(?:^|\n)[\s>*_#"'|-]*(?:final |overall )?(?:score|rating|점수)["'*_]*\s*[:=]/u],
  ['states-a-score', /["'](?:score|justification|rating)["']\s*:/u],
  [
    'poses-as-another',
    /(?:^|\n)\s*(?:#+\s*)?(?:system|assistant|user|developer|human|administrator)\s*(?:prompt|message|note|override)?\s*:|<\|[\w ]+\|>|\[\/?inst\]|<<\/?sys>>|<\/?(?:system|assistant|user|instructions?|prompt)>/u,
  ],
  [
    'speaks-to-the-judge',
    /\b(?:(?:note|message|attention|dear|hello|hey|hi|important)\b.{0,20}\b(?:judge|grader|evaluator|reviewer|llm|ai model|assistant)|(?:you are|as) (?:now )?(?:an?|the) (?:impartial |fair |strict |new )?(?:judge|grader|evaluator)|the (?:judge|grader|evaluator) (?:must|should|will|shall|has to))\b/u,
  ],
  ['speaks-to-the-judge', /(?:채점자|평가자|심사위원|판정자).{0,20}(?:에게|님|는|께)/u],
  [
    'imitates-the-prompt',
    /<\/?\s*data\b|(?:^|\n)\s*(?:task|grading rubric|metric definition|end of (?:output|input|material|data))\s*:?\s*(?:\n|$)/u,
  ],
];

/**
 * What in a text looks like an attempt to steer the judge, by kind; empty for most texts. Only a hint for people: the quotation of the text
 * is what protects, and a text about prompts trips it as well.
 */
export function suspicionsOf(text: string): readonly string[] {
  const plain = folded(text);
  const found = SIGNS.flatMap(([sign, pattern]) => (pattern.test(plain) ? [sign] : []));
  return [...new Set([...found, ...(hasHiddenText(text) ? ['hides-text'] : [])])];
}

/** As a model may read it: look-alikes folded, case and runs of blanks gone. Long texts are looked at in their beginning and end. */
function folded(text: string): string {
  const part = text.length <= 2 * LOOKED_AT ? text : `${text.slice(0, LOOKED_AT)}\n${text.slice(-LOOKED_AT)}`;
  return visibleText(part)
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\S\n]+/gu, ' ')
    .replaceAll(/[\u0370-\u052f\u0250-\u02af\u0131]/gu, (letter) => LOOKALIKES[letter] ?? letter);
}

/** Characters from each end of a text. */
const LOOKED_AT = 100_000;
