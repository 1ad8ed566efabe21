import { timeOf } from "../../kinds/seen.ts";
import type { Metadata } from "../../list-watch/items.ts";

/** What OpenShift writes beside a certificate that it keeps, and who of it keeps that. Moments are epoch milliseconds. */
export interface KeptByOpenShift {
  notBefore: number | null;
  notAfter: number;
  /** From when on it is to be another one; null: that is not told. */
  renewsAt: number | null;
  issuer: string | null;
  names: readonly string[];
  usedBy: readonly string[];
  keeper: string;
}

const signers = "auth.openshift.io/certificate-";
const services = ["service.beta.openshift.io/", "service.alpha.openshift.io/"] as const;

/**
 * What the annotations of a Secret say; null where OpenShift does not keep it. Sources: openshift/library-go,
 * pkg/operator/certrotation (signers and what they sign); openshift/service-ca-operator, pkg/controller/api.
 */
export function keptByOpenShift(metadata: Metadata): KeptByOpenShift | null {
  return ofSigner(metadata) ?? ofService(metadata);
}

/** From when on a signer's rotation takes what is left of a certificate: the last fifth of its life, at the latest. */
export function rotationOf(notBefore: number, notAfter: number): number {
  return notAfter - (notAfter - notBefore) / 5;
}

function ofSigner({ annotations }: Metadata): KeptByOpenShift | null {
  const notAfter = timeOf(annotations[`${signers}not-after`] ?? null);
  if (notAfter === null) return null;
  const notBefore = timeOf(annotations[`${signers}not-before`] ?? null);
  return {
    notBefore,
    notAfter,
    renewsAt: notBefore === null ? null : rotationOf(notBefore, notAfter),
    issuer: annotations[`${signers}issuer`]?.slice(0, 300) ?? null,
    names: (annotations[`${signers}hostnames`] ?? "")
      .split(",")
      .filter((each) => each !== "")
      .slice(0, 200),
    usedBy: [],
    keeper: "OpenShift",
  };
}

/** The certificate of a service, for the name that the service has in the cluster. */
function ofService({ namespace, annotations }: Metadata): KeptByOpenShift | null {
  const word = (key: string) =>
    services.map((prefix) => annotations[`${prefix}${key}`]).find((value) => value !== undefined) ?? null;
  const notAfter = timeOf(word("expiry"));
  if (notAfter === null || namespace === null) return null;
  const service = word("originating-service-name")?.slice(0, 100) ?? null;
  return {
    notBefore: null,
    notAfter,
    renewsAt: null,
    issuer: null,
    names: service === null ? [] : [`${service}.${namespace}.svc`],
    usedBy: service === null ? [] : [`Service ${service}`],
    keeper: "OpenShift service-ca",
  };
}
