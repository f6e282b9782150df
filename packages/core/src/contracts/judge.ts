import type { Json } from './json.ts';
import type { LanguageModel } from './service.ts';

/** A default judge as somebody names it. */
export interface DefaultJudge {
  readonly model: string | LanguageModel;
  /** Of a judge by URI: options of its adapter (`{ baseUrl: '…' }`) and parameters of its requests (`{ temperature: 0 }`). */
  readonly options?: Readonly<Record<string, Json>>;
}
