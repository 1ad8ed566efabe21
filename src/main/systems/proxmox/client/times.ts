/** How long a client waits for what; all in milliseconds. */
export interface ClientTimes {
  connect: number;
  request: number;
  /** How long one of several addresses is waited for before the next is asked. */
  attempt: number;
  /** How long a refused log-in is not tried again. */
  refused: number;
  /** The age at which a ticket is renewed; it ends at two hours. */
  renewal: number;
}

export const usualTimes: ClientTimes = {
  connect: 15_000,
  request: 60_000,
  attempt: 6000,
  refused: 600_000,
  renewal: 90 * 60_000,
};
/** A token is not locked by wrong attempts; it is asked for again sooner, in milliseconds. */
export const refusedToken = 60_000;
