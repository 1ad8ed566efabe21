import { isDeepStrictEqual } from "node:util";
import type { Certificate, CertificateDetail, MadeRequest } from "../../shared/certificates.ts";
import type { Estate } from "../../shared/estate.ts";
import { usualCertificateRules } from "../../shared/estate-certificates.ts";
import type { Problem } from "../../shared/resource.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Followed } from "../inventory/reader.ts";
import { type Judgement, judgeCertificate } from "./judge.ts";
import { type CertificateRecord, recordOf } from "./records.ts";
import { stateHint } from "./words.ts";

/** Milliseconds between two workings-out at least, and between two looks at what time alone has changed. */
const interval = 1000;
const tick = 60_000;
/** So many are judged at once before other work has its turn. */
const mostJudged = 2000;
const breath = 10;
const day = 86_400_000;

export interface CertificateEngineParts {
  inventory: Pick<Inventory, "follow" | "setFindings">;
  /** The estate in force. */
  estate(): Pick<Estate, "environments" | "sites" | "certificates"> | null;
  now(): number;
  /** When a ticket was last opened for one; null: never, as far as is known. */
  ticketAt(id: string): number | null;
  /** The requests that were made for one, the newest first. */
  requestsOf(id: string): MadeRequest[];
}

/** One certificate with how it stands. */
export interface JudgedCertificate {
  record: CertificateRecord;
  judgement: Judgement;
}

/**
 * All certificates that anything tells of, judged anew as they change and as time goes by. What is wrong is told to the
 * inventory as findings on the certificates.
 */
export class CertificateEngine {
  readonly #parts: CertificateEngineParts;
  /** What is still to be judged, by identifier. */
  readonly #pending = new Map<string, Followed>();
  readonly #stale = new Set<string>();
  readonly #judged = new Map<string, JudgedCertificate>();
  readonly #byFingerprint = new Map<string, Set<string>>();
  readonly #listeners = new Set<() => void>();
  readonly #unfollow: () => void;
  readonly #ticking: NodeJS.Timeout;
  #timer: NodeJS.Timeout | null = null;
  #isOther = false;

