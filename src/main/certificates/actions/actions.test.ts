import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { issue, issueFor } from "../../../lab/servers/kubernetes/access/certificates.ts";
import { readRequest as readLabRequest } from "../../../lab/servers/vault/crypto/x509.ts";
import type { MadeRequest } from "../../../shared/certificates.ts";
import type { NewJournalEvent } from "../../../shared/journal.ts";
import type { Resource } from "../../../shared/resource.ts";
import { sameText } from "../../../shared/text.ts";
import type { Action, ActionContext } from "../../actions/action.ts";
import { keyDigest } from "../../x509/read.ts";
import { readRequest } from "../../x509/request.ts";
import { requestedType, signedType, takenBackType, ticketedType, withdrawnType } from "../book.ts";
import type { JudgedCertificate } from "../engine.ts";
import type { KeyKeeper } from "../key-keeper.ts";
import { aRecord } from "../testing/record.ts";
import { handInAction } from "./hand-in.ts";
import { requestAction } from "./request.ts";
import { signAction } from "./sign.ts";
import { ticketAction, ticketKey } from "./ticket.ts";

const now = Date.UTC(2026, 0, 15);
const resource: Resource = {
  ...{ id: "east/tls-secrets/shop/front", kind: "certificate", name: "shop/front", system: "east" },
  ...{ parent: null, site: null, environment: null, health: "ok", stale: false, seenAt: now },
  ...{ facts: {}, problems: [], sources: {} },
};
let kept: Map<string, string>;
let events: Omit<NewJournalEvent, "task">[];
let commits: number;
/** What keeping a key is refused with, before anything is sent. */
let refusal: Error | null;

const keys: KeyKeeper = {
  places: () => ["keychain"],
  referenceOf: (place, name) => `${place}:${name}`,
  takes: (reference) => reference.startsWith("keychain:"),
  has: async (reference) => kept.has(reference),
  keep: async (reference, key, { committed }) => {
    if (refusal) throw refusal;
    committed();
    kept.set(reference, key);
  },
  read: async (reference) => kept.get(reference) ?? "",
  forget: async (reference) => void kept.delete(reference),
};
const context: ActionContext = {
  resource,
  signal: new AbortController().signal,
  progress: () => undefined,
  output: () => undefined,
  committed: () => {
    commits += 1;
  },
  journal: async (event) => void events.push(event),
};

beforeEach(() => {
  kept = new Map();
  events = [];
  commits = 0;
  refusal = null;
});

const request = requestAction({ keys, namesOf: () => ["front.shop.example"], now: () => now });

async function make(input: object = {}) {
  const given = request.input.parse(input);
  const probe = await request.probe(context, given);
  if (probe.state !== "needed") return { probe, verification: null };
  const applied = await request.apply(context, given, probe);
  return { probe, verification: await request.verify(context, given, probe, applied) };
}
const madeRequests = (): MadeRequest[] =>
  events
    .filter(({ type }) => type === requestedType)
    .map(({ data }) => ({ at: now, by: "ada", key: String(data.key), request: String(data.request) }));

describe("a request", () => {
  it.each(["ec-p256", "rsa-3072"])(
    "of a key %s is signed with the key that is kept, and shows none of it",
    async (algorithm) => {
      const { verification, probe } = await make({ algorithm });
      expect([verification?.proven, commits]).toEqual([true, 1]);
      const [made] = madeRequests();
      const read = readRequest(made?.request ?? "");
      expect(read).toMatchObject({ names: ["front.shop.example"], isSigned: true });
      const key = kept.get("keychain:certificate-shop-front-2026-01-15") ?? "";
      expect(read?.keyDigest).toBe(keyDigest(createPublicKey(createPrivateKey(key))));
      expect(JSON.stringify([probe, verification, events])).not.toContain("PRIVATE KEY");
    },
  );

  it("takes names and addresses as they are given, and nothing else", async () => {
    await make({ names: "a.example, *.b.example\n192.0.2.7", key: "keychain:own" });
    expect(readRequest(madeRequests()[0]?.request ?? "")?.names).toEqual([
      "a.example",
      "*.b.example",
      "192.0.2.7",
    ]);
    for (const names of ["not_a name!", "a..example", "-x.example", `${"a".repeat(64)}.example`]) {
      expect((await make({ names, key: "keychain:other" })).probe.state).toBe("impossible");
    }
  });

  it("never takes the place of a secret that is there, and is taken back whole", async () => {
    kept.set("keychain:own", "precious");
    expect((await make({ key: "keychain:own" })).probe.state).toBe("impossible");
    expect((await make({ key: "/etc/key.pem" })).probe.state).toBe("impossible");
    expect(kept.get("keychain:own")).toBe("precious");
    const { probe } = await make({ key: "keychain:new" });
    const given = request.input.parse({});
    expect(await request.settle(context, given, probe)).toMatchObject({ effect: "happened" });
    expect(await request.undo?.(context, given, probe)).toMatchObject({ proven: true });
    expect(await request.settle(context, given, probe)).toMatchObject({ effect: "did-not-happen" });
  });
});

