/**
 * For adapters whose SDK reads answers itself: the same `fetch`, whose answers in JSON and event streams err at bytes that are no UTF-8. The platform's puts `U+FFFD` in their place: then a
 * broken answer would be scored as what the model has said.
 */
export function utf8Fetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const { body, headers, status, statusText, url } = response;
    if (body === null || !response.ok || !/json|event-stream/iu.test(headers.get('content-type') ?? '')) return response;
    const copy = new Response(await checked(response, body), { headers, status, statusText });
    Object.defineProperty(copy, 'url', { value: url });
    return copy;
  };
}

/** Nobody has use for the beginning of such an answer, and reading it as a stream takes twice the time. */
const SMALL_BYTES = 65_536;

async function checked(response: Response, body: ReadableStream<Uint8Array>): Promise<ArrayBuffer | ReadableStream<Uint8Array>> {
  if (Number(response.headers.get('content-length') ?? Number.NaN) <= SMALL_BYTES) {
    const bytes = await response.arrayBuffer();
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return bytes;
  }
  const text = body.pipeThrough(new TextDecoderStream('utf-8', { fatal: true, ignoreBOM: true }));
  return text.pipeThrough(new TextEncoderStream());
}