  constructor(parts: CertificateEngineParts) {
    this.#parts = parts;
    this.#unfollow = parts.inventory.follow({
      mark: (entry) => {
        if (entry.declaration.kind === "certificate") this.#pending.set(entry.id, entry);
      },
      wake: () => {
        if (this.#pending.size > 0) this.#wakeIn(interval);
      },
    });
    this.#ticking = setInterval(() => this.#lookAtTheClock(), tick);
    this.#ticking.unref();
  }

  /** Every certificate, in no order. It changes in place. */
  all(): Iterable<JudgedCertificate> {
    return this.#judged.values();
  }

  /** One of them as it was read last: whoever reads and asks at once need not wait for its turn. */
  find(id: string): JudgedCertificate | null {
    const entry = this.#pending.get(id);
    if (entry) {
      this.#takePending(entry);
      // What is told of all waits for its turn.
      this.#wakeIn(interval);
    }
    return this.#judged.get(id) ?? null;
  }

  /** One of them as it is shown. */
  shown({ record, judgement }: JudgedCertificate): Certificate {
    const {
      serial: _,
      signature: __,
      chain: ___,
      chainState,
      trust,
      servedAs,
      revoked,
      issuance,
      inBundle,
      ...rest
    } = record;
    return {
      ...rest,
      names: [...record.names],
      usedBy: [...record.usedBy],
      state: judgement.state,
      text: judgement.text,
      hint: stateHint(judgement.state, record),
      ticketAt: this.#parts.ticketAt(record.id),
    };
  }

  detail(id: string): CertificateDetail {
    const found = this.#judged.get(id);
    const requests = this.#parts.requestsOf(id);
    if (!found) return { ...nothing, requests };
    const { serial, signature, chain, chainState, trust, servedAs, issuance, inBundle, fingerprint } =
      found.record;
    const same = fingerprint === null ? [] : [...(this.#byFingerprint.get(fingerprint) ?? [])];
    return {
      certificate: this.shown(found),
      ...{ serial, signature, chain: [...chain], chainState, trust, servedAs, requests },
      ...{ issuance: [...issuance], inBundle },
      elsewhere: same
        .filter((each) => each !== id)
        .slice(0, 100)
        .map((each) => ({ id: each, name: this.#judged.get(each)?.record.name ?? each })),
    };
  }

  /** How many need somebody. */
  wrong(): number {
    let wrong = 0;
    for (const { judgement } of this.#judged.values()) if (judgement.problems.length > 0) wrong += 1;
    return wrong;
  }

  /** The names of sites and environments, by identifier. */
  names(): Record<string, string> {
    const { environments = {}, sites = {} } = this.#parts.estate() ?? {};
    const named = [...Object.entries(environments), ...Object.entries(sites)];
    return Object.fromEntries(named.map(([id, { name }]) => [id, name ?? id]));
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The estate in force changed: other warnings may hold. */
  reconsider(): void {
    for (const id of this.#judged.keys()) this.#stale.add(id);
    this.#isOther = true;
    this.#wakeIn(interval);
  }

  /** What is shown besides has changed: a ticket, a request. */
  touched(): void {
    this.#tell();
  }

  /** Works out at once all that is still to be worked out. */
  settle(): void {
    this.#work(Number.POSITIVE_INFINITY);
  }

  close(): void {
    this.#unfollow();
    clearInterval(this.#ticking);
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#listeners.clear();
  }

  #wakeIn(milliseconds: number): void {
    if (this.#timer) return;
    this.#timer = setTimeout(() => this.#work(mostJudged), milliseconds);
    this.#timer.unref();
  }

  #lookAtTheClock(): void {
    const now = this.#parts.now();
    for (const [id, { judgement }] of this.#judged) if (judgement.until <= now) this.#stale.add(id);
    if (this.#stale.size > 0) this.#wakeIn(0);
  }

  #work(most: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    let left = most;
    for (const entry of this.#pending.values()) {
      if (left-- <= 0) break;
      this.#takePending(entry);
    }
    for (const id of this.#stale) {
      if (left-- <= 0) break;
      this.#take(id, this.#judged.get(id)?.record ?? null);
    }
    if (this.#pending.size > 0 || this.#stale.size > 0) this.#wakeIn(breath);
    else if (this.#isOther) this.#publish();
  }

  #takePending(entry: Followed): void {
    this.#pending.delete(entry.id);
    this.#take(entry.id, entry.removed ? null : recordOf(entry));
  }

  #take(id: string, told: CertificateRecord | null): void {
    const record = told && { ...told, environment: this.#environmentOf(told) };
    this.#stale.delete(id);
    const before = this.#judged.get(id);
    const { fingerprint: shown = null } = before?.record ?? {};
    if (shown !== null && shown !== record?.fingerprint) this.#byFingerprint.get(shown)?.delete(id);
    if (record === null) {
      this.#isOther = this.#judged.delete(id) || this.#isOther;
      return;
    }
    if (record.fingerprint !== null) {
      const same = this.#byFingerprint.get(record.fingerprint) ?? new Set();
      this.#byFingerprint.set(record.fingerprint, same.add(id));
    }
    const judgement = judgeCertificate(record, this.#warnOf(record), this.#parts.now());
    this.#judged.set(id, { record, judgement });
    // A reading that says the same again changes no more than its date.
    this.#isOther ||= !before || !isDeepStrictEqual(likeness(before), likeness({ record, judgement }));
  }

  #environmentOf({ environment, site }: CertificateRecord): string | null {
    return environment ?? (site === null ? null : (this.#parts.estate()?.sites[site]?.environment ?? null));
  }

  #warnOf({ environment }: CertificateRecord): number {
    const rules = this.#parts.estate()?.certificates ?? usualCertificateRules;
    return (rules.environments[environment ?? ""]?.warnDays ?? rules.warnDays) * day;
  }

  #publish(): void {
    this.#isOther = false;
    const findings = new Map<string, readonly Problem[]>();
    for (const [id, { judgement }] of this.#judged) {
      if (judgement.problems.length > 0) findings.set(id, judgement.problems);
    }
    this.#parts.inventory.setFindings("certificates", findings);
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

const nothing: Omit<CertificateDetail, "requests"> = {
  certificate: null,
  ...{ serial: null, signature: null, chain: [], chainState: null, trust: null, servedAs: null },
  ...{ elsewhere: [], issuance: [], inBundle: null },
};

function likeness({ record, judgement }: JudgedCertificate) {
  return [{ ...record, readAt: null }, judgement.state, judgement.text];
}