describe("a request whose key is not kept", () => {
  it("is taken back where the key was refused before it left", async () => {
    refusal = new Error("sealed");
    await expect(make()).rejects.toThrow("sealed");
    expect(commits).toBe(0);
    expect(events.map(({ type }) => type)).toEqual([requestedType, withdrawnType]);
  });

  it("has a name of its own where one was made on the same day, and none at a place that is not there", async () => {
    await make();
    const { probe } = await make();
    expect(probe.observed.key).toBe("keychain:certificate-shop-front-2026-01-15-2");
    expect((await make({ place: "vault" })).probe).toMatchObject({ state: "impossible" });
  });
});

describe("a request that an authority of the estate signs", () => {
  const authority = issue(
    { commonName: "House" },
    { for: "authority" },
    { issuer: null, now: new Date(now), days: 900 },
  );
  let answer: (request: string) => string;
  /** Why the authority does not let itself be told to revoke. */
  let objection: ReturnType<typeof sameText> | null;
  let isRevoked: boolean;
  const signedOf = () => {
    if (events.some(({ type }) => type === takenBackType)) return null;
    const last = events.filter(({ type }) => type === signedType).at(-1)?.data.certificate;
    return typeof last === "string" ? last : null;
  };
  beforeEach(() => {
    objection = null;
    isRevoked = false;
  });
  const sign = signAction({
    requestsOf: () => madeRequests().reverse(),
    signedFor: signedOf,
    signedWith: signedOf,
    signer: () => ({
      name: sameText("House"),
      sign: async (asked, { committed }) => {
        committed();
        return answer(asked);
      },
      revoke: async (_certificate, { committed }) => {
        committed();
        isRevoked ||= objection === null;
        return objection;
      },
      isRevoked: async () => isRevoked,
    }),
    now: () => now,
  });
  const handIn = handInAction({
    requestsOf: () => madeRequests().reverse(),
    signedFor: signedOf,
    now: () => now,
  });
  const signing = async () => {
    const probe = await sign.probe(context, {});
    const applied = await sign.apply(context, {}, probe);
    return sign.verify(context, {}, probe, applied);
  };

  it("is not asked for where there is none, and a certificate for another key is not taken", async () => {
    expect(sign.unavailable?.(resource)).not.toBeNull();
    await make();
    expect(sign.unavailable?.(resource)).toBeNull();
    const other = issue(
      { commonName: "front.shop.example" },
      { for: "server", names: ["front.shop.example"], addresses: [] },
      { issuer: { ...authority, subject: { commonName: "House" } }, now: new Date(now), days: 90 },
    );
    answer = () => other.cert;
    expect(await signing()).toMatchObject({ proven: false, disproven: true });
    expect((await handIn.probe(context, { certificate: "" })).state).toBe("impossible");
    expect((await sign.probe(context, {})).state).toBe("needed");
  });

  /** One that fits is signed; its probe, by which it is undone. */
  const signedWell = async () => {
    await make();
    const asked = readLabRequest(madeRequests()[0]?.request ?? "");
    const to = { issuer: { ...authority, subject: { commonName: "House" } }, now: new Date(now), days: 90 };
    const purpose = { for: "server", names: ["front.shop.example"], addresses: [] } as const;
    const leaf = issueFor(asked.publicKey, { commonName: "front.shop.example" }, purpose, to);
    answer = () => leaf + authority.cert;
    const probe = await sign.probe(context, {});
    await sign.verify(context, {}, probe, await sign.apply(context, {}, probe));
    return { probe, fingerprint: new X509Certificate(leaf).fingerprint256 };
  };

  it("is revoked when it is taken back, and counts as not signed from then on", async () => {
    const { probe } = await signedWell();
    expect(await sign.settle(context, {}, probe)).toMatchObject({ effect: "happened" });
    expect(await sign.undo?.(context, {}, probe)).toMatchObject({ proven: true });
    expect([isRevoked, events.at(-1)?.type]).toEqual([true, takenBackType]);
    expect((await handIn.probe(context, { certificate: "" })).state).toBe("impossible");
    expect(await sign.undo?.(context, {}, probe)).toMatchObject({ proven: true });
  });

  it("stays valid where its authority does not let this console, until a person has had it revoked", async () => {
    const { probe } = await signedWell();
    objection = sameText("by hand");
    expect(await sign.undo?.(context, {}, probe)).toMatchObject({
      proven: false,
      disproven: true,
      text: objection,
    });
    expect(await sign.settle(context, {}, probe)).toMatchObject({ effect: "happened" });
    isRevoked = true;
    expect(await sign.settle(context, {}, probe)).toMatchObject({ effect: "did-not-happen" });
    expect(await sign.undo?.(context, {}, probe)).toMatchObject({ proven: true });
  });

  it("is not revoked while it is in place", async () => {
    const { probe, fingerprint } = await signedWell();
    const installs = (verb: "apply" | "undo") => ({
      ...context,
      earlier: () => [
        { task: "t", action: "certificates.install", verb, at: now, observed: { fingerprint } },
      ],
    });
    const inPlace = await sign.undo?.(installs("apply"), {}, probe);
    expect([inPlace?.proven, inPlace?.text.en, isRevoked]).toEqual([
      false,
      expect.stringContaining("in place"),
      false,
    ]);
    expect(await sign.undo?.(installs("undo"), {}, probe)).toMatchObject({ proven: true });
  });

  it("whose answer was lost is left to a person, and does no harm", async () => {
    await make();
    answer = () => {
      throw new Error("cut");
    };
    await expect(signing()).rejects.toThrow("cut");
    const probe = await sign.probe(context, {});
    expect(await sign.settle(context, {}, probe)).toMatchObject({ effect: "unknown", untellable: true });
  });
});

