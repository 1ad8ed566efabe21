import type { LaneLimits } from "./lane.ts";

/** Times in milliseconds; tests shorten them. */
export interface ReachTimes {
  /** For a TCP connection, directly or by a hop. */
  connect: number;
  /** For greeting, key exchange and log-in. */
  handshake: number;
  /** For a person to answer a log-in prompt; sshd itself waits two minutes. */
  answer: number;
  /** A connection silent for longer is asked whether it still answers before it is used. */
  doubtAfter: number;
  /** For that answer. */
  probe: number;
  /** After the last user of a forward when its port closes. */
  forwardIdle: number;
}

export const usualTimes: ReachTimes = {
  connect: 10_000,
  handshake: 20_000,
  answer: 100_000,
  doubtAfter: 5000,
  probe: 4000,
  forwardIdle: 60_000,
};
export const usualLimits: LaneLimits = {
  channels: 10,
  connections: 64,
  opening: 4,
  wait: 150_000,
  idle: 60_000,
  backoff: { first: 1000, longest: 60_000 },
};
