import type { OpsError } from "../../../shared/errors.ts";
import type { FactValue, Problem } from "../../../shared/resource.ts";
import { text } from "../../../shared/text.ts";
import type { Credentials } from "./client/login.ts";
import { problem, type Seen } from "./kinds/seen.ts";

const day = 86_400_000;
/** A certificate is told this long before its end, or in the last fifth of its life where that is shorter. */
const warnBefore = 14 * day;
const lastPart = 0.2;

/** What is known of the cluster itself. */
export interface ClusterStanding {
  id: string;
  name: string;
  site: string | null;
  /** Epoch milliseconds. */
  now: number;
  version: string | null;
  login: { insecure: boolean; runsOut: Credentials["runsOut"] } | null;
  nodes: { all: number; ready: number };
  pods: number | null;
  warnings: readonly string[] | null;
  /** Kinds that may not be read although they should be. */
  unreadable: readonly { what: string; error: OpsError }[];
  /** Extras that this log-in may not read, in the API's words. */
  withheld: readonly string[];
}

/** The cluster as a resource. */
export function seenCluster(standing: ClusterStanding): Seen {
  const facts: Record<string, FactValue> = {
    "kubernetes.version": standing.version,
    "kubernetes.nodes": standing.nodes.all,
    "kubernetes.nodesReady": standing.nodes.ready,
    "kubernetes.pods": standing.pods,
    "kubernetes.warnings": standing.warnings && [...standing.warnings],
    "kubernetes.withheld": standing.withheld.length > 0 ? [...standing.withheld] : null,
    "kubernetes.certificateUntil": standing.login?.runsOut?.at ?? null,
  };
  const { id, name, site } = standing;
  return { id, kind: "cluster", name, parent: site, facts, problems: problemsOf(standing) };
}

function problemsOf({ login, unreadable, now }: ClusterStanding): Problem[] {
  const problems = unreadable.map(({ what, error }) => {
    const { message, hint } = error.toWire();
    return problem(
      `unreadable-${what}`,
      "warning",
      text(`${what}: ${message.en} ${hint.en}`, `${what} : ${message.fr} ${hint.fr}`),
    );
  });
  if (login?.insecure) {
    const words = text(
      "The certificate of the API server is not checked (insecure-skip-tls-verify): anybody in between can read the log-in.",
      "Le certificat du serveur d'API n'est pas vérifié (insecure-skip-tls-verify) : un intermédiaire peut lire l'authentification.",
    );
    problems.push(problem("certificate-unchecked", "warning", words));
  }
  const runsOut = login?.runsOut;
  if (runsOut && runsOut.at - now < Math.min(warnBefore, runsOut.life * lastPart)) {
    const until = new Date(runsOut.at).toISOString().slice(0, 10);
    const words = text(
      `The client certificate of the log-in ends on ${until}: get a new one before that.`,
      `Le certificat client de l'authentification expire le ${until} : renouvelez-le avant.`,
    );
    problems.push(problem("certificate-ends", "warning", words));
  }
  return problems;
}
