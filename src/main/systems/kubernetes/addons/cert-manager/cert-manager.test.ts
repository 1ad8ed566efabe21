import { createPublicKey } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { issue } from "../../../../../lab/servers/kubernetes/access/certificates.ts";
import { certManagerAddon } from "../../../../../lab/servers/kubernetes/cert-manager/index.ts";
import { Cluster } from "../../../../../lab/servers/kubernetes/cluster/cluster.ts";
import { TestApi } from "../../../../../lab/servers/kubernetes/testing/test-api.ts";
import { type Item, metadataSchema } from "../../list-watch/items.ts";
import type { RecordingSink } from "../../testing/recording-sink.ts";
import { AddonBench, layTestAuthority } from "../testing/addon-bench.ts";
import { certificatesIn } from "../tls-secrets/read-secret.ts";
import { attachedOrder, attachedRequest } from "./issuance.ts";

const system = "cluster-east";
const day = 86_400_000;
const closing: (() => Promise<void>)[] = [];

layTestAuthority();
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start({ config = {}, refuses = false, challengeFails = (): boolean => false } = {}) {
  const secrets = new Map<string, string>();
  const lab = await TestApi.of(
    (world) =>
      new Cluster({
        world,
        addons: [certManagerAddon({ domain: "shop.example", refuses: () => refuses, challengeFails })],
      }),
  );
  const bench = new AddonBench(lab, { id: system, trouble: { haste: 1 }, config, secrets });
  closing.unshift(() => bench.close());
  return { bench, secrets, lab };
}

async function observed(config: object) {
  const { bench } = await start({ config });
  const { sink, close } = await bench.observe("east");
  closing.unshift(close);
  return { sink, now: bench.access.now() };
}

const ids = (sink: RecordingSink) =>
  sink.declared.filter(({ kind }) => kind === "certificate").map(({ id }) => id.slice(system.length + 1));
const problemsOf = (sink: RecordingSink, id: string) => {
  const seen = sink.last.get(`${system}/${id}`);
  return seen && "problems" in seen ? (seen.problems ?? []).map(({ code }) => code) : [];
};
const tlsSecret = (name: string) => `${system}/tls-secrets/web-front/${name}`;

test("Certificates are shown with their dates, who renews them, and why one is not issued", async () => {
  const { sink, now } = await observed({});
  expect(sink.facts(`${system}/certificates/web-front/front`)).toMatchObject({
    "certificate.from": "cert-manager",
    "certificate.names": ["front.shop.example"],
    "certificate.renewal": "automatic",
    "certificate.renewedBy": "ClusterIssuer house-authority",
    "certificate.usedBy": [tlsSecret("front-tls")],
  });
  const ends = Number(sink.facts(`${system}/certificates/web-front/front`)["certificate.notAfter"]);
  expect(Math.abs(ends - now - 70 * day)).toBeLessThan(day);
  expect(problemsOf(sink, "certificates/web-front/front")).toEqual([]);
  expect(problemsOf(sink, "certificates/web-front/billing")).toEqual(["kubernetes.certificate-not-issued"]);
});

test("without the estate's word TLS secrets are known by what their metadata says alone", async () => {
  const { sink } = await observed({});
  const secrets = ids(sink).filter((id) => id.startsWith("tls-secrets/"));
  expect(secrets).toEqual(["tls-secrets/web-front/api-int-serving-cert"]);
  expect(sink.facts(tlsSecret("api-int-serving-cert"))).toMatchObject({
    "certificate.from": "openshift",
    "certificate.issuer": "shop.example signer",
    "certificate.names": ["api-int.shop.example"],
    "certificate.renewal": "automatic",
  });
});

