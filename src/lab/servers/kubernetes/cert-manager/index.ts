import { issue, type KeyedCertificate, type Subject } from "../access/certificates.ts";
import { type Resource, resource } from "../api/catalogue.ts";
import type { ClusterAddon, RunningAddon } from "../cluster/addon.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { meta } from "../cluster/drawing.ts";
import { placeNamespace } from "../cluster/furnishing.ts";
import { items, type JsonObject, type KubeObject, read, stamp, words } from "../store/object.ts";
import { holdUp, letGo } from "./held-up.ts";

const group = "cert-manager.io";
const acme = `acme.${group}`;
const version = `${group}/v1`;
const certificates = `certificates.${group}`;
const day = 86_400_000;
/** Milliseconds of the World's clock that an issuer takes. */
const issuance = 4000;
/** What an issuer issues holds for so many days, and is renewed when a third of them is left. */
const lifetime = 90;
const namespace = "web-front";

/** The custom resources of cert-manager that the lab serves. Source: cert-manager.io, API reference. */
const resources: readonly Resource[] = [
  resource(group, "certificates", "Certificate", {
    short: ["cert", "certs"],
    subresources: [{ name: "status", kind: "Certificate", verbs: ["get", "patch", "update"] }],
  }),
  resource(group, "certificaterequests", "CertificateRequest", { short: ["cr", "crs"] }),
  resource(acme, "orders", "Order"),
  resource(acme, "challenges", "Challenge"),
  resource(group, "issuers", "Issuer"),
  resource(group, "clusterissuers", "ClusterIssuer", { namespaced: false }),
];

export interface CertManagerOptions {
  /** What the names in its certificates end with, such as `shop.example`. */
  domain: string;
  /** What issues its certificates; one of its own when left out. */
  authority?: KeyedCertificate & { subject: Subject };
  /** Whether the issuer refuses everything now. */
  refuses?(): boolean;
  /** Whether challenges fail now: what is issued anew waits for its Order until they do not any more. */
  challengeFails?(): boolean;
}

/** cert-manager in one of the lab's clusters, and TLS secrets that it keeps or that were put there by hand. */
export function certManagerAddon(options: CertManagerOptions): ClusterAddon {
  return { resources, start: (cluster) => start(cluster, options) };
}

function start(cluster: Cluster, options: CertManagerOptions): RunningAddon {
  const now = () => cluster.now();
  const authority = options.authority ?? ownAuthority(options.domain, now());
  const made = (name: string, age: number, left: number) =>
    issue(
      { commonName: name },
      { for: "server", names: [name], addresses: [] },
      { issuer: authority, now: new Date(now() - age * day), days: age + left },
    );
  const put = (name: string, pair: KeyedCertificate, annotations: Record<string, string>) =>
    putSecret(cluster, name, `${pair.cert}${authority.cert}`, pair.key, annotations);

  placeNamespace(cluster, namespace);
  placeIssuer(cluster);
  const timers = new Set<() => void>();
  for (const { name, age, left, fails } of [
    { name: "front", age: 20, left: 70, fails: false },
    { name: "billing", age: 81, left: 9, fails: true },
  ]) {
    const host = `${name}.${options.domain}`;
    put(`${name}-tls`, made(host, age, left), { [`${group}/certificate-name`]: name });
    cluster.collection(certificates).put({
      ...wanted(cluster, name, host),
      status: statusOf({ now: now() - age * day, revision: 1, days: age + left, fails }),
    });
  }
  // Put there by hand: one that ends soon, and one that has ended.
  const partner = made(`partners.${options.domain}`, 360, 12);
  put("partners-tls", partner, {});
  put("legacy-tls", made(`legacy.${options.domain}`, 400, -3), {});
  // As OpenShift's signers annotate what they keep.
  const signed = made(`api-int.${options.domain}`, 5, 25);
  put("api-int-serving-cert", signed, {
    "auth.openshift.io/certificate-not-before": stamp(now() - 6 * day),
    "auth.openshift.io/certificate-not-after": stamp(now() + 25 * day),
    "auth.openshift.io/certificate-issuer": `${options.domain} signer`,
    "auth.openshift.io/certificate-hostnames": `api-int.${options.domain}`,
  });

  cluster.collection(certificates).onChange((after, before) => {
    if (!after || !isIssuing(after) || (before && isIssuing(before))) return;
    issueSoon(after.metadata.name);
  });

  function issueSoon(name: string): void {
    const cancel = cluster.clock.after(issuance, () => {
      timers.delete(cancel);
      const current = cluster.collection(certificates).get(namespace, name);
      if (!current) return;
      if (options.challengeFails?.()) {
        holdUp(cluster, current);
        issueSoon(name);
        return;
      }
      letGo(cluster, name);
      reissue(current);
    });
    timers.add(cancel);
  }

  function reissue(certificate: KubeObject): void {
    const revision = Number(read(certificate.status, "revision") ?? 0);
    const fails = options.refuses?.() ?? false;
    const [host = ""] = items(certificate.spec, "dnsNames").map(String);
    if (!fails) {
      put(words(certificate.spec, "secretName"), made(host, 0, lifetime), {
        [`${group}/certificate-name`]: certificate.metadata.name,
      });
    }
    const status = fails
      ? { ...certificate.status, conditions: conditionsOf(now(), true) }
      : statusOf({ now: now(), revision: revision + 1, days: lifetime, fails });
    cluster.collection(certificates).put({ ...certificate, status });
  }

  return {
    close() {
      for (const cancel of timers) cancel();
    },
  };
}

