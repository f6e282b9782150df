export type { ChatAnswer, ChatMessage, FakeAnswers, FakeFinish, FakeToolCall, FakeUsage, Scripted } from './answers.ts';
export type { FakeCall, FakeCounts } from './call-log.ts';
export { type FakeProvider, type FakeProviderOptions, type FakeProviderUrls, fakeProvider } from './fake-provider.ts';
export { type FakeProviderProcess, type FakeProviderProcessOptions, fakeProviderProcess } from './fake-provider-process.ts';
export type {
  ChatRequest,
  EmbeddingRequest,
  FakeApi,
  FakeRequest,
  QuestionRequest,
  ScoringRequest,
  TextRequest,
} from './fake-request.ts';
export type { Fault, FaultName, FaultRule, RetryHeaders } from './faults.ts';
export {
  type Entered,
  type HiddenLimits,
  hiddenLimits,
  type Limit,
  type LimitedCall,
  type Meter,
  type ProviderLimits,
  type Refused,
  type Standing,
} from './hidden-limits.ts';
export type { Latency } from './latency.ts';
export type { ModelTraits } from './model-traits.ts';
export type { Rate } from './rate-meter.ts';
export type { CertificateOptions } from './self-signed-certificate.ts';
