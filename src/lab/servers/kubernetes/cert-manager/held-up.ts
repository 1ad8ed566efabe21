import type { Cluster } from "../cluster/cluster.ts";
import { meta } from "../cluster/drawing.ts";
import { items, type JsonObject, type KubeObject, stamp } from "../store/object.ts";

const group = "cert-manager.io";
const namespace = "web-front";
const plurals = {
  CertificateRequest: `certificaterequests.${group}`,
  Order: `orders.acme.${group}`,
  Challenge: `challenges.acme.${group}`,
} as const;
type Kind = keyof typeof plurals;

/** What an ACME issuer leaves behind while a challenge of a Certificate fails: its request, the Order, and the Challenge. */
export function holdUp(cluster: Cluster, certificate: KubeObject): void {
  const { name } = certificate.metadata;
  if (cluster.collection(plurals.Challenge).get(namespace, `${name}-order-challenge`)) return;
  const [host = ""] = items(certificate.spec, "dnsNames").map(String);
  const { issuerRef = null } = (certificate.spec ?? {}) as JsonObject;
  const annotations = { [`${group}/certificate-name`]: name };
  const message = `Waiting on certificate issuance from order ${namespace}/${name}-order: "pending"`;
  const ready = {
    ...{ type: "Ready", status: "False", reason: "Pending", message },
    lastTransitionTime: stamp(cluster.now()),
  };
  put(cluster, "CertificateRequest", `${name}-request`, certificate, {
    annotations,
    spec: { issuerRef, usages: ["digital signature"] },
    status: { conditions: [ready] },
  });
  const request = cluster.collection(plurals.CertificateRequest).get(namespace, `${name}-request`);
  put(cluster, "Order", `${name}-order`, request, {
    annotations,
    spec: { issuerRef, dnsNames: [host] },
    status: { state: "pending" },
  });
  const order = cluster.collection(plurals.Order).get(namespace, `${name}-order`);
  put(cluster, "Challenge", `${name}-order-challenge`, order, {
    annotations: {},
    spec: { issuerRef, dnsName: host, type: "HTTP-01", wildcard: false },
    status: {
      ...{ state: "pending", presented: true, processing: true },
      reason: "Waiting for HTTP-01 challenge propagation: wrong status code '404', expected '200'",
    },
  });
}

/** The challenge is over: nothing is on the way any more. */
export function letGo(cluster: Cluster, name: string): void {
  cluster.collection(plurals.Challenge).remove(namespace, `${name}-order-challenge`);
  cluster.collection(plurals.Order).remove(namespace, `${name}-order`);
  cluster.collection(plurals.CertificateRequest).remove(namespace, `${name}-request`);
}

function put(
  cluster: Cluster,
  kind: Kind,
  name: string,
  owner: KubeObject | null | undefined,
  { annotations, ...parts }: Pick<KubeObject, "spec" | "status"> & { annotations: Record<string, string> },
): void {
  const [, of = ""] = plurals[kind].split(/\.(.*)/);
  const ownerReferences = owner
    ? [
        {
          ...{ apiVersion: owner.apiVersion, kind: owner.kind, name: owner.metadata.name },
          ...{ uid: owner.metadata.uid, controller: true },
        },
      ]
    : [];
  cluster.collection(plurals[kind]).put({
    ...{ apiVersion: `${of}/v1`, kind },
    metadata: { ...meta(cluster, name, namespace), annotations, ownerReferences },
    ...parts,
  });
}
