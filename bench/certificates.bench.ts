import { CertificateDesk } from "../src/main/certificates/desk.ts";
import { Inventory } from "../src/main/inventory/inventory.ts";
import { Journal } from "../src/main/journal/journal.ts";
import { type CertificateQuery, certificateQuerySchema } from "../src/shared/certificates.ts";
import type { Declaration, Observation } from "../src/shared/resource.ts";
import { alone, type Row } from "./row.ts";
import { longestPiece, median, timed } from "./support/pieces.ts";
import { inFolder } from "./support/program.ts";

const certificates = 10_000;
const day = 86_400_000;

/**
 * The view over 10,000 certificates: what it keeps the main thread from other work when all come at once and when one changes,
 * and what one window of the page costs, plain, filtered by words and by facets, and sorted otherwise.
 */
export default async function certificatesBench(): Promise<Row[]> {
  return inFolder(async (folder) => {
    const journal = Journal.open({ folder, actor: "bench", workstation: "bench" });
    const inventory = new Inventory();
    const desk = new CertificateDesk({
      ...{ inventory, journal, estate: () => null, now: Date.now },
      onError: (thrown) => {
        throw thrown;
      },
    });
    try {
      const all = Array.from({ length: certificates }, (_, at) => at);
      inventory.declare("east", all.map(declared));
      inventory.observe(all.map((at) => observed(at, 0)));
      const longest = await longestPiece(() => [...desk.engine.all()].length === certificates);
      desk.engine.settle();
      let changed = 0;
      const one = median(() => {
        changed += 1;
        inventory.observe([observed(changed, changed)]);
        return timed(() => desk.engine.settle());
      });
      const window = (part: Partial<CertificateQuery>) => {
        const query = certificateQuerySchema.parse(part);
        return median(() => timed(() => desk.frame(query)));
      };
      const found = desk.frame(certificateQuerySchema.parse({ text: "service-42.shop" }));
      if (found.matching === 0 || found.total !== certificates) throw new Error("the list is not whole");
      const what = "10,000 certificates";
      return [
        alone(`certificates: longest piece of work when everything comes at once, ${what}`, "ms", longest),
        alone("certificates: one is shown anew", "ms", one),
        alone("certificates: a window of the page, soonest to end first", "ms", window({})),
        alone("certificates: the same, filtered by words", "ms", window({ text: "service-42" })),
        alone(
          "certificates: the same, filtered by state and issuer",
          "ms",
          window({ facets: { state: ["soon", "late"], issuer: ["Authority 3"] } }),
        ),
        alone(
          "certificates: the same, by name, the last rows",
          "ms",
          window({ sort: { by: "name", direction: "ascending" }, offset: certificates - 100 }),
        ),
      ];
    } finally {
      desk.close();
      inventory.close();
      journal.close();
    }
  });
}

function declared(at: number): Declaration {
  return {
    ...{ id: `east/tls-secrets/shop/${at}`, kind: "certificate", name: `shop/service-${at}`, system: "east" },
    ...{ parent: null, site: null, environment: null, staleAfter: day },
  };
}

function observed(at: number, turn: number): Observation {
  const now = Date.now();
  const ends = now + ((at * 37) % 400) * day - 5 * day;
  return {
    ...{ resource: `east/tls-secrets/shop/${at}`, source: "east", at: now, health: "ok", problems: [] },
    facts: {
      "certificate.from": "secret",
      "certificate.subject": `service-${at}.shop.example`,
      "certificate.names": [`service-${at}.shop.example`, `service-${at}.east.shop.example`],
      "certificate.issuer": `Authority ${at % 7}`,
      "certificate.serial": `${at}-${turn}`,
      "certificate.fingerprint": `${at}:${turn}`,
      "certificate.notBefore": ends - 398 * day,
      "certificate.notAfter": ends,
      "certificate.key": at % 3 === 0 ? "RSA 3072" : "EC P-256",
      "certificate.renewal": at % 2 === 0 ? "manual" : null,
    },
  };
}