function ownAuthority(domain: string, now: number): KeyedCertificate & { subject: Subject } {
  const subject: Subject = { commonName: `${domain} authority` };
  const how = { issuer: null, now: new Date(now), days: 3650 };
  return { subject, ...issue(subject, { for: "authority" }, how) };
}

function placeIssuer(cluster: Cluster): void {
  cluster.collection(`clusterissuers.${group}`).put({
    apiVersion: version,
    kind: "ClusterIssuer",
    metadata: meta(cluster, "house-authority"),
    spec: { ca: { secretName: "house-authority" } },
    status: {
      conditions: [
        { type: "Ready", status: "True", reason: "KeyPairVerified", message: "Signing CA verified" },
      ],
    },
  });
}

function wanted(cluster: Cluster, name: string, host: string) {
  return {
    apiVersion: version,
    kind: "Certificate",
    metadata: meta(cluster, name, namespace),
    spec: {
      secretName: `${name}-tls`,
      dnsNames: [host],
      issuerRef: { kind: "ClusterIssuer", name: "house-authority", group },
    },
  };
}

function putSecret(
  cluster: Cluster,
  name: string,
  certificate: string,
  key: string,
  annotations: Record<string, string>,
): void {
  const encoded = (value: string) => Buffer.from(value).toString("base64");
  const before = cluster.collection("secrets").get(namespace, name);
  const metadata = before?.metadata ?? meta(cluster, name, namespace);
  const secret: KubeObject & { type: string; data: JsonObject } = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { ...metadata, annotations },
    type: "kubernetes.io/tls",
    data: { "tls.crt": encoded(certificate), "tls.key": encoded(key) },
  };
  cluster.collection("secrets").put(secret);
}

interface Standing {
  /** When it was issued. */
  now: number;
  revision: number;
  days: number;
  fails: boolean;
}

function statusOf({ now, revision, days, fails }: Standing): JsonObject {
  return {
    revision,
    notBefore: stamp(now),
    notAfter: stamp(now + days * day),
    renewalTime: stamp(now + (days * day * 2) / 3),
    ...(fails ? { failedIssuanceAttempts: 3 } : {}),
    conditions: conditionsOf(now, fails),
  };
}

function conditionsOf(now: number, fails: boolean): JsonObject[] {
  const message = "Certificate is up to date and has not expired";
  const ready = { type: "Ready", status: "True", reason: "Ready", message, lastTransitionTime: stamp(now) };
  if (!fails) return [ready];
  return [
    ready,
    {
      type: "Issuing",
      status: "False",
      reason: "Failed",
      message: "The certificate request has failed to complete: the authority answered 503",
      lastTransitionTime: stamp(now),
    },
  ];
}

function isIssuing({ status }: KubeObject): boolean {
  return items(status, "conditions").some(
    (each) => read(each, "type") === "Issuing" && read(each, "status") === "True",
  );
}