test("with it they are read one by one, and nothing of their keys is kept", async () => {
  const { sink, now } = await observed({ tlsSecrets: "read" });
  expect(ids(sink)).toContain("tls-secrets/web-front/legacy-tls");
  const facts = sink.facts(tlsSecret("partners-tls"));
  expect(facts).toMatchObject({
    "certificate.from": "secret",
    "certificate.subject": "partners.shop.example",
    "certificate.issuer": "shop.example authority",
    "certificate.key": "EC P-256",
    "certificate.chainState": "complete",
    "certificate.renewal": "manual",
  });
  expect(Math.round((Number(facts["certificate.notAfter"]) - now) / day)).toBe(12);
  expect(Number(sink.facts(tlsSecret("legacy-tls"))["certificate.notAfter"])).toBeLessThan(now);
  expect(sink.facts(tlsSecret("front-tls"))).toMatchObject({
    "certificate.renewal": "automatic",
    "certificate.renewedBy": "Certificate front",
  });
  expect(JSON.stringify([...sink.last.values()])).not.toMatch(/PRIVATE KEY|tls\.key/);
});

test("one is issued anew as cmctl renew has it, proven by the revision that is ready", async () => {
  const { bench } = await start();
  const target = `${system}/certificates/web-front/billing`;
  const { verification } = await bench.run("cert-manager.renew", target, "certificate");
  expect(verification).toMatchObject({ proven: true, data: { revision: 2 } });
  const { chosen, input, context } = bench.on("cert-manager.renew", target, "certificate");
  const before = { state: "needed" as const, text: { en: "", fr: "" }, observed: { revision: 1 } };
  expect(await chosen.settle(context, input, before)).toMatchObject({ effect: "happened" });
});

test("what its issuer refuses has failed, and the one before stays", async () => {
  const { bench } = await start({ refuses: true });
  const target = `${system}/certificates/web-front/front`;
  const { verification } = await bench.run("cert-manager.renew", target, "certificate");
  expect(verification).toMatchObject({ proven: false, disproven: true });
  expect(verification?.text.en).toContain("the authority answered 503");
});

test("what holds up an issuance is told of its Certificate, down to the challenge, until it is over", async () => {
  let fails = true;
  const { bench, lab } = await start({ challengeFails: () => fails });
  const target = `${system}/certificates/web-front/billing`;
  const { chosen, input, context } = bench.on("cert-manager.renew", target, "certificate");
  const probe = await chosen.probe(context, input);
  await chosen.apply(context, input, probe);
  await lab.settle(10_000);
  const { sink, round, close } = await bench.observe("east");
  closing.unshift(close);
  const lines = sink.facts(target)["certificate.issuance"];
  expect(lines).toEqual([
    expect.stringMatching(/^CertificateRequest billing-request · Pending · \d{4}-.* UTC · Waiting on/),
    expect.stringMatching(/^Order billing-order · pending · \d{4}-.* UTC$/),
    expect.stringMatching(/^Challenge billing-order-challenge · pending · .* · Waiting for HTTP-01/),
  ]);
  expect(problemsOf(sink, "certificates/web-front/billing")).toContain("kubernetes.certificate-held");

  fails = false;
  expect((await chosen.verify(context, input, probe, { data: {} })).proven).toBe(true);
  await round();
  expect(sink.facts(target)["certificate.issuance"]).toBeUndefined();
  expect(problemsOf(sink, "certificates/web-front/billing")).toEqual([]);
});

const item = (part: object): Item => ({
  metadata: metadataSchema.parse({
    ...{ name: "front-1", namespace: "shop", creationTimestamp: "2026-01-15T10:00:00Z" },
    annotations: { "cert-manager.io/certificate-name": "front" },
  }),
  object: { ...part },
  cells: null,
});
const told = (attached: ReturnType<typeof attachedOrder>) => [
  attached?.to,
  attached?.lines["certificate.issuance"],
  attached?.problems[0]?.text.en,
];

test.each([
  ["invalid", "Order front-1 · invalid · 2026-01-15 10:00 UTC · rate limited", /^The Order front-1 holds it/],
  ["errored", "Order front-1 · errored · 2026-01-15 10:00 UTC · rate limited", /limits of the ACME server/],
  ["ready", "Order front-1 · ready · 2026-01-15 10:00 UTC · rate limited", undefined],
])("an Order that is %s is told with what to do", (state, line, words) => {
  const [to, said, problem] = told(
    attachedOrder("east", item({ status: { state, reason: "rate limited" } })),
  );
  expect([to, said]).toEqual(["east/certificates/shop/front", line]);
  expect(problem).toEqual(words && expect.stringMatching(words));
});

