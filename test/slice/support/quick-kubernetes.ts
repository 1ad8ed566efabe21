import { setTimeout as sleep } from "node:timers/promises";
import { systemDefinitions } from "../../../src/main/system-definitions.ts";
import { kubernetesSystemWith } from "../../../src/main/systems/kubernetes/index.ts";
import type { SystemDefinition } from "../../../src/main/systems/system.ts";

/** How many times shorter waits are: the lab's clock runs many times as fast as the wall's. */
const quicker = 20;
const quickKubernetes = kubernetesSystemWith({
  wait: (milliseconds, signal) => sleep(milliseconds / quicker, undefined, { signal }),
}) as SystemDefinition<never>;

/** Every kind of system, with Kubernetes whose waits between two looks suit the lab. */
export const withQuickKubernetes = systemDefinitions.map((each) =>
  each.type === quickKubernetes.type ? quickKubernetes : each,
);
