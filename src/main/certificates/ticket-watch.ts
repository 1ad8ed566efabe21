import type { CertificateState } from "../../shared/certificates.ts";
import { ticketKey } from "./actions/ticket.ts";
import type { CertificateDesk } from "./desk.ts";

/** States that a ticket is opened for without anybody asking. */
const announced: ReadonlySet<CertificateState> = new Set([
  "expired",
  "revoked",
  "late",
  "soon",
  "wrong-name",
]);
/** Tickets of one hour: what ends all at once is one cause, and a channel is read by people. */
const mostTickets = 20;
const hour = 3_600_000;

export interface TicketWatchParts {
  desk: CertificateDesk;
  /** Whether the estate has this console open tickets by itself. */
  isWanted(): boolean;
  /** Begins the action; a refusal is told to whoever looks at tasks. */
  open(resource: string): Promise<unknown>;
  onError(thrown: unknown): void;
  now(): number;
}

/** Opens tickets for what needs somebody, once each, where the estate has it so. Returns how to stop. */
export function watchForTickets({ desk, isWanted, open, onError, now }: TicketWatchParts): () => void {
  const begun = new Set<string>();
  let openedAt: number[] = [];
  const look = () => {
    if (!isWanted()) return;
    for (const found of desk.engine.all()) {
      if (!announced.has(found.judgement.state) || found.record.stale) continue;
      const key = ticketKey(found);
      if (begun.has(key) || desk.book.hasTicket(key)) continue;
      openedAt = openedAt.filter((at) => now() - at < hour);
      if (openedAt.length >= mostTickets) return;
      openedAt.push(now());
      begun.add(key);
      open(found.record.id).catch(onError);
    }
  };
  return desk.onChange(look);
}
