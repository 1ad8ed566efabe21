/** A certificate that a log-in to a hop or a host is made with. Moments are epoch milliseconds. */
export interface SignedLogin {
  /** The hop, or the host, that is logged in to. */
  target: string;
  /** The system in the estate that has signed it, and by which of its roles. */
  vault: string;
  mount: string;
  role: string;
  user: string;
  serial: string;
  principals: readonly string[];
  validFrom: number;
  validUntil: number;
}
