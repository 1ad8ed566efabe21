import { rootCertificates } from "node:tls";
import { afterEach, expect, test } from "vitest";
import { issue } from "../../../../../lab/servers/kubernetes/access/certificates.ts";
import type { Flavour } from "../../../../../lab/servers/kubernetes/api/flavour.ts";
import { Cluster } from "../../../../../lab/servers/kubernetes/cluster/cluster.ts";
import { openshiftCertificatesAddon } from "../../../../../lab/servers/kubernetes/openshift-certificates/index.ts";
import { TestApi } from "../../../../../lab/servers/kubernetes/testing/test-api.ts";
import type { RecordingSink } from "../../testing/recording-sink.ts";
import { AddonBench, layTestAuthority } from "../testing/addon-bench.ts";
import { bundleOf, standingOf } from "./bundle.ts";

const system = "cluster-east";
const day = 86_400_000;
const now = Date.now();
const closing: (() => Promise<void>)[] = [];

layTestAuthority();
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function observed(flavour: Flavour = "openshift") {
  const addons = [openshiftCertificatesAddon({ domain: "shop.example" })];
  const lab = await TestApi.of((world) => new Cluster({ world, flavour, addons }));
  const bench = new AddonBench(lab, { id: system, trouble: { haste: 1 } });
  closing.unshift(() => bench.close());
  const { sink, close } = await bench.observe("east");
  closing.unshift(close);
  return { bench, sink, now: bench.access.now() };
}

const bundles = (sink: RecordingSink) =>
  sink.declared
    .map(({ id }) => id)
    .filter((id) => id.startsWith(`${system}/ca-bundles/`))
    .map((id) => id.slice(`${system}/ca-bundles/`.length))
    .sort();
const authority = (commonName: string, left: number) =>
  issue(
    { commonName },
    { for: "authority" },
    { issuer: null, now: new Date(now - 900 * day), days: 900 + left },
  ).cert;

test("each bundle is one line, that of the services one for all namespaces, and what the public trusts none", async () => {
  const { sink } = await observed();
  expect(bundles(sink)).toEqual([
    "openshift-config-managed/default-ingress-cert",
    "openshift-config/user-ca-bundle",
    "openshift-kube-apiserver-operator/kube-apiserver-to-kubelet-client-ca",
    "services",
  ]);
});

test("a bundle stands by the successor of what ends, and says who puts the next one there", async () => {
  const { sink, now: then } = await observed();
  const id = `${system}/ca-bundles/openshift-kube-apiserver-operator/kube-apiserver-to-kubelet-client-ca`;
  const signers = sink.facts(id);
  expect(signers).toMatchObject({
    "certificate.subject": "openshift-kube-apiserver-operator_kube-apiserver-to-kubelet-signer@2",
    "certificate.inBundle": 2,
    "certificate.from": "bundle",
    "certificate.renewal": "automatic",
    "certificate.renewedBy": "OpenShift",
  });
  expect(Math.round((Number(signers["certificate.notAfter"]) - then) / day)).toBe(265);
  const services = sink.facts(`${system}/ca-bundles/services`);
  expect(services).toMatchObject({ "certificate.renewedBy": "OpenShift service-ca" });
  expect(Number(services["certificate.notAfter"]) - Number(services["certificate.renewsAt"])).toBe(395 * day);
});

test("what the router shows is known without its secret, and renewed by nobody", async () => {
  const { sink } = await observed();
  const facts = sink.facts(`${system}/ca-bundles/openshift-config-managed/default-ingress-cert`);
  expect(facts).toMatchObject({
    "certificate.names": ["*.apps.shop.example"],
    "certificate.from": "openshift",
    "certificate.renewal": "manual",
    "certificate.chainState": "complete",
  });
});

test("a cluster that is no OpenShift is not asked for its ConfigMaps", async () => {
  const { sink } = await observed("usual");
  expect(bundles(sink)).toEqual([]);
});

test("one that is written anew is read anew", async () => {
  const { bench } = await observed();
  const maps = bench.lab.cluster.collection("configmaps");
  const map = maps.get("openshift-config", "user-ca-bundle");
  if (!map) throw new Error("no bundle");
  maps.put({ ...map, data: { "ca-bundle.crt": authority("another", 50) } } as typeof map);
  const { sink, close } = await bench.observe("east");
  closing.unshift(close);
  expect(sink.facts(`${system}/ca-bundles/openshift-config/user-ca-bundle`)).toMatchObject({
    "certificate.subject": "another",
    "certificate.renewal": "manual",
  });
});

test.each([
  [
    "the one that ends first",
    [
      ["house", 300],
      ["works", 20],
    ],
    "works",
  ],
  [
    "the successor of what has ended",
    [
      ["house@1", -5],
      ["house@2", 300],
    ],
    "house@2",
  ],
  [
    "what still holds, beside what has ended and has no successor",
    [
      ["house", -5],
      ["works", 300],
    ],
    "works",
  ],
  [
    "what ended last, where all have",
    [
      ["house", -50],
      ["works", -5],
    ],
    "works",
  ],
] as const)("a bundle stands by %s", (_what, authorities, expected) => {
  const bundle = bundleOf(authorities.map(([name, left]) => authority(name, left)).join(""));
  expect(bundle?.count).toBe(authorities.length);
  expect(bundle && standingOf(bundle, now)?.words.subject).toBe(expected);
});

test.each([
  ["nothing", ""],
  ["no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"],
  ["what the public trusts", rootCertificates.slice(0, 20).join("\n")],
  ["more than a ConfigMap holds", `${"x".repeat(1024 * 1024)}${authority("house", 3)}`],
])("a bundle of %s is none", (_what, pem) => {
  expect(bundleOf(pem)).toBeNull();
});

test("what an administrator has added to the public's is found among it, and what is broken is left out", () => {
  const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  const bundle = bundleOf([...rootCertificates, broken, authority("house", 20)].join("\n"));
  expect(bundle?.count).toBe(rootCertificates.length + 1);
  expect(bundle?.newest.map(({ words }) => words.subject)).toEqual(["house"]);
});
