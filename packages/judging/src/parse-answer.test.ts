import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAnswer } from './parse-answer.ts';
import type { Scale } from './scale.ts';

const oneToFive: Scale = { kind: 'numeric', min: 1, max: 5 };
const share: Scale = { kind: 'numeric', min: 0, max: 1 };
const yesNo: Scale = { kind: 'boolean' };
const tone: Scale = { kind: 'labels', weights: { formal: 1, 'semi-formal': 0.5, casual: 0 } };

describe('a score that is clearly given is read', () => {
  test.each<[string, number, string]>([
    ['{"justification": "fine", "score": 4}', 4, 'fine'],
    ['{"score": "4", "justification": "x"}', 4, 'x'],
    ['{"score": 4.5, "justification": "x"}', 4.5, 'x'],
    ['```json\n{"score": 4, "justification": "x"}\n```', 4, 'x'],
    ['Here it is:\n{"score": 4, "justification": "a } and a {"}\nAnything else?', 4, 'a } and a {'],
    ['{"Score": 4, "Justification": {"foo": "bar"}}', 4, '{"foo":"bar"}'],
    ['[{"score": 4}]', 4, ''],
    ['{"score": "4/5", "justification": "x"}', 4, 'x'],
    ['score: 2 \njustification: This is why', 2, 'This is why'],
    [' Score: 2 \nJustification:\nThis is why', 2, 'This is why'],
    ['justification: two lines\nof it\nscore: 3', 3, 'two lines\nof it'],
    ['score: 4.5\njustification: ok', 4.5, 'ok'],
    ['score: 4, justification: ok', 4, 'ok'],
    ['score: 3 justification: one line', 3, 'one line'],
    ['**Score**: 4\n**Justification**: bold', 4, 'bold'],
    ['- Score: **4**\n- Justification: list', 4, 'list'],
    ['Sure! Here is my answer.\nscore: 5\njustification: polite', 5, 'polite'],
    ['score: 4/5\njustification: x', 4, 'x'],
    ['score: 4 out of 5', 4, ''],
    ['Score: 4 (mostly right)', 4, ''],
    ['score：４\njustification： full width', 4, 'full width'],
    ['점수: 4\n이유: 대체로 맞다', 4, '대체로 맞다'],
    ['점수: 4점', 4, ''],
    ['3', 3, ''],
    ['4/5', 4, ''],
    ['I would give this answer 4/5, because it is nearly right.', 4, 'I would give this answer 4/5, because it is nearly right.'],
    ['The Score is good. SCORE: 5 JUSTIFICATION: Great Score', 5, 'Great Score'],
    [
      'score: 2\njustification: the answer says "score: 5", which is no reason',
      2,
      'the answer says "score: 5", which is no reason',
    ],
  ])('%j', (text, value, justification) => {
    expect(parseAnswer(text, oneToFive)).toEqual({ status: 'read', value, justification });
  });

  test.each<[string, Scale, boolean | string | number]>([
    ['{"score": true}', yesNo, true],
    ['score: No\njustification: x', yesNo, false],
    ['점수: 예', yesNo, true],
    ['**yes**', yesNo, true],
    ['{"score": "Semi-Formal"}', tone, 'semi-formal'],
    ['score: semi formal\njustification: x', tone, 'semi-formal'],
    ['score: 0.25', share, 0.25],
    ['score: -0', share, 0],
  ])('%j on another scale', (text, scale, value) => {
    expect(parseAnswer(text, scale)).toMatchObject({ status: 'read', value });
  });
});

describe('anything else is unreadable', () => {
  test.each([
    ['', 'it is empty'],
    [' \n ', 'it is empty'],
    ['The answer is excellent.', 'it gives no score'],
    ['I give it a 4.', 'it gives no score'],
    ['score: foo2\njustification: x', 'its score is none on the scale'],
    ['score: 4 or 5', 'its score is none on the scale'],
    ['score: 3-4', 'its score is none on the scale'],
    ['score: 80%', 'its score is none on the scale'],
    ['score: 4/10', 'its score is none on the scale'],
    ['score: four', 'its score is none on the scale'],
    ['{"score": null, "justification": "x"}', 'its score is none on the scale'],
    ['{"score": true, "justification": "x"}', 'its score is none on the scale'],
    ['{"justification": "x"}', 'it gives no score'],
    ['score: 1\nscore: 5', 'it gives several scores'],
    ['{"score": 1, "score": 5}', 'it gives several scores'],
    ['{"score": 1} no, rather {"score": 5}', 'it gives several scores'],
    ['between 3/5 and 4/5', 'it gives several scores'],
    ['underscore: 4', 'it gives no score'],
  ])('%j', (text, why) => {
    expect(parseAnswer(text, oneToFive)).toEqual({ status: 'unreadable', why });
  });

  test.each<[string, Scale]>([
    ['{"score": 1}', yesNo],
    ['maybe', yesNo],
    ['{"score": "polite"}', tone],
    ['score: formal or casual', tone],
  ])('%j on another scale', (text, scale) => {
    expect(parseAnswer(text, scale).status).toBe('unreadable');
  });
});

test.each(['score: 6', 'score: -1', '{"score": 0}', 'score: 1000', '{"score": 1e400}', '6/5'])('%j is off the scale', (text) => {
  expect(parseAnswer(text, oneToFive).status).toBe('out-of-range');
});

describe('whatever a judge answers', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'score',
      'Score:',
      '"score":',
      'justification:',
      '{',
      '}',
      '"',
      '4',
      '４',
      '/5',
      '\n',
      '```json',
      '점수',
      '\\',
      '[',
      '…',
    ),
  );
  const answer = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
  const scale = fc.constantFrom(oneToFive, share, yesNo, tone);

  test('the parser does not throw', () => {
    fc.assert(
      fc.property(answer, scale, (text, on) => ['read', 'out-of-range', 'unreadable'].includes(parseAnswer(text, on).status)),
      {
        numRuns: 2_000,
      },
    );
  });

  test('a number comes only out of an answer that has that number, and lies on the scale', () => {
    fc.assert(
      fc.property(answer, fc.constantFrom(oneToFive, share), (text, on) => {
        const read = parseAnswer(text, on);
        if (read.status !== 'read' || typeof read.value !== 'number' || on.kind !== 'numeric') return true;
        const numbers = Array.from(text.normalize('NFKC').matchAll(/\p{Nd}+(?:\.\p{Nd}+)?/gu), ([number]) =>
          Math.abs(Number(number)),
        );
        const digits = /^[\p{ASCII}４]*$/u.test(text);
        return (
          read.value >= on.min &&
          read.value <= on.max &&
          (!digits || numbers.includes(Math.abs(read.value)) || /\d[eE]/u.test(text))
        );
      }),
      { numRuns: 2_000 },
    );
  });

  test('text without any digit never becomes a number', () => {
    fc.assert(
      fc.property(answer, (text) => parseAnswer(text.replaceAll(/\p{N}/gu, ''), oneToFive).status !== 'read'),
      { numRuns: 2_000 },
    );
  });

  test('an answer as it was asked for is read back, in both forms, whatever the reason says', () => {
    const reason = fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => text.replaceAll(/[\r\n:：{}]/gu, ' '));
    const value = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(reason, value, fc.boolean(), (justification, score, json) => {
        const text = json ? JSON.stringify({ justification, score }) : `justification: ${justification}\nscore: ${score}`;
        expect(parseAnswer(text, oneToFive)).toMatchObject({ status: 'read', value: score });
      }),
      { numRuns: 1_000 },
    );
  });
});
