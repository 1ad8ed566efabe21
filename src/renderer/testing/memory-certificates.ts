import type { implement } from "@orpc/server";
import type {
  Certificate,
  CertificateDetail,
  CertificateFrame,
  CertificateQuery,
} from "../../shared/certificates.ts";
import type { Contract } from "../../shared/contract.ts";
import { sameText } from "../../shared/text.ts";
import { Feed } from "./feed.ts";

const day = 86_400_000;

/** A certificate that a connection showed and that ends in two hundred days, changed by `part`. */
export function shownCertificate(name: string, part: Partial<Certificate> = {}): Certificate {
  return {
    id: `shown-certificates/checks/${name}:443`,
    name: `${name}:443`,
    system: "shown-certificates",
    site: "forge",
    environment: "production",
    state: "ok",
    text: sameText("It ends in 200 days."),
    hint: null,
    from: "endpoint",
    subject: name,
    names: [name],
    issuer: "Example Authority",
    fingerprint: "AB:CD",
    notBefore: Date.now() - day,
    notAfter: Date.now() + 200 * day,
    key: "EC P-256",
    renewal: null,
    renewsAt: null,
    renewedBy: null,
    usedBy: ["checks"],
    stale: false,
    readAt: Date.now(),
    ticketAt: null,
    ...part,
  };
}

/** The view over all certificates, over a few values that a test changes; what was asked for is kept. */
export class MemoryCertificates {
  readonly rows = new Feed<Certificate[]>([]);
  readonly detail = new Feed<CertificateDetail>({
    certificate: null,
    ...{ serial: null, signature: null, chain: [], chainState: null, trust: null, servedAs: null },
    elsewhere: [],
    issuance: [],
    inBundle: null,
    requests: [],
  });
  numbers: CertificateFrame["numbers"] = { expired: 0, wrong: 0, soon: 0 };
  facets: CertificateFrame["facets"] = {};
  readonly queries: CertificateQuery[] = [];

  answers(answer: ReturnType<typeof implement<Contract>>) {
    return {
      certificates: {
        watch: answer.certificates.watch.handler(({ input, signal }) => this.#watch(input, signal)),
        of: answer.certificates.of.handler(({ signal }) => this.detail.watch(signal)),
      },
    };
  }

  async *#watch(query: CertificateQuery, signal: AbortSignal | undefined) {
    this.queries.push(query);
    for await (const all of this.rows.watch(signal)) yield this.#frame(all, query);
  }

  #frame(all: readonly Certificate[], { text, offset, limit }: CertificateQuery): CertificateFrame {
    const matching = all.filter(({ name }) => name.includes(text));
    return {
      asOf: Date.now(),
      total: all.length,
      matching: matching.length,
      offset,
      rows: matching.slice(offset, offset + limit),
      numbers: this.numbers,
      facets: this.facets,
      names: { production: "Production" },
    };
  }
}
