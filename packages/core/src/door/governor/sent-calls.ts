const SLOT_MS = 50;
const KEPT_MS = 60_000;

/** How many calls were sent when, and how many of those were refused, for a minute. */
export class SentCalls {
  readonly #slots: { readonly from: number; sent: number; refused: number }[] = [];

  sent(now: number): void {
    const from = Math.floor(now / SLOT_MS) * SLOT_MS;
    const last = this.#slots.at(-1);
    if (last?.from === from) last.sent++;
    else this.#slots.push({ from, sent: 1, refused: 0 });
    while ((this.#slots[0]?.from ?? now) < now - KEPT_MS) this.#slots.shift();
  }

  /** @param sentAt when the refused call was sent */
  refused(sentAt: number): void {
    const slot = this.#slots.findLast(({ from }) => from <= sentAt);
    if (slot !== undefined) slot.refused++;
  }

  /** Calls of which no refusal is known are taken as accepted: refusals come soon. */
  between(since: number, until: number): { readonly accepted: number; readonly refused: number } {
    let [sent, refused] = [0, 0];
    for (const slot of this.#slots) {
      if (slot.from < since - SLOT_MS / 2 || slot.from > until) continue;
      sent += slot.sent;
      refused += slot.refused;
    }
    return { accepted: sent - refused, refused };
  }
}
