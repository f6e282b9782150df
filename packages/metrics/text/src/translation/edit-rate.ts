import { BandedDistance, type Rotation } from './banded-distance.ts';

/** The limits of sacrebleu 2.6.0; the first two are Tercom's. They are part of what TER is: the numbers show them. */
const MOST_WORDS_SHIFTED = 10;
const FARTHEST_SHIFT = 50;
const MOST_TRIALS = 1000;

/**
 * How many edits make the prediction the reference: insertions, deletions, substitutions, and shifts of up to ten words, each as one
 * (M. Snover et al., "A study of translation edit rate", AMTA 2006). The fewest are not known in reasonable time; this is Tercom's greedy
 * search as sacrebleu 2.6.0 does it: again and again the shift that saves most, until none saves anything or a thousand were tried.
 *
 * To try a shift costs the words it moves over, and to make one at most the length of the text. So time grows with the length, times
 * the shifts that are made.
 */
export function editCount(prediction: Int32Array, reference: Int32Array): number {
  if (reference.length === 0) return prediction.length;
  const edits = new BandedDistance(prediction, reference);
  let shifts = 0;
  let tried = 0;
  while (edits.distance > 0) {
    const best = bestShift(edits, tried);
    tried = best.tried;
    // The shift that was found when the trials ran out is not made.
    if (tried >= MOST_TRIALS || best.saved <= 0) break;
    edits.rotate(best.rotation);
    shifts++;
  }
  return shifts + edits.distance;
}

interface BestShift {
  readonly saved: number;
  readonly rotation: Rotation;
  /** All trials so far. */
  readonly tried: number;
}

/**
 * Tries to move each run of words that the reference has too, in a place not far off, to where its counterpart is aligned, if both are
 * wrong where they are. Of shifts that save as much the longest is best, then the one from the first place, then the one to the first place.
 */
function bestShift(edits: BandedDistance, triedBefore: number): BestShift {
  const { prediction, reference } = edits;
  const { positions, predictionErrors, referenceErrors } = edits.alignment();
  let best = { saved: 0, length: 0, start: 0, target: 0 };
  let tried = triedBefore;
  const found = (): BestShift => ({ saved: best.saved, rotation: rotationOf(best, prediction.length), tried });

  for (let start = 0; start < prediction.length; start++) {
    if (!predictionErrors.subarray(start, start + MOST_WORDS_SHIFTED).includes(1)) continue;
    const known = new Set<number>();
    const end = Math.min(reference.length, start + FARTHEST_SHIFT + 1);
    for (let across = Math.max(0, start - FARTHEST_SHIFT); across < end; across++) {
      const most = Math.min(MOST_WORDS_SHIFTED, prediction.length - start, reference.length - across);
      const aligned = positions[across] ?? -1;
      let wrongHere = false;
      let wrongAcross = false;
      for (let length = 1; length <= most; length++) {
        if (prediction[start + length - 1] !== reference[across + length - 1]) break;
        wrongHere ||= predictionErrors[start + length - 1] === 1;
        wrongAcross ||= referenceErrors[across + length - 1] === 1;
        if (!wrongHere || !wrongAcross || (aligned >= start && aligned < start + length)) continue;
        let targetBefore = -1;
        for (let at = across - 1; at < across + length; at++) {
          const target = (positions[at] ?? -1) + 1;
          if (target === targetBefore) continue;
          targetBefore = target;
          tried++;
          // Several runs across may lead to one shift; it counts each time.
          const shift = target * (MOST_WORDS_SHIFTED + 1) + length;
          if (known.has(shift)) continue;
          known.add(shift);
          const saved = edits.distance - edits.distanceAfter(rotationOf({ start, length, target }, prediction.length));
          const better =
            saved > best.saved ||
            (saved === best.saved &&
              (length > best.length || (length === best.length && start === best.start && target < best.target)));
          if (better) best = { saved, length, start, target };
        }
        if (tried >= MOST_TRIALS) return found();
      }
    }
  }
  return found();
}

function rotationOf(
  { start, length, target }: { readonly start: number; readonly length: number; readonly target: number },
  words: number,
): Rotation {
  if (target < start) return { start: target, middle: start, end: start + length };
  const end = target > start + length ? target : Math.min(words, target + length);
  return { start, middle: start + length, end };
}
