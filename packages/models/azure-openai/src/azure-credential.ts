import { ServiceError, TouchstoneError, thrownError, variable } from '@touchstone/core';
import type { AzureOpenAIOptions } from './plugin.ts';

/** A key, or what gives a Microsoft Entra token for each request. */
export type AzureCredential = { readonly key: string } | { readonly token: () => Promise<string>; readonly tenant: string };

/** `undefined` when there is none. */
export function credentialOf({ tokenProvider, tenant = 'entra', apiKey }: AzureOpenAIOptions): AzureCredential | undefined {
  if (tokenProvider !== undefined) return { token: () => tokenFrom(tokenProvider), tenant };
  if (apiKey !== undefined) return { key: apiKey };
  // As in MLflow, where the variable of the key then holds a token.
  const entra = asksForEntra();
  const key = entra ? undefined : variable('AZURE_OPENAI_API_KEY', 'OPENAI_API_KEY');
  if (key !== undefined) return { key };
  const names = entra ? ['AZURE_OPENAI_AD_TOKEN', 'OPENAI_API_KEY'] : ['AZURE_OPENAI_AD_TOKEN'];
  if (variable(...names) !== undefined) return { token: () => tokenFrom(async () => variable(...names) ?? ''), tenant };
  return undefined;
}

/** Said before the first row, with the sentence that helps. */
export function noCredential(uri: string): TouchstoneError {
  const message = asksForEntra()
    ? `'${uri}' needs a Microsoft Entra token: set AZURE_OPENAI_AD_TOKEN (or OPENAI_API_KEY) in the environment, or give the pack a tokenProvider.`
    : `'${uri}' needs a key: set AZURE_OPENAI_API_KEY (or OPENAI_API_KEY) in the environment, or give the pack a tokenProvider.`;
  return new TouchstoneError('missing-key', message);
}

function asksForEntra(): boolean {
  return /^azure_?ad$/iu.test(variable('OPENAI_API_TYPE') ?? '');
}

/** What stays the same while tokens are renewed. */
export function fingerprinted(credential: AzureCredential | undefined, endpoint: string): string | undefined {
  if (credential === undefined) return undefined;
  return 'key' in credential ? credential.key : `entra ${credential.tenant} ${endpoint}`;
}

/** @throws ServiceError `auth`, or what was wrong on the way to whoever gives tokens */
async function tokenFrom(provider: () => Promise<string>): Promise<string> {
  let token: string;
  try {
    token = await provider();
  } catch (error) {
    const failure = thrownError('Microsoft Entra', error);
    throw failure.code === 'exception' ? noToken(failure.message) : failure;
  }
  if (token === '') throw noToken('the token is empty');
  return token;
}

function noToken(reason: string): ServiceError {
  return new ServiceError('auth', `Azure OpenAI: there is no Microsoft Entra token: ${reason}`);
}
