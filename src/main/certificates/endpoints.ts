import type { Estate } from "../../shared/estate.ts";
import type { Declaration, FactValue, ObservationSink } from "../../shared/resource.ts";
import type { ShownCertificate } from "../reach/shown-certificates.ts";
import { chainOf } from "../x509/chain.ts";
import { triedWordsOf } from "../x509/read.ts";

/** The source of what connections have shown. */
const source = "shown-certificates";
/** A certificate that is shown again within so many milliseconds is not read again. */
const again = 60_000;
/** What was not shown for so long is not served there any more, as far as is known. */
const forgottenAfter = 7 * 86_400_000;
const staleAfter = 86_400_000;
const mostEndpoints = 5000;

interface Endpoint {
  fingerprint: string;
  at: number;
  system: string;
  declaration: Declaration;
}

export interface EndpointParts {
  sink: ObservationSink;
  estate(): Pick<Estate, "systems" | "sites"> | null;
  now(): number;
}

/**
 * The certificates that connections have shown since the console runs, one for each place and name. A place whose system the
 * estate no longer has is forgotten, and so is one that was not connected to for a week.
 */
export class ShownEndpoints {
  readonly #parts: EndpointParts;
  readonly #known = new Map<string, Endpoint>();

  constructor(parts: EndpointParts) {
    this.#parts = parts;
  }

  /** Takes what a connection of a system has shown. */
  take(system: string, shown: ShownCertificate): void {
    const [leaf] = shown.chain;
    const now = this.#parts.now();
    if (!leaf) return;
    const { id, name } = placeOf(system, shown);
    const before = this.#known.get(id);
    if (before?.fingerprint === leaf.fingerprint256 && now - before.at < again) return;
    const facts = factsOf(system, shown);
    if (!facts) return;
    if (!before && this.#known.size >= mostEndpoints) this.#forgetOldest();
    const declaration = before?.declaration ?? this.#declarationOf(system, id, name);
    this.#known.set(id, { fingerprint: leaf.fingerprint256, at: now, system, declaration });
    if (!before) this.#parts.sink.redeclare(source, { added: [declaration], removed: [] });
    this.#parts.sink.observe([{ resource: id, source, at: now, health: "ok", facts, problems: [] }]);
  }

  /** Forgets what belongs to the estate no more, or was not shown for long. */
  tidy(): void {
    const systems = this.#parts.estate()?.systems ?? {};
    const oldest = this.#parts.now() - forgottenAfter;
    const gone = [...this.#known].filter(
      ([, { system, at }]) => !Object.hasOwn(systems, system) || at < oldest,
    );
    this.#forget(gone.map(([id]) => id));
  }

  #forgetOldest(): void {
    const [oldest] = [...this.#known].sort(([, one], [, other]) => one.at - other.at);
    if (oldest) this.#forget([oldest[0]]);
  }

  #forget(ids: string[]): void {
    if (ids.length === 0) return;
    for (const id of ids) this.#known.delete(id);
    this.#parts.sink.redeclare(source, { added: [], removed: ids });
  }

  #declarationOf(system: string, id: string, name: string): Declaration {
    const config: Record<string, unknown> = this.#parts.estate()?.systems[system] ?? {};
    const site = typeof config.site === "string" ? config.site : null;
    const environment = typeof config.environment === "string" ? config.environment : null;
    return { id, kind: "certificate", name, system: source, parent: site, site, environment, staleAfter };
  }
}

function placeOf(system: string, { side, servedAs, address, port }: ShownCertificate) {
  const host = servedAs.includes(":") ? `[${servedAs}]` : servedAs;
  if (side === "client") return { id: `${source}/${system}/login/${host}`, name: `${system}: ${host}` };
  // One name may lead to several places, each with a certificate of its own.
  const at = address === servedAs ? "" : `@${address}`;
  return { id: `${source}/${system}/${host}:${port}${at}`, name: `${host}:${port}${at && ` (${address})`}` };
}

function factsOf(system: string, shown: ShownCertificate): Record<string, FactValue> | null {
  const [leaf] = shown.chain;
  const words = leaf ? triedWordsOf(leaf) : null;
  if (!words) return null;
  const { path, state } = chainOf(shown.chain, null);
  const isServer = shown.side === "server";
  const isVouched = shown.trust === "workstation" || shown.trust === "authority";
  const { isAuthority: _, ...rest } = words;
  return {
    "certificate.from": isServer ? "endpoint" : "login",
    ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [`certificate.${key}`, value])),
    "certificate.chain": path.map(lineOf),
    "certificate.chainState": state ?? (isVouched ? "complete" : null),
    "certificate.trust": shown.trust,
    "certificate.servedAs": isServer ? shown.servedAs : null,
    "certificate.usedBy": [system],
    "certificate.renewal": isServer ? null : "manual",
  };
}

function lineOf(certificate: ShownCertificate["chain"][number]): string {
  const words = triedWordsOf(certificate);
  return words ? `${words.subject} (${new Date(words.notAfter).toISOString().slice(0, 10)})` : "–";
}
