import type { Problem } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Item } from "../list-watch/items.ts";
import {
  type Attached,
  at,
  attachedTo,
  conditionOf,
  numberAt,
  problem,
  resourceIds,
  type Seen,
  treesAt,
  wordAt,
} from "./seen.ts";

const mostUpdates = 20;

/** The ClusterVersion, as facts of the cluster. Source: config.openshift.io/v1. */
export function attachedClusterVersion(system: string, { metadata, object }: Item): Attached | null {
  if (object === null || metadata.name !== "version") return null;
  const history = treesAt(object, "status", "history");
  const done = history.find(({ state }) => state === "Completed")?.version;
  const desired = wordAt(object, "status", "desired", "version");
  const updates = treesAt(object, "status", "availableUpdates").flatMap(({ version }) =>
    typeof version === "string" ? [version.slice(0, 100)] : [],
  );
  const upgradeable = conditionOf(object, "Upgradeable");
  return attachedTo(resourceIds.cluster(system), {
    facts: {
      "openshift.version": typeof done === "string" ? done.slice(0, 100) : desired,
      "openshift.desired": desired,
      "openshift.channel": wordAt(object, "spec", "channel"),
      "openshift.updates": updates.slice(0, mostUpdates),
      "openshift.upgradeable": upgradeable.status === "False" ? upgradeable.message : null,
    },
    problems: [
      ...whenTrue(object, "Failing", "critical", (said) =>
        text(
          `The update or the upkeep of the cluster fails${said}`,
          `La mise à jour ou l'entretien de la grappe échoue${french(said)}`,
        ),
      ),
      ...whenTrue(object, "Progressing", "warning", (said) =>
        text(`The cluster is being updated${said}`, `La grappe est en cours de mise à jour${french(said)}`),
      ),
    ],
  });
}

/** A ClusterOperator. Source: config.openshift.io/v1, "ClusterOperator conditions". */
export function seenOperator(system: string, { metadata, object }: Item): Seen | null {
  if (object === null) return null;
  const available = conditionOf(object, "Available");
  const isDegraded = conditionOf(object, "Degraded").status === "True";
  const isProgressing = conditionOf(object, "Progressing").status === "True";
  const isDown = available.status !== "True";
  const problems: Problem[] = [];
  if (isDown) {
    const said = saidOf(available);
    const words = text(
      `The operator is not available${said}`,
      `L'opérateur n'est pas disponible${french(said)}`,
    );
    problems.push(problem("operator-down", "critical", words));
  }
  problems.push(
    ...whenTrue(object, "Degraded", "warning", (said) =>
      text(`The operator is degraded${said}`, `L'opérateur est dégradé${french(said)}`),
    ),
  );
  const version = treesAt(object, "status", "versions").find(({ name }) => name === "operator")?.version;
  return {
    id: resourceIds.operator(system, metadata.name),
    kind: "operator",
    name: metadata.name,
    parent: resourceIds.cluster(system),
    facts: {
      "kubernetes.type": "ClusterOperator",
      "kubernetes.status": isDown
        ? "Unavailable"
        : isDegraded
          ? "Degraded"
          : isProgressing
            ? "Progressing"
            : "Available",
      "openshift.version": typeof version === "string" ? version.slice(0, 100) : null,
    },
    problems,
  };
}

/** A MachineConfigPool: nodes that get the same configuration. Source: machineconfiguration.openshift.io/v1. */
export function seenMachinePool(system: string, { metadata, object }: Item): Seen | null {
  if (object === null) return null;
  const count = (key: string) => numberAt(object, "status", key) ?? 0;
  const isPaused = at(object, "spec", "paused") === true;
  const isUpdating = conditionOf(object, "Updating").status === "True";
  const isDegraded = conditionOf(object, "Degraded").status === "True";
  const problems: Problem[] = [
    ...whenTrue(object, "Degraded", "critical", (said) =>
      text(
        `Machines of the pool cannot take their configuration${said}`,
        `Des machines du pool n'arrivent pas à prendre leur configuration${french(said)}`,
      ),
    ),
  ];
  if (isPaused) {
    const words = text(
      "The pool is paused: its machines get no new configuration.",
      "Le pool est en pause : ses machines ne reçoivent aucune nouvelle configuration.",
    );
    problems.push(problem("pool-paused", "warning", words));
  }
  if (isUpdating) {
    const words = text(
      `Machines are being updated: ${count("updatedMachineCount")} of ${count("machineCount")} are.`,
      `Machines en cours de mise à jour : ${count("updatedMachineCount")} sur ${count("machineCount")} sont à jour.`,
    );
    problems.push(problem("pool-updating", "warning", words));
  }
  return {
    id: resourceIds.machinePool(system, metadata.name),
    kind: "machine-pool",
    name: metadata.name,
    parent: resourceIds.cluster(system),
    facts: {
      "kubernetes.type": "MachineConfigPool",
      "kubernetes.status": isDegraded
        ? "Degraded"
        : isUpdating
          ? "Updating"
          : isPaused
            ? "Paused"
            : "Updated",
      "openshift.paused": isPaused,
      "openshift.machines": count("machineCount"),
      "openshift.machinesReady": count("readyMachineCount"),
      "openshift.machinesUpdated": count("updatedMachineCount"),
      "openshift.machinesUnavailable": count("unavailableMachineCount"),
      "openshift.machinesDegraded": count("degradedMachineCount"),
      "openshift.configuration": wordAt(object, "status", "configuration", "name"),
    },
    problems,
  };
}

/** A Route: the host that it answers for, and whether a router has taken it. Source: route.openshift.io/v1. */
export function seenRoute(system: string, { metadata, object }: Item): Seen | null {
  const { namespace, name } = metadata;
  if (namespace === null || object === null) return null;
  const places = treesAt(object, "status", "ingress");
  const hosts = [wordAt(object, "spec", "host"), ...places.map(({ host }) => host)];
  const refused = places
    .flatMap((place) => treesAt(place, "conditions"))
    .find(({ type, status }) => type === "Admitted" && status === "False");
  const reason = typeof refused?.reason === "string" ? refused.reason.slice(0, 100) : "";
  return {
    id: resourceIds.route(system, namespace, name),
    kind: "service",
    name,
    parent: resourceIds.namespace(system, namespace),
    facts: {
      "kubernetes.type": "Route",
      "kubernetes.namespace": namespace,
      "kubernetes.hosts": [...new Set(hosts.filter((host) => typeof host === "string"))].slice(0, 50),
    },
    problems: refused
      ? [
          problem(
            "route-not-admitted",
            "warning",
            text(`No router takes the route (${reason}).`, `Aucun routeur n'accepte la route (${reason}).`),
          ),
        ]
      : [],
  };
}

function whenTrue(
  object: Item["object"],
  type: string,
  health: "critical" | "warning",
  wording: (said: string) => LocalText,
): Problem[] {
  const condition = conditionOf(object, type);
  if (condition.status !== "True") return [];
  return [problem(`openshift-${type.toLowerCase()}`, health, wording(saidOf(condition)))];
}

/** The cluster's own words after a colon, or the end of the sentence. */
function saidOf({ reason, message }: { reason: string; message: string }): string {
  const said = message || reason;
  return said === "" ? "." : `: ${said}`;
}

function french(said: string): string {
  return said.replace(/^:/, " :");
}
