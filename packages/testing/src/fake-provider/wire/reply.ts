/** What goes back to the client, before it is bytes. */
export type Reply = JsonReply | StreamReply | PlainReply | { readonly response: Response };

export interface JsonReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json: unknown;
  /** Tokens that the answer has used, input and output. */
  readonly tokens?: number;
}

export interface StreamReply {
  readonly headers?: Readonly<Record<string, string>>;
  readonly events: readonly StreamEvent[];
  readonly tokens?: number;
}

/** Server-sent. A text is sent as it is (`[DONE]`), all else as JSON. */
export interface StreamEvent {
  readonly event?: string;
  readonly data: unknown;
}

/** A body that is no JSON, whatever its content type says. */
interface PlainReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly body: string | Uint8Array;
  readonly tokens?: number;
}

/** Thrown where a request cannot be answered; carries the answer that says so. */
export class Declined extends Error {
  override readonly name = 'Declined';
  readonly reply: JsonReply;

  constructor(reply: JsonReply) {
    super(`${reply.status}`);
    this.reply = reply;
  }
}
