import { InferenceClient, type InferenceProviderOrPolicy, PROVIDERS_OR_POLICIES } from '@huggingface/inference';
import { responseError, type ServiceCall, ServiceError, thrownError, utf8Fetch } from '@touchstone/core';

/** How a model is reached. */
export interface Connection {
  readonly model: string;
  readonly token: string | undefined;
  /** An endpoint of one's own; absent: Hugging Face's router. */
  readonly endpointUrl: string | undefined;
  readonly provider: InferenceProviderOrPolicy | undefined;
  readonly billTo: string | undefined;
}

/** What every method of the client takes beside its input. */
export interface Target {
  readonly model?: string;
  readonly provider?: InferenceProviderOrPolicy;
}

export function isProvider(name: string): name is InferenceProviderOrPolicy {
  return PROVIDERS_OR_POLICIES.some((known) => known === name);
}

/**
 * Sends one request with the SDK, which neither tries again nor sends with a fetch of its own. What it throws holds the request, and
 * that the token: only the provider's words come out.
 *
 * @param onAnswer is given each answer as it came, where the SDK makes less of it
 * @throws ServiceError
 */
export async function request<T>(
  { model, token, endpointUrl, provider, billTo }: Connection,
  io: ServiceCall,
  send: (client: InferenceClient, target: Target) => Promise<T>,
  onAnswer?: (response: Response) => void,
): Promise<T> {
  const fetch = utf8Fetch(io.fetch);
  let refused: Response | undefined;
  const client = new InferenceClient(token, {
    ...(endpointUrl === undefined ? {} : { endpointUrl }),
    ...(billTo === undefined ? {} : { billTo }),
    retry_on_error: false,
    signal: io.signal,
    async fetch(input, init) {
      // The SDK asks the hub who serves a model, and forgets the signal there.
      const response = await fetch(input, { signal: io.signal, ...init });
      // The SDK reads a refusal in its own way, and forgets the headers.
      if (!response.ok) refused = response.clone();
      else onAnswer?.(response.clone());
      return response;
    },
  });
  // An endpoint has one model; its name is for the metadata only.
  const target = endpointUrl === undefined ? { model, ...(provider === undefined ? {} : { provider }) } : {};
  try {
    return await send(client, target);
  } catch (error) {
    if (ServiceError.isInstance(error)) throw error;
    throw refused === undefined ? sdkError(error) : await refusal(refused);
  }
}

async function refusal(response: Response): Promise<ServiceError> {
  const text = await response.text().catch(() => '');
  const body = parsed(text) ?? text;
  const headers = new Headers(response.headers);
  // A model that is being loaded says in how many seconds it will be there.
  const seconds =
    typeof body === 'object' && body !== null && 'estimated_time' in body ? Number(body.estimated_time) : Number.NaN;
  if (seconds > 0 && !headers.has('retry-after')) headers.set('retry-after', String(Math.ceil(seconds)));
  return responseError({ provider: 'Hugging Face', status: response.status, headers, body });
}

/** The SDK's own complaints: of a provider that does not have the model, of answers that it cannot read. */
function sdkError(thrown: unknown): ServiceError {
  const name = thrown instanceof Error ? thrown.name : '';
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  if (name === 'ProviderOutputError') return new ServiceError('bad-response', `Hugging Face: ${words}`);
  if (name === 'HubApiError' || name === 'RoutingError') return new ServiceError('unknown-model', `Hugging Face: ${words}`);
  // It reads an answer that is no JSON a second time.
  if (/body is unusable|body has already been read/iu.test(words))
    return new ServiceError('bad-response', 'Hugging Face sent something that is no JSON');
  const unknown = /inference provider information|No Inference Provider|not supported for task/iu.test(words);
  if (name === 'InputError') return new ServiceError(unknown ? 'unknown-model' : 'bad-request', `Hugging Face: ${words}`);
  return thrownError('Hugging Face', thrown);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