test("what is done, or names no Certificate, is told of none; a request that was denied says by what", () => {
  const ready = { status: { conditions: [{ type: "Ready", status: "True" }] } };
  expect([
    attachedRequest("east", item(ready)),
    attachedOrder("east", item({ status: { state: "valid" } })),
  ]).toEqual([null, null]);
  const denied = item({
    status: { conditions: [{ type: "Denied", status: "True", message: "no policy allows it" }] },
  });
  expect(told(attachedRequest("east", denied))).toEqual([
    "east/certificates/shop/front",
    "CertificateRequest front-1 · Denied · 2026-01-15 10:00 UTC · no policy allows it",
    expect.stringContaining("See who refused it"),
  ]);
  const nobodys = { ...denied, metadata: { ...denied.metadata, annotations: {} } };
  expect(attachedRequest("east", nobodys)).toBeNull();
});

/** A certificate for partners.shop.example with its key. */
const signed = (days: number, name = "partners.shop.example", at = Date.now()) =>
  issue(
    { commonName: name },
    { for: "server", names: [name], addresses: [] },
    { issuer: null, now: new Date(at), days },
  );

test("a signed certificate takes the place of the one before, which can be put back", async () => {
  const { bench, secrets } = await start();
  const pair = signed(400, undefined, bench.access.now());
  secrets.set("keychain:partners", pair.key);
  const given = { certificate: pair.cert, key: "keychain:partners" };
  const held = () => {
    const found = bench
      .objects("secrets", "web-front")
      .find(({ metadata }) => metadata.name === "partners-tls");
    return certificatesIn(found)?.[0];
  };
  const before = held()?.fingerprint256;
  const { probe, verification } = await bench.run(
    "certificates.install",
    tlsSecret("partners-tls"),
    "certificate",
    given,
  );
  expect(verification).toMatchObject({ proven: true });
  expect(held()?.publicKey.equals(createPublicKey(pair.key))).toBe(true);
  const again = await bench.run("certificates.install", tlsSecret("partners-tls"), "certificate", given);
  expect(again.probe.state).toBe("done");
  const { chosen, input, context } = bench.on(
    "certificates.install",
    tlsSecret("partners-tls"),
    "certificate",
    given,
  );
  expect(await chosen.undo?.(context, input, probe)).toMatchObject({ proven: true });
  expect(held()?.fingerprint256).toBe(before);
  expect(JSON.stringify([probe, verification, bench.events])).not.toContain("PRIVATE KEY");
});

test.each([
  ["for another key", { days: 400, name: "partners.shop.example", key: "other" }, "another key"],
  ["that has ended", { days: -2, name: "partners.shop.example", key: "own" }, "not valid now"],
  [
    "for other names",
    { days: 400, name: "elsewhere.example", key: "own" },
    "not good for partners.shop.example",
  ],
  [
    "that ends no later",
    { days: 5, name: "partners.shop.example", key: "own" },
    "not after the one in place",
  ],
])("one %s is not installed", async (_what, { days, name, key }, words) => {
  const { bench, secrets } = await start();
  const pair = signed(days, name, bench.access.now());
  secrets.set("keychain:partners", key === "own" ? pair.key : signed(10).key);
  const given = { certificate: pair.cert, key: "keychain:partners" };
  const { probe } = await bench.run("certificates.install", tlsSecret("partners-tls"), "certificate", given);
  expect([probe.state, probe.text.en]).toEqual(["impossible", expect.stringContaining(words)]);
});

test("what cert-manager keeps is not overwritten, and nothing is installed that was not given", async () => {
  const { bench } = await start();
  const kept = await bench.run("certificates.install", tlsSecret("front-tls"), "certificate");
  expect(kept.probe.text.en).toContain("Certificate front");
  const nothing = await bench.run("certificates.install", tlsSecret("partners-tls"), "certificate");
  expect(nothing.probe.text.en).toContain("make a request first");
});
