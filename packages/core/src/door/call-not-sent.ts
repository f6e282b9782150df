/** The call was not sent, for no fault of its row: it says nothing of the row, which is left for a resume. */
export class CallNotSent extends Error {}
