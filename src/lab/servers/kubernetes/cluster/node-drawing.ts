import { randomUUID } from "node:crypto";
import type { Machine } from "../../../world/machine.ts";
import { nonProduction } from "../../../world/site.ts";
import type { Condition, Node } from "../store/kinds.ts";
import { stamp } from "../store/object.ts";

/** As many pods a node takes. */
export const podsPerNode = 110;

function condition(
  type: string,
  isMet: boolean,
  words: [reason: string, message: string],
  at: string,
): Condition {
  const [reason, message] = words;
  return {
    type,
    status: isMet ? "True" : "False",
    reason,
    message,
    lastTransitionTime: at,
    lastHeartbeatTime: at,
  };
}

/** A node as it stands when its kubelet has just reported. `now` in epoch milliseconds, world time. */
export function nodeOf(machine: Machine, version: string, now: number, diskIsFull = false): Node {
  return drawNode(
    {
      name: machine.id,
      version,
      address: machine.address,
      zone: machine.tower ?? "",
      environment: nonProduction.includes(machine.id) ? "non-production" : "production",
      processors: machine.processors,
      kibibytes: Math.floor(machine.memoryBytes / 1024),
      bornAt: machine.bootedAt,
      info: {
        bootID: machine.bootId,
        machineID: machine.machineId,
        kernelVersion: machine.kernel,
        osImage: `${machine.system.name} ${machine.system.version} (${machine.system.codename})`,
      },
    },
    now,
    diskIsFull,
  );
}

export interface NodeDrawing {
  name: string;
  /** Of its kubelet. */
  version: string;
  address: string;
  zone: string;
  environment: string;
  processors: number;
  kibibytes: number;
  /** Epoch milliseconds, world time. */
  bornAt: number;
  info: { bootID: string; machineID: string; kernelVersion: string; osImage: string };
}

/** Draws a node that is ready. */
export function drawNode(drawing: NodeDrawing, now: number, diskIsFull = false): Node {
  const at = stamp(now);
  const capacity = {
    cpu: String(drawing.processors),
    memory: `${drawing.kibibytes}Ki`,
    pods: String(podsPerNode),
    "ephemeral-storage": "40971520Ki",
  };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: drawing.name,
      uid: randomUUID(),
      resourceVersion: "",
      creationTimestamp: stamp(drawing.bornAt),
      labels: {
        "kubernetes.io/hostname": drawing.name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "topology.kubernetes.io/zone": drawing.zone,
        "node-role.kubernetes.io/worker": "",
        environment: drawing.environment,
      },
    },
    spec: { providerID: `lab://${drawing.zone}/${drawing.name}` },
    status: {
      capacity,
      allocatable: capacity,
      conditions: [
        condition(
          "MemoryPressure",
          false,
          ["KubeletHasSufficientMemory", "kubelet has sufficient memory available"],
          at,
        ),
        condition(
          "DiskPressure",
          diskIsFull,
          diskIsFull
            ? ["KubeletHasDiskPressure", "kubelet has disk pressure"]
            : ["KubeletHasNoDiskPressure", "kubelet has no disk pressure"],
          at,
        ),
        condition(
          "PIDPressure",
          false,
          ["KubeletHasSufficientPID", "kubelet has sufficient PID available"],
          at,
        ),
        condition("Ready", true, ["KubeletReady", "kubelet is posting ready status"], at),
      ],
      addresses: [
        { type: "InternalIP", address: drawing.address },
        { type: "Hostname", address: drawing.name },
      ],
      nodeInfo: {
        ...drawing.info,
        systemUUID: drawing.info.machineID,
        architecture: "amd64",
        operatingSystem: "linux",
        containerRuntimeVersion: "containerd://1.7.24",
        kubeletVersion: drawing.version,
        kubeProxyVersion: drawing.version,
      },
      images: [],
    },
  };
}
