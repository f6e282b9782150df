import { CallNotSent } from '../call-not-sent.ts';

/** A replay was asked for a call that the cassette does not have. Recorded, the row can be asked again. */
export class NotRecorded extends CallNotSent {}
