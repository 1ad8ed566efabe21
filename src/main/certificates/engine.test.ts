import { X509Certificate } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { issue } from "../../lab/servers/kubernetes/access/certificates.ts";
import { certificateQuerySchema } from "../../shared/certificates.ts";
import type { Estate } from "../../shared/estate.ts";
import { certificateRulesSchema } from "../../shared/estate-certificates.ts";
import { Inventory } from "../inventory/inventory.ts";
import { Journal } from "../journal/journal.ts";
import type { Reach } from "../reach/reach.ts";
import type { ShownCertificate } from "../reach/shown-certificates.ts";
import { ticketedType } from "./book.ts";
import { CertificateDesk } from "./desk.ts";
import { ShownEndpoints } from "./endpoints.ts";
import { watchForTickets } from "./ticket-watch.ts";

const day = 86_400_000;
const start = Date.UTC(2026, 0, 15);
let now = start;
let folder: string;
let inventory: Inventory;
let journal: Journal;
let desk: CertificateDesk;
let estate: Pick<Estate, "systems" | "sites" | "environments" | "certificates">;

beforeEach(async () => {
  now = start;
  folder = await mkdtemp(join(tmpdir(), "certificates-"));
  estate = {
    systems: { forge: { type: "proxmox", site: "east" } },
    sites: { east: { environment: "prod" } },
    environments: {},
  };
  inventory = new Inventory({ now: () => now });
  journal = Journal.open({ folder, actor: "ada", workstation: "desk" });
  desk = new CertificateDesk({
    ...{ inventory, journal, estate: () => estate as Estate, now: () => now },
    onError: (thrown) => {
      throw thrown;
    },
  });
});
afterEach(async () => {
  desk.close();
  inventory.close();
  journal.close();
  await rm(folder, { recursive: true, force: true });
});

const shown = (name: string, days: number, part: Partial<ShownCertificate> = {}): ShownCertificate => {
  const { cert } = issue(
    { commonName: name },
    { for: "server", names: [name], addresses: [] },
    { issuer: null, now: new Date(now - 200 * day), days: 200 + days },
  );
  return {
    ...{ address: name, port: 443, via: null, side: "server", servedAs: name, trust: "workstation" },
    chain: [new X509Certificate(cert)],
    ...part,
  };
};
const endpoints = () =>
  new ShownEndpoints({ sink: inventory, estate: () => estate as Estate, now: () => now });
const states = () => {
  desk.engine.settle();
  const { rows } = desk.frame(certificateQuerySchema.parse({}));
  return rows.map(({ name, state }) => [name, state]);
};

