import type { Problem } from "../../../../../shared/resource.ts";
import { text } from "../../../../../shared/text.ts";
import {
  type Attached,
  attachedTo,
  cleaned,
  conditionOf,
  problem,
  timeAt,
  timeOf,
  treesAt,
  wordAt,
} from "../../kinds/seen.ts";
import type { Item } from "../../list-watch/items.ts";
import { certificateAnnotation, certManagerIds } from "./names.ts";

/** One object on the way to a certificate, while it is not done. */
export interface Way {
  kind: "CertificateRequest" | "Order" | "Challenge";
  name: string;
  /** The word of the API. */
  state: string;
  reason: string;
  /** Epoch milliseconds. */
  since: number | null;
  hasFailed: boolean;
}

/**
 * A CertificateRequest that is not ready, told of its Certificate. One that has failed is deleted before the next attempt, with
 * its Order and Challenges: what is there counts. Source: cert-manager.io/v1 CertificateRequest, and its request manager.
 */
export function attachedRequest(system: string, { metadata, object }: Item): Attached | null {
  const ready = conditionOf(object, "Ready");
  const denied = conditionOf(object, "Denied");
  const invalid = conditionOf(object, "InvalidRequest");
  if (ready.status === "True") return null;
  const isDenied = denied.status === "True";
  const isInvalid = invalid.status === "True";
  const told = isDenied ? denied : isInvalid ? invalid : ready;
  return attachedWay(certificateOf(system, metadata), {
    kind: "CertificateRequest",
    name: metadata.name,
    state: isDenied ? "Denied" : isInvalid ? "InvalidRequest" : ready.reason || "Pending",
    reason: told.message,
    since: lastChange(object) ?? timeOf(metadata.creationTimestamp),
    hasFailed: isDenied || isInvalid || ready.reason === "Failed",
  });
}

/** An Order of an ACME issuer that is not done, told likewise. Source: acme.cert-manager.io/v1 Order. */
export function attachedOrder(system: string, item: Item): Attached | null {
  const way = wayOf("Order", item);
  return way && attachedWay(certificateOf(system, item.metadata), way);
}

/** Where an Order or a Challenge stands; null for one that is done. */
export function wayOf(kind: "Order" | "Challenge", { metadata, object }: Item): Way | null {
  const state = wordAt(object, "status", "state") ?? "pending";
  if (state === "valid") return null;
  return {
    kind,
    name: metadata.name,
    state: cleaned(state, 40),
    reason: cleaned(wordAt(object, "status", "reason") ?? ""),
    since: timeAt(object, "status", "failureTime") ?? timeOf(metadata.creationTimestamp),
    hasFailed: ["invalid", "expired", "errored"].includes(state),
  };
}

/** A line of the Certificate's issuance, and a problem of what has failed or says what it waits for. */
export function attachedWay(certificate: string | null, way: Way): Attached | null {
  if (certificate === null) return null;
  const { kind, name, state, reason, since } = way;
  const from = since === null ? [] : [`${new Date(since).toISOString().slice(0, 16).replace("T", " ")} UTC`];
  const line = [`${kind} ${name}`, state, ...from, ...(reason === "" ? [] : [reason])].join(" · ");
  return attachedTo(certificate, { lines: { "certificate.issuance": line }, problems: problemsOf(way) });
}

function problemsOf(way: Way): Problem[] {
  const { kind, name, state, reason, hasFailed } = way;
  const isHeld = kind === "Challenge" && reason !== "";
  if (!hasFailed && !isHeld) return [];
  const { en, fr } = hints[kind];
  const why = reason === "" ? "" : `: ${reason.replace(/[.\s]+$/, "")}`;
  const pourquoi = reason === "" ? "" : ` : ${reason.replace(/[.\s]+$/, "")}`;
  return [
    problem(
      "certificate-held",
      "warning",
      text(
        `The ${kind} ${name} holds it (${state})${why}. ${en}`,
        `${kind} ${name} le retient (${state})${pourquoi}. ${fr}`,
      ),
    ),
  ];
}

const hints = {
  CertificateRequest: text(
    "See who refused it and why, mend that, then have it renewed.",
    "Voyez qui l'a refusée et pourquoi, corrigez, puis faites-le renouveler.",
  ),
  Order: text(
    "Look at its challenges and at the limits of the ACME server, then have it renewed.",
    "Examinez ses défis et les limites du serveur ACME, puis faites-le renouveler.",
  ),
  Challenge: text(
    "See that the name leads here and that the ACME server reaches it (HTTP-01: port 80; DNS-01: the TXT record).",
    "Vérifiez que le nom mène ici et que le serveur ACME l'atteint (HTTP-01 : port 80 ; DNS-01 : l'enregistrement TXT).",
  ),
} as const;

/** The Certificate that an object is for: requests and orders name it in the same annotation. */
export function certificateOf(
  system: string,
  { namespace, annotations }: Pick<Item["metadata"], "namespace" | "annotations">,
): string | null {
  const name = annotations[certificateAnnotation];
  return namespace === null || !name ? null : certManagerIds.certificate(system, namespace, name);
}

function lastChange(object: Item["object"]): number | null {
  const times = treesAt(object, "status", "conditions").map((each) => timeAt(each, "lastTransitionTime"));
  return times.reduce<number | null>((last, at) => (at === null ? last : Math.max(last ?? at, at)), null);
}
