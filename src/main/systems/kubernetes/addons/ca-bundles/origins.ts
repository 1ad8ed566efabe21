import type { CaBundlePart } from "../../kinds/kind.ts";
import type { Item } from "../../list-watch/items.ts";
import { rotationOf } from "../tls-secrets/openshift.ts";

export const folder = "ca-bundles";

const injected = ["service.beta.openshift.io/inject-cabundle", "service.alpha.openshift.io/inject-cabundle"];
const usualKey = "ca-bundle.crt";
const managed = "openshift-config-managed";
/** What is left of the authority of services when it should have a successor: thirteen months. */
const serviceRotation = 395 * 86_400_000;

/** Who keeps what is in a bundle, and from when on that should be another one; null: nobody, a person does. */
export interface Keeper {
  name: string;
  renewsAt(notBefore: number, notAfter: number): number;
}

export const keepers: Readonly<Record<CaBundlePart["origin"], Keeper | null>> = {
  signers: { name: "OpenShift", renewsAt: rotationOf },
  services: {
    name: "OpenShift service-ca",
    renewsAt: (notBefore, notAfter) => Math.max(notBefore, notAfter - serviceRotation),
  },
  router: null,
  configured: null,
};

/**
 * A ConfigMap that holds authorities, by its metadata; null for any other, and for the copies of what the whole public trusts:
 * what administrators have added to that lies in `openshift-config`. Sources: openshift/library-go, pkg/operator/certrotation;
 * docs.openshift.com, "Certificate types and descriptions" (service CA, proxy, ingress).
 */
export function bundlePart({ metadata }: Item): CaBundlePart | null {
  const { namespace, name, uid, resourceVersion, labels, annotations } = metadata;
  if (namespace === null || labels["config.openshift.io/inject-trusted-cabundle"] === "true") return null;
  const part = (origin: CaBundlePart["origin"], key = usualKey): CaBundlePart => ({
    is: "ca-bundle",
    ...{ namespace, name, version: `${uid} ${resourceVersion}`, origin, key },
  });
  if (labels["auth.openshift.io/managed-certificate-type"] === "ca-bundle") return part("signers");
  if (injected.some((each) => annotations[each] === "true")) return part("services", "service-ca.crt");
  // The ingress operator publishes there what the default router shows.
  if (namespace === managed && name === "default-ingress-cert") return part("router");
  return namespace === "openshift-config" ? part("configured") : null;
}
