/** Milliseconds that a connection rests after a session was refused there that the server had given before. */
const firstRest = 50;
/** Rests in a row, each twice as long as the one before, after which the server is taken to hold on to the place. */
const mostRests = 5;

interface Record {
  /** Sessions that the server has opened there, and how many there were at most at a time. */
  open: number;
  most: number;
  /** Refusals in a row of what had been given before. */
  refusals: number;
  rest: NodeJS.Timeout | null;
}

/** What a refusal says: it has no more than stand there, it gives a place back late, or it gives none at all. */
export type Refusal = "full" | "late" | "none";

/**
 * What is known of the sessions that a server gives on each connection (MaxSessions, sshd_config(5)). sshd counts a
 * session until it has closed the channel on its own side and the command has ended, which its client does not see: one
 * that is opened right after another was closed may be refused though there is room. Such a connection rests a little.
 */
export class SessionRoom<C extends object> {
  /** Sessions that the server is known to allow on a connection; at least one. */
  limit: number;
  readonly #records = new WeakMap<C, Record>();
  readonly #rested: () => void;

  /** `rested` is called when a connection may be tried again. */
  constructor(limit: number, rested: () => void) {
    this.limit = limit;
    this.#rested = rested;
  }

  opened(connection: C): void {
    const record = this.#recordOf(connection);
    record.open++;
    record.most = Math.max(record.most, record.open);
    record.refusals = 0;
  }

  closed(connection: C): void {
    this.#recordOf(connection).open--;
  }

  /** Notes a refusal next to `others` sessions that are open or asked for there. */
  refused(connection: C, others: number): Refusal {
    const record = this.#recordOf(connection);
    if (others > 0 && others >= record.most) {
      this.limit = Math.min(this.limit, others);
      return "full";
    }
    const refusal = record.most > 0 ? "late" : "none";
    if (refusal === "late") record.refusals++;
    clearTimeout(record.rest ?? undefined);
    const rest = firstRest * 2 ** Math.max(0, Math.min(record.refusals, mostRests) - 1);
    record.rest = setTimeout(() => {
      record.rest = null;
      this.#rested();
    }, rest);
    return refusal;
  }

  rests(connection: C): boolean {
    return (this.#records.get(connection)?.rest ?? null) !== null;
  }

  /** Whether the server still refuses there what it had given: something that it does not tell of holds the place. */
  isHeld(connection: C): boolean {
    return (this.#records.get(connection)?.refusals ?? 0) > mostRests;
  }

  forget(connection: C): void {
    clearTimeout(this.#records.get(connection)?.rest ?? undefined);
    this.#records.delete(connection);
  }

  #recordOf(connection: C): Record {
    const record = this.#records.get(connection) ?? { open: 0, most: 0, refusals: 0, rest: null };
    this.#records.set(connection, record);
    return record;
  }
}
