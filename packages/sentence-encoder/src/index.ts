export { type EncodedText, loadSentenceEncoder, SENTENCE_ENCODER, type SentenceEncoder } from './sentence-encoder.ts';
