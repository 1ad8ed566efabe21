import { issue, type KeyedCertificate, type Purpose, type Subject } from "../access/certificates.ts";
import type { ClusterAddon } from "../cluster/addon.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { meta } from "../cluster/drawing.ts";
import { placeNamespace } from "../cluster/furnishing.ts";
import { type JsonObject, type KubeObject, stamp } from "../store/object.ts";

const day = 86_400_000;
const signers = "auth.openshift.io/certificate-";
const managedLabel = "auth.openshift.io/managed-certificate-type";
const services = "service.beta.openshift.io/";
const secretType = "kubernetes.io/tls";
/** The type that signers gave their secrets before OpenShift 4.7. */
const olderSecretType = "SecretTypeTLS";

/** A certificate that is so many days old, and has so many left. */
interface Age {
  age: number;
  left: number;
}

type Authority = KeyedCertificate & { subject: Subject };

/**
 * What an OpenShift keeps certificates in: secrets of its signers and of what they sign, of its services and of its router, and
 * bundles of authorities in ConfigMaps. Sources: openshift/library-go, pkg/operator/certrotation; openshift/service-ca-operator;
 * docs.openshift.com, "Certificate types and descriptions".
 */
export function openshiftCertificatesAddon({ domain }: { domain: string }): ClusterAddon {
  return {
    resources: [],
    start(cluster) {
      const place = new Place(cluster);
      place.signers(domain);
      place.services();
      place.router(domain);
      place.trusted(domain);
      return { close: () => undefined };
    },
  };
}

class Place {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Signers of the control plane with what one of them has signed, and the bundle in which it follows its predecessor. */
  signers(domain: string): void {
    const operator = "openshift-kube-apiserver-operator";
    const name = "kube-apiserver-to-kubelet-signer";
    const before = this.#authority(`${operator}_${name}@1`, { age: 390, left: 5 });
    const standing = { age: 100, left: 265 };
    const signer = this.#authority(`${operator}_${name}@2`, standing);
    const signed = (each: Age, issuer: string) => ({
      [`${signers}not-before`]: stamp(this.#cluster.now() - (each.age + 1) * day),
      [`${signers}not-after`]: stamp(this.#cluster.now() + each.left * day),
      [`${signers}issuer`]: issuer,
    });
    const annotations = signed(standing, signer.subject.commonName);
    this.#secret(operator, name, { pair: signer, annotations, labels: { [managedLabel]: "signer" } });
    const client = { age: 5, left: 25 };
    this.#secret("openshift-kube-apiserver", "kubelet-client", {
      pair: this.#issued("system:kube-apiserver", { for: "client" }, { ...client, by: signer }),
      annotations: signed(client, signer.subject.commonName),
      labels: { [managedLabel]: "target" },
    });
    const old = { age: 1200, left: 2450 };
    const oldest = this.#authority(`loadbalancer-serving-signer.${domain}`, old);
    this.#secret(operator, "loadbalancer-serving-signer", {
      pair: oldest,
      annotations: signed(old, oldest.subject.commonName),
      labels: { [managedLabel]: "signer" },
      type: olderSecretType,
    });
    this.#bundle(operator, "kube-apiserver-to-kubelet-client-ca", {
      pems: [before.cert, signer.cert],
      labels: { [managedLabel]: "ca-bundle" },
    });
  }

  /** The authority of services, injected wherever it is wanted, and the certificate of one of them. */
  services(): void {
    const authority = this.#authority("openshift-service-serving-signer@1", { age: 200, left: 590 });
    const service = "prometheus-k8s";
    const namespace = "openshift-monitoring";
    const purpose: Purpose = { for: "server", names: [`${service}.${namespace}.svc`], addresses: [] };
    const left = 530;
    this.#secret(namespace, `${service}-tls`, {
      pair: this.#issued(`${service}.${namespace}.svc`, purpose, { age: 200, left, by: authority }),
      annotations: {
        [`${services}expiry`]: stamp(this.#cluster.now() + left * day),
        [`${services}originating-service-name`]: service,
      },
    });
    for (const [into, name] of [
      ["openshift-config-managed", "service-ca"],
      ["default", "openshift-service-ca.crt"],
      [namespace, "openshift-service-ca.crt"],
    ] as const) {
      this.#bundle(into, name, {
        ...{ pems: [authority.cert], key: "service-ca.crt" },
        annotations: { [`${services}inject-cabundle`]: "true" },
      });
    }
  }

  /** The certificate that the router shows for whatever has none of its own; nothing of OpenShift renews it. */
  router(domain: string): void {
    const standing = { age: 300, left: 430 };
    const authority = this.#authority("ingress-operator@1", standing);
    const purpose: Purpose = { for: "server", names: [`*.apps.${domain}`], addresses: [] };
    const pair = this.#issued(`*.apps.${domain}`, purpose, { ...standing, by: authority });
    this.#secret("openshift-ingress", "router-certs-default", { pair });
    this.#bundle("openshift-config-managed", "default-ingress-cert", { pems: [pair.cert, authority.cert] });
  }

  /** What an administrator has added, and that together with the public's authorities, of which one has ended. */
  trusted(domain: string): void {
    const own = this.#authority(`${domain} house authority`, { age: 900, left: 2000 });
    const ended = this.#authority("Public Root of Yesterday", { age: 4000, left: -40 });
    this.#bundle("openshift-config", "user-ca-bundle", { pems: [own.cert] });
    this.#bundle("openshift-config-managed", "trusted-ca-bundle", {
      pems: [ended.cert, own.cert],
      labels: { "config.openshift.io/inject-trusted-cabundle": "true" },
    });
  }

  #authority(commonName: string, age: Age): Authority {
    const subject = { commonName };
    return { subject, ...this.#issued(commonName, { for: "authority" }, { ...age, by: null }) };
  }

  #issued(commonName: string, purpose: Purpose, { age, left, by }: Age & { by: Authority | null }) {
    const now = new Date(this.#cluster.now() - age * day);
    return issue({ commonName }, purpose, { issuer: by, now, days: age + left });
  }

  #secret(
    namespace: string,
    name: string,
    {
      pair,
      annotations = {},
      labels = {},
      type = secretType,
    }: {
      pair: KeyedCertificate;
      annotations?: Record<string, string>;
      labels?: Record<string, string>;
      type?: string;
    },
  ): void {
    const encoded = (value: string) => Buffer.from(value).toString("base64");
    const secret: KubeObject & { type: string; data: JsonObject } = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { ...this.#meta(namespace, name, labels), annotations },
      type,
      data: { "tls.crt": encoded(pair.cert), "tls.key": encoded(pair.key) },
    };
    this.#cluster.collection("secrets").put(secret);
  }

  #bundle(
    namespace: string,
    name: string,
    {
      pems,
      key = "ca-bundle.crt",
      annotations = {},
      labels = {},
    }: {
      pems: readonly string[];
      key?: string;
      annotations?: Record<string, string>;
      labels?: Record<string, string>;
    },
  ): void {
    const map: KubeObject & { data: JsonObject } = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { ...this.#meta(namespace, name, labels), annotations },
      data: { [key]: pems.join("") },
    };
    this.#cluster.collection("configmaps").put(map);
  }

  #meta(namespace: string, name: string, labels: Record<string, string>) {
    const isThere = this.#cluster.collection("namespaces").get(undefined, namespace) !== null;
    if (!isThere) placeNamespace(this.#cluster, namespace);
    return meta(this.#cluster, name, namespace, labels);
  }
}
