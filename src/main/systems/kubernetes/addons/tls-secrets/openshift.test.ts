import { afterEach, expect, test } from "vitest";
import type { Flavour } from "../../../../../lab/servers/kubernetes/api/flavour.ts";
import { Cluster } from "../../../../../lab/servers/kubernetes/cluster/cluster.ts";
import { openshiftCertificatesAddon } from "../../../../../lab/servers/kubernetes/openshift-certificates/index.ts";
import { TestApi } from "../../../../../lab/servers/kubernetes/testing/test-api.ts";
import { Refusal } from "../../client/refusal.ts";
import { metadataSchema } from "../../list-watch/items.ts";
import type { RecordingSink } from "../../testing/recording-sink.ts";
import { boundedRows } from "../bounded-rows.ts";
import { Readings } from "../readings.ts";
import { AddonBench, layTestAuthority } from "../testing/addon-bench.ts";
import { keptByOpenShift } from "./openshift.ts";

const system = "cluster-east";
const day = 86_400_000;
const quiet = new AbortController().signal;
const closing: (() => Promise<void>)[] = [];

layTestAuthority();
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function observed(config: object, flavour: Flavour = "openshift") {
  const addons = [openshiftCertificatesAddon({ domain: "shop.example" })];
  const lab = await TestApi.of((world) => new Cluster({ world, flavour, addons }));
  const bench = new AddonBench(lab, { id: system, trouble: { haste: 1 }, config });
  closing.unshift(() => bench.close());
  const { sink, close } = await bench.observe("east");
  closing.unshift(close);
  return { bench, sink, now: bench.access.now() };
}

const ids = (sink: RecordingSink) =>
  sink.declared.filter(({ kind }) => kind === "certificate").map(({ id }) => id.slice(system.length + 1));
const kubelet = "openshift-kube-apiserver-operator/kube-apiserver-to-kubelet-signer";
const older = "older-tls-secrets/openshift-kube-apiserver-operator/loadbalancer-serving-signer";
const service = "tls-secrets/openshift-monitoring/prometheus-k8s-tls";
const router = "tls-secrets/openshift-ingress/router-certs-default";

test("what signers and services keep is known by its annotations alone, of both types of secret", async () => {
  const { sink, now } = await observed({});
  const secrets = ids(sink).filter((id) => id.includes("tls-secrets/"));
  expect(secrets.sort()).toEqual(
    [older, "tls-secrets/openshift-kube-apiserver/kubelet-client", `tls-secrets/${kubelet}`, service].sort(),
  );
  const signer = sink.facts(`${system}/tls-secrets/${kubelet}`);
  expect(signer).toMatchObject({
    "certificate.from": "openshift",
    "certificate.renewal": "automatic",
    "certificate.renewedBy": "OpenShift",
  });
  // A fifth of 366 days before its end.
  expect(Math.round((Number(signer["certificate.renewsAt"]) - now) / day)).toBe(Math.round(265 - 366 / 5));
  expect(sink.facts(`${system}/${older}`)).toMatchObject({ "certificate.from": "openshift" });
  const serving = sink.facts(`${system}/${service}`);
  expect(serving).toMatchObject({
    "certificate.names": ["prometheus-k8s.openshift-monitoring.svc"],
    "certificate.renewedBy": "OpenShift service-ca",
    "certificate.usedBy": ["Service prometheus-k8s"],
  });
  expect(Math.round((Number(serving["certificate.notAfter"]) - now) / day)).toBe(530);
});

test("where they are read the router's own is known too, renewed by nobody, and nothing of the keys is kept", async () => {
  const { sink } = await observed({ tlsSecrets: "read" });
  expect(sink.facts(`${system}/${router}`)).toMatchObject({
    "certificate.names": ["*.apps.shop.example"],
    "certificate.renewal": "manual",
    "certificate.from": "secret",
  });
  expect(sink.facts(`${system}/${older}`)["certificate.subject"]).toBe(
    "loadbalancer-serving-signer.shop.example",
  );
  expect(JSON.stringify([...sink.last.values()])).not.toMatch(/PRIVATE KEY|tls\.key/);
});

test("secrets of the older type are asked for in an OpenShift only", async () => {
  const { sink } = await observed({}, "usual");
  expect(ids(sink)).toContain(service);
  expect(ids(sink)).not.toContain(older);
});

test("nothing is installed into a secret that OpenShift keeps", async () => {
  const { bench } = await observed({});
  const given = { certificate: "x", key: "keychain:key" };
  const { probe } = await bench.run("certificates.install", `${system}/${service}`, "certificate", given);
  expect(probe).toMatchObject({ state: "impossible" });
  expect(probe.text.en).toContain("OpenShift service-ca keeps this secret");
});

test.each([
  [
    "older words of services",
    { "service.alpha.openshift.io/expiry": "2027-01-01T00:00:00Z" },
    "OpenShift service-ca",
  ],
  ["an end that is none", { "auth.openshift.io/certificate-not-after": "soon" }, null],
  ["nothing", {}, null],
])("a secret with %s", (_what, annotations, keeper) => {
  const metadata = metadataSchema.parse({ name: "a", namespace: "shop", annotations });
  expect(keptByOpenShift(metadata)?.keeper ?? null).toBe(keeper);
});

test("of too many the ones that end first are kept, and how many are left out is told", () => {
  const seen = (end: number) => ({
    ...{ id: `x/${end}`, kind: "certificate" as const, name: `${end}`, parent: null, problems: [] },
    facts: { "certificate.notAfter": end },
  });
  const rows = [3, 1, 2].map((end) => ({ key: `${end}`, seen: seen(end) }));
  const found = boundedRows(rows, { cluster: "x/cluster", what: "Secret", refused: 4, most: 2 });
  expect([...found.keys()]).toEqual(["1", "2", "x/cluster"]);
  expect(found.get("x/cluster")?.attached?.lines).toEqual({
    "kubernetes.certificatesLeftOut": "Secret: 1",
    "kubernetes.certificatesRefused": "Secret: 4",
  });
});

test("what may not be read is counted, asked for again, and holds up nothing", async () => {
  let mayRead = false;
  const { bench } = await observed({});
  const { access } = bench;
  const asked: string[] = [];
  const ask = access.ask.bind(access);
  access.ask = async (request) => {
    asked.push(request.path);
    if (!mayRead && request.path.endsWith("closed")) {
      throw new Refusal({
        ...{ code: "kubernetes.forbidden", message: { en: "x", fr: "x" }, hint: { en: "x", fr: "x" } },
        ...{ status: 403, reason: "Forbidden", said: "", saidAtLength: "", causes: [], retryAfter: null },
      });
    }
    return request.path.endsWith("closed") ? { word: "closed" } : ask(request);
  };
  const readings = new Readings(access, (object) => object?.word ?? null);
  const wanted = [
    { version: "1", path: "/closed" },
    { version: "2", path: "/version" },
  ];
  expect(await readings.next(wanted, quiet)).toBe(true);
  expect(readings.refused).toBe(1);
  expect(asked).toContain("/version");
  mayRead = true;
  await readings.next(wanted, quiet);
  expect(readings.of("1")).toBe("closed");
  expect(readings.refused).toBe(0);
  await readings.next([], quiet);
  expect(readings.of("1")).toBeNull();
});