describe("what connections have shown", () => {
  it("is listed by its end, each place and name once, and told as a problem where it is one", () => {
    const seen = endpoints();
    seen.take("forge", shown("a.example", 200));
    seen.take("forge", shown("b.example", 12));
    seen.take("forge", shown("c.example", -3));
    seen.take("forge", shown("d.example", 200, { servedAs: "other.example", address: "192.0.2.4" }));
    expect(states()).toEqual([
      ["c.example:443", "expired"],
      ["b.example:443", "soon"],
      ["a.example:443", "ok"],
      ["other.example:443 (192.0.2.4)", "wrong-name"],
    ]);
    const problems = inventory.get("shown-certificates/forge/c.example:443")?.problems;
    expect(problems).toMatchObject([{ code: "certificate.expired", health: "critical" }]);
    expect(desk.engine.wrong()).toBe(3);
  });

  it("is found as soon as it was shown, before all are listed anew", () => {
    endpoints().take("forge", shown("a.example", 3));
    const id = "shown-certificates/forge/a.example:443";
    expect(desk.find(id)?.judgement.state).toBe("late");
    expect(inventory.get(id)?.problems).toEqual([]);
    expect(states()).toEqual([["a.example:443", "late"]]);
    expect(inventory.get(id)?.problems).toHaveLength(1);
  });

  it("takes the place of what was shown there before, and is forgotten with its system", () => {
    const seen = endpoints();
    seen.take("forge", shown("a.example", 3));
    expect(states()).toEqual([["a.example:443", "late"]]);
    seen.take("forge", shown("a.example", 300));
    expect(states()).toEqual([["a.example:443", "ok"]]);
    estate = { ...estate, systems: {} };
    seen.tidy();
    expect(states()).toEqual([]);
  });

  it("is forgotten after a week without a connection", () => {
    const seen = endpoints();
    seen.take("forge", shown("a.example", 300));
    now += 6 * day;
    seen.tidy();
    expect(states()).toHaveLength(1);
    now += 2 * day;
    seen.tidy();
    expect(states()).toEqual([]);
  });

  it("comes from the connections of a system, and nothing is dialled for it", async () => {
    const dialled: string[] = [];
    const refuse = () => Promise.reject(new Error("not part of this test"));
    const reach: Reach = {
      dial: ({ address }) => {
        dialled.push(address);
        return refuse();
      },
      ...{ execute: refuse, shell: refuse, forward: refuse, tryLogin: refuse, provenHostKey: () => null },
    };
    const told = desk.reachOf("forge", reach);
    await expect(
      told.dial({ via: null, address: "192.0.2.1", port: 443 }, AbortSignal.timeout(1000)),
    ).rejects.toThrow();
    expect(dialled).toEqual(["192.0.2.1"]);
    expect(states()).toEqual([]);
  });
});

describe("the list", () => {
  beforeEach(() => {
    const seen = endpoints();
    for (const [at, days] of [10, 40, 40, 400].entries())
      seen.take("forge", shown(`host-${at}.example`, days));
    desk.engine.settle();
  });
  const frame = (part: object) => desk.frame(certificateQuerySchema.parse(part));

  it("is filtered by words and facets, whose counts leave their own facet aside", () => {
    expect(frame({ text: "HOST-2" })).toMatchObject({ matching: 1, total: 4 });
    const { matching, facets } = frame({ facets: { state: ["soon"] } });
    expect([matching, facets.state]).toEqual([1, { soon: 1, ok: 3 }]);
    expect(Object.keys(frame({}).facets.month ?? {})).toHaveLength(3);
    expect(frame({}).facets.environment).toEqual({ prod: 4 });
  });

  it("warns as the environment has it", () => {
    estate = {
      ...estate,
      certificates: certificateRulesSchema.parse({ environments: { prod: { warnDays: 60 } } }),
    };
    desk.reconsider();
    expect(states().filter(([, state]) => state === "soon")).toHaveLength(2);
  });
});

describe("tickets that are opened by themselves", () => {
  it("are opened once for what needs somebody, at most twenty an hour, and not for what has one", () => {
    const opened: string[] = [];
    const stop = watchForTickets({
      ...{ desk, isWanted: () => true, now: () => now },
      open: async (id) => void opened.push(id),
      onError: (thrown) => {
        throw thrown;
      },
    });
    const seen = endpoints();
    seen.take("forge", shown("fine.example", 300));
    for (let at = 0; at < 30; at += 1) seen.take("forge", shown(`host-${at}.example`, 10));
    desk.engine.settle();
    expect(opened).toHaveLength(20);
    desk.engine.touched();
    expect(opened).toHaveLength(20);
    now += 61 * 60_000;
    desk.engine.touched();
    expect(new Set(opened).size).toBe(30);
    stop();
  });

  it("are known again after a restart, by the journal", () => {
    const data = { key: "cert-0123456789ab", channel: "announce/support" };
    journal.write({ type: ticketedType, subject: "a", task: null, data });
    desk.book.catchUp();
    expect([desk.book.hasTicket(data.key), desk.book.hasTicket("cert-other")]).toEqual([true, false]);
    expect(desk.book.ticketAt("a")).not.toBeNull();
  });
});
