import { loadSentenceEncoder } from '@touchstone/sentence-encoder';

const encoder = await loadSentenceEncoder();
const [cat, mat, rain] = encoder.encode(['A cat sits on the mat.', 'There is a cat on the mat.', 'It is raining.']);
const cosine = (a: ArrayLike<number> = [], b: ArrayLike<number> = []) => Array.from(a).reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
if (!(cosine(cat, mat) > 0.7 && cosine(cat, rain) < 0.4)) throw new Error('cats and rain are alike');
