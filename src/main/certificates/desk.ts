import type { CertificateDetail, CertificateFrame, CertificateQuery } from "../../shared/certificates.ts";
import type { Estate } from "../../shared/estate.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Journal } from "../journal/journal.ts";
import type { Reach } from "../reach/reach.ts";
import { type ShownCertificate, tellingCertificates } from "../reach/shown-certificates.ts";
import type { SignedLogin } from "../reach/signed-login.ts";
import { CertificateBook } from "./book.ts";
import { ShownEndpoints } from "./endpoints.ts";
import { CertificateEngine, type JudgedCertificate } from "./engine.ts";
import { SignedLogins } from "./signed-logins.ts";
import { certificateFrame } from "./view.ts";

export interface CertificateDeskParts {
  inventory: Pick<Inventory, "follow" | "setFindings" | "redeclare" | "observe" | "declare">;
  /** The estate in force. */
  estate(): Estate | null;
  journal: Pick<Journal, "ofTypes" | "onHead">;
  now(): number;
  /** Hears of what is not foreseen: a journal that cannot be read. */
  onError(thrown: unknown): void;
}

/** All certificates: what connections show, how each stands, and what was done about them. */
export class CertificateDesk {
  readonly engine: CertificateEngine;
  readonly book: CertificateBook;
  readonly #endpoints: ShownEndpoints;
  readonly #logins: SignedLogins;
  readonly #now: () => number;

  constructor({ inventory, estate, journal, now, onError }: CertificateDeskParts) {
    this.#now = now;
    let engine: CertificateEngine | null = null;
    this.book = new CertificateBook({ journal, onChange: () => engine?.touched(), onError });
    engine = new CertificateEngine({
      inventory,
      estate,
      now,
      ticketAt: (id) => this.book.ticketAt(id),
      requestsOf: (id) => this.book.requestsOf(id),
    });
    this.engine = engine;
    this.#endpoints = new ShownEndpoints({ sink: inventory, estate, now });
    this.#logins = new SignedLogins({ sink: inventory, now });
  }

  /** The reach of one system: whatever certificates its connections show are known here. */
  reachOf(system: string, reach: Reach): Reach {
    return tellingCertificates(reach, (shown: ShownCertificate) => this.#endpoints.take(system, shown));
  }

  /** Takes the SSH certificate that a log-in is made with. */
  takeSigned(signed: SignedLogin): void {
    this.#logins.take(signed);
  }

  frame(query: CertificateQuery): CertificateFrame {
    return certificateFrame(this.engine, query, this.#now());
  }

  detail(id: string): CertificateDetail {
    return this.engine.detail(id);
  }

  find(id: string): JudgedCertificate | null {
    return this.engine.find(id);
  }

  onChange(listener: () => void): () => void {
    return this.engine.onChange(listener);
  }

  /** The estate in force changed: other systems, other warnings. */
  reconsider(): void {
    this.#endpoints.tidy();
    this.engine.reconsider();
  }

  close(): void {
    this.#logins.close();
    this.engine.close();
    this.book.close();
  }
}