describe("what comes back for a request", () => {
  it("is not taken when it is for another key, or is no certificate, or nothing was asked for", async () => {
    const handIn = handInAction({ requestsOf: () => madeRequests(), signedFor: () => null, now: () => now });
    const { cert } = issue(
      { commonName: "front.shop.example" },
      { for: "server", names: ["front.shop.example"], addresses: [] },
      { issuer: null, now: new Date(now), days: 90 },
    );
    expect(handIn.unavailable?.(resource)).not.toBeNull();
    expect((await handIn.probe(context, { certificate: cert })).text.en).toContain("No request was made");
    await make();
    expect((await handIn.probe(context, { certificate: cert })).text.en).toContain("another key");
    expect((await handIn.probe(context, { certificate: "PEM" })).text.en).toContain("no certificate");
    expect((await handIn.probe(context, { certificate: "" })).text.en).toContain("none was signed");
  });
});

describe("a ticket", () => {
  const found: JudgedCertificate = {
    record: aRecord({ id: resource.id, name: "shop/front", fingerprint: "AB:CD" }),
    judgement: { state: "soon", text: sameText("It ends in 12 days."), problems: [], until: 0 },
  };
  const tickets = new Set<string>();
  let posted: string[];
  let status: number;
  const announce = {
    id: "webhook.announce",
    probe: async () => ({ state: "needed", text: sameText("reachable"), observed: { at: now } }),
    apply: async ({ committed }: ActionContext, input: { text: string }) => {
      committed();
      posted.push(input.text);
      return { data: { status } };
    },
    verify: async () => ({
      proven: status === 200,
      disproven: status === 404,
      text: sameText("said"),
      data: {},
    }),
    settle: async () => ({ effect: "unknown", text: sameText("lost"), data: {} }),
  } as unknown as Action;
  const ticket = ticketAction({
    find: () => found,
    book: { hasTicket: (key) => tickets.has(key), requestsOf: () => madeRequests() },
    channel: () => ({ resource: { ...resource, id: "announce/support" }, announce }),
  });
  const open = async (request = false) => {
    const probe = await ticket.probe(context, { request });
    if (probe.state !== "needed") return { probe, verification: null };
    const applied = await ticket.apply(context, { request }, probe);
    return { probe, verification: await ticket.verify(context, { request }, probe, applied) };
  };
  beforeEach(() => {
    tickets.clear();
    posted = [];
    status = 200;
  });

  it("says what ends and when in both languages, and is opened once for a certificate and its state", async () => {
    expect((await open()).verification).toMatchObject({ proven: true });
    expect(posted[0]).toContain("shop/front\nIt ends in 12 days.");
    expect(posted[0]).toContain(ticketKey(found));
    for (const { data } of events) tickets.add(String(data.key));
    expect((await open()).probe.state).toBe("done");
    expect(posted).toHaveLength(1);
    expect(ticketKey({ ...found, judgement: { ...found.judgement, state: "expired" } })).not.toBe(
      ticketKey(found),
    );
  });

  it("has the request to be signed whole, or says where it is, and is opened once for a request", async () => {
    expect((await open(true)).probe.state).toBe("impossible");
    await make();
    expect((await open(true)).verification).toMatchObject({ proven: true });
    expect(readRequest(posted[0] ?? "")).toMatchObject({ isSigned: true, names: ["front.shop.example"] });
    for (const { type, data } of events) if (type === ticketedType) tickets.add(String(data.key));
    expect((await open(true)).probe.state).toBe("done");
    events = [];
    const many = Array.from({ length: 100 }, (_, index) => `${"a".repeat(40)}-${index}.shop.example`);
    await make({ names: many.join("\n"), algorithm: "rsa-3072", key: "keychain:many" });
    await open(true);
    expect(posted[1]).toContain("on the page of the certificate");
    expect(posted[1]).not.toContain("BEGIN");
  });

  it("that was refused counts as none, and one whose answer was lost is not sent again by itself", async () => {
    status = 404;
    const { probe, verification } = await open();
    expect(verification).toMatchObject({ proven: false, disproven: true });
    expect(events).toEqual([]);
    expect(await ticket.settle(context, { request: false }, probe)).toMatchObject({ effect: "unknown" });
  });
});
