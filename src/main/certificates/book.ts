import { z } from "zod";
import { type MadeRequest, madeRequestSchema } from "../../shared/certificates.ts";
import type { JournalEvent } from "../../shared/journal.ts";
import type { Journal } from "../journal/journal.ts";

/** The journal's events about certificates; `subject` is the `certificate` resource. */
export const ticketedType = "certificate.ticketed";
export const requestedType = "certificate.requested";
/** The key of a request is not kept: it is as if it had not been made. */
export const withdrawnType = "certificate.request-withdrawn";
/** What an authority has signed for a request, until it is handed in. */
export const signedType = "certificate.signed";
/** What was signed for a request is revoked: it is as if it had not been signed. */
export const takenBackType = "certificate.taken-back";
const types = [ticketedType, requestedType, withdrawnType, signedType, takenBackType];

const ticketedSchema = z.looseObject({ key: z.string() });
const requestedSchema = madeRequestSchema.pick({ key: true, request: true });
const withdrawnSchema = z.looseObject({ key: z.string() });
const signedSchema = z.looseObject({ key: z.string(), certificate: z.string() });
const takenBackSchema = z.looseObject({ key: z.string() });
const mostRequests = 20;

export interface CertificateBookParts {
  journal: Pick<Journal, "ofTypes" | "onHead">;
  onChange(): void;
  /** Hears of a journal that cannot be read. */
  onError(thrown: unknown): void;
}

/** What was done about certificates from this console, by its journal: tickets that were opened, requests that were made. */
export class CertificateBook {
  readonly #parts: CertificateBookParts;
  readonly #tickets = new Map<string, { key: string; at: number }>();
  readonly #keys = new Set<string>();
  readonly #requests = new Map<string, MadeRequest[]>();
  /** By certificate, then by the key of the request; the newest last. */
  readonly #signed = new Map<string, Map<string, string>>();
  readonly #unfollow: () => void;
  #read = 0;
  #timer: NodeJS.Immediate | null = null;

  constructor(parts: CertificateBookParts) {
    this.#parts = parts;
    this.catchUp();
    this.#unfollow = parts.journal.onHead(() => {
      this.#timer ??= setImmediate(() => this.catchUp());
    });
  }

  ticketAt(id: string): number | null {
    return this.#tickets.get(id)?.at ?? null;
  }

  /** Whether a ticket of this key was opened. */
  hasTicket(key: string): boolean {
    return this.#keys.has(key);
  }

  /** The newest first. */
  requestsOf(id: string): MadeRequest[] {
    return [...(this.#requests.get(id) ?? [])];
  }

  /** What an authority has signed last for one (PEM); null: nothing, as far as is known. */
  signedFor(id: string): string | null {
    return [...(this.#signed.get(id)?.values() ?? [])].at(-1) ?? null;
  }

  /** What an authority has signed for the request of a key (PEM). */
  signedWith(id: string, key: string): string | null {
    return this.#signed.get(id)?.get(key) ?? null;
  }

  /** Reads what was written since the last time. */
  catchUp(): void {
    if (this.#timer) clearImmediate(this.#timer);
    this.#timer = null;
    let isOther = false;
    try {
      for (const event of this.#parts.journal.ofTypes(types, this.#read + 1)) {
        this.#read = event.sequence;
        this.#take(event);
        isOther = true;
      }
    } catch (thrown) {
      this.#parts.onError(thrown);
    }
    if (isOther) this.#parts.onChange();
  }

  close(): void {
    this.#unfollow();
    if (this.#timer) clearImmediate(this.#timer);
    this.#timer = null;
  }

  #take({ type, subject, at, actor, data }: JournalEvent): void {
    if (subject === null) return;
    if (type === ticketedType) {
      const ticket = ticketedSchema.safeParse(data);
      if (!ticket.success) return;
      this.#tickets.set(subject, { key: ticket.data.key, at });
      this.#keys.add(ticket.data.key);
      return;
    }
    if (type === signedType) {
      const signed = signedSchema.safeParse(data);
      if (signed.success) this.#keepSigned(subject, signed.data);
      return;
    }
    if (type === takenBackType) {
      const taken = takenBackSchema.safeParse(data);
      if (taken.success) this.#signed.get(subject)?.delete(taken.data.key);
      return;
    }
    const before = this.#requests.get(subject) ?? [];
    if (type === withdrawnType) {
      const withdrawn = withdrawnSchema.safeParse(data);
      const left = before.filter(({ key }) => key !== withdrawn.data?.key);
      if (left.length > 0) this.#requests.set(subject, left);
      else this.#requests.delete(subject);
      return;
    }
    const made = requestedSchema.safeParse(data);
    if (!made.success) return;
    this.#requests.set(subject, [{ ...made.data, at, by: actor }, ...before].slice(0, mostRequests));
  }

  #keepSigned(subject: string, { key, certificate }: z.infer<typeof signedSchema>): void {
    const before = this.#signed.get(subject) ?? new Map<string, string>();
    before.delete(key);
    const kept = [...before].slice(1 - mostRequests);
    this.#signed.set(subject, new Map([...kept, [key, certificate]]));
  }
}
