import type { OneToken } from '@touchstone/core';

/** Who looks after which topics, and when. A service of this package's own: provide another one, and the evaluator uses it. */
export interface Rota {
  /** @param at milliseconds since the epoch */
  onDuty(topic: string, at: number): string;
}

/** `registry.provide(ROTA, …)` in a plug-in of yours replaces {@link weekRota}. `Symbol.for`, so that two copies of the package agree. */
export const ROTA: OneToken<Rota> = Symbol.for('touchstone-rota.rota');

/** Minji on weekdays, and the weekend's people on Saturday and Sunday, in Seoul's time. */
export const weekRota: Rota = {
  onDuty(_topic, at) {
    const day = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'Asia/Seoul' }).format(at);
    return day === 'Sat' || day === 'Sun' ? '주말 담당' : '민지';
  },
};
