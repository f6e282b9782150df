import { describe, expect, test } from 'vitest';
import { stem } from './porter-stemmer.ts';

/** Each "word stem" as NLTK 3.10.4 gives it: `PorterStemmer().stem(word)`. */
const nltk = {
  plurals: 'caresses caress, ponies poni, ties tie, dies die, flies fli, caress caress, cats cat, 1990s 1990',
  'past and gerund':
    'feed feed, agreed agre, plastered plaster, bled bled, motoring motor, sing sing, conflated conflat, troubled troubl, sized size, hopping hop, tanned tan, falling fall, hissing hiss, fizzed fizz, failing fail, filing file, died die, spied spi, 3ing 3ing',
  'final y': 'happy happi, enjoy enjoy, fly fli, xyy xyy, sayyed sayi, syzygy syzygi',
  'long suffixes':
    'relational relat, conditional condit, rational ration, valenci valenc, digitizer digit, conformabli conform, radicalli radic, differentli differ, vileli vile, analogousli analog, vietnamization vietnam, predication predic, operator oper, feudalism feudal, decisiveness decis, hopefulness hope, callousness callous, formaliti formal, sensitiviti sensit, sensibiliti sensibl, hopefulli hope, geologi geolog, archaeologi archaeolog, triplicate triplic, formative form, formalize formal, electriciti electr, electrical electr, goodness good',
  'short suffixes':
    'revival reviv, allowance allow, inference infer, airliner airlin, gyroscopic gyroscop, adjustable adjust, defensible defens, irritant irrit, replacement replac, adjustment adjust, dependent depend, adoption adopt, homologou homolog, communism commun, activate activ, angulariti angular, effective effect, bowdlerize bowdler',
  'final e and double l': 'probate probat, rate rate, cease ceas, controll control, roll roll',
  'irregular words': 'sky sky, skies sky, dying die, news news, innings inning, proceed proceed',
  'one and two letters': 'a a, is is, y y',
};

describe('stem equals NLTK in its default mode', () => {
  test.each(Object.entries(nltk))('%s', (_, pairs) => {
    const expected = pairs.split(', ').map((pair) => pair.split(' '));
    expect(expected.map(([word = '']) => [word, stem(word)])).toEqual(expected);
  });
});

test('a word of a million letters y is stemmed in linear time', () => {
  expect(stem(`${'y'.repeat(1_000_000)}ing`)).toHaveLength(1_000_000);
});
