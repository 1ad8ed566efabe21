import type { Problem } from "../../../../../shared/resource.ts";
import { text } from "../../../../../shared/text.ts";
import {
  at,
  conditionOf,
  numberAt,
  problem,
  resourceIds,
  type Seen,
  timeAt,
  wordAt,
} from "../../kinds/seen.ts";
import type { Item } from "../../list-watch/items.ts";
import { tlsSecretId } from "../tls-secrets/names.ts";
import { certManagerIds } from "./names.ts";

const mostNames = 200;

/** A Certificate: what is wanted, and how the one stands that was issued last. Source: cert-manager.io/v1 Certificate. */
export function seenCertificate(system: string, { metadata, object }: Item): Seen | null {
  const { namespace, name } = metadata;
  if (namespace === null || object === null) return null;
  const secret = wordAt(object, "spec", "secretName");
  const issuer = wordAt(object, "spec", "issuerRef", "name");
  const kind = wordAt(object, "spec", "issuerRef", "kind") ?? "Issuer";
  return {
    id: certManagerIds.certificate(system, namespace, name),
    kind: "certificate",
    name: `${namespace}/${name}`,
    parent: resourceIds.namespace(system, namespace),
    facts: {
      "kubernetes.type": "Certificate",
      "kubernetes.namespace": namespace,
      "certificate.from": "cert-manager",
      "certificate.subject": wordAt(object, "spec", "commonName") ?? name,
      "certificate.names": wantedNames(object),
      "certificate.issuer": issuer,
      "certificate.notBefore": timeAt(object, "status", "notBefore"),
      "certificate.notAfter": timeAt(object, "status", "notAfter"),
      "certificate.renewal": "automatic",
      "certificate.renewsAt": timeAt(object, "status", "renewalTime"),
      "certificate.renewedBy": issuer === null ? null : `${kind} ${issuer}`,
      "certificate.usedBy": secret === null ? [] : [tlsSecretId(system, namespace, secret)],
    },
    problems: problemsOf(object),
  };
}

function wantedNames(object: Item["object"]): string[] {
  const listed = ["dnsNames", "ipAddresses"].flatMap((key) => at(object, "spec", key) ?? []);
  return listed.filter((each) => typeof each === "string").slice(0, mostNames);
}

/** While a new one is being issued, the one before is still good: that alone is no trouble. */
function problemsOf(object: Item["object"]): Problem[] {
  const ready = conditionOf(object, "Ready");
  const issuing = conditionOf(object, "Issuing");
  const isFailing = issuing.status === "False" && issuing.reason !== "";
  if (ready.status === "True" && !isFailing) return [];
  const attempts = numberAt(object, "status", "failedIssuanceAttempts") ?? 0;
  const said = (isFailing ? issuing.message : ready.message) || ready.reason;
  const hasOne = timeAt(object, "status", "notAfter") !== null;
  if (!isFailing && ready.status === "") return [];
  return [
    problem(
      "certificate-not-issued",
      hasOne ? "warning" : "critical",
      text(
        `cert-manager has not issued it${attempts > 0 ? ` (failed attempts: ${attempts})` : ""}${said ? `: ${said}` : "."}`,
        `cert-manager ne l'a pas délivré${attempts > 0 ? ` (tentatives échouées : ${attempts})` : ""}${said ? ` : ${said}` : "."}`,
      ),
    ),
  ];
}

/** An Issuer or ClusterIssuer: whether it can issue. Source: cert-manager.io/v1 Issuer. */
export function seenIssuer(system: string, { metadata, object }: Item): Seen | null {
  if (object === null) return null;
  const { namespace, name } = metadata;
  const ready = conditionOf(object, "Ready");
  const isBroken = ready.status === "False";
  return {
    id: certManagerIds.issuer(system, namespace, name),
    kind: "service",
    name: namespace === null ? name : `${namespace}/${name}`,
    parent: namespace === null ? resourceIds.cluster(system) : resourceIds.namespace(system, namespace),
    facts: {
      "kubernetes.type": namespace === null ? "ClusterIssuer" : "Issuer",
      ...(namespace === null ? {} : { "kubernetes.namespace": namespace }),
    },
    problems: isBroken
      ? [
          problem(
            "issuer-not-ready",
            "critical",
            text(
              `It issues no certificates${ready.message ? `: ${ready.message}` : "."}`,
              `Il ne délivre aucun certificat${ready.message ? ` : ${ready.message}` : "."}`,
            ),
          ),
        ]
      : [],
  };
}
