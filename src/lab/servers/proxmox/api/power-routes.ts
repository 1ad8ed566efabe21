import type { Guest } from "../../../world/virtual/model.ts";
import type { PveCluster } from "../cluster/cluster.ts";
import { type Call, folder, type Route } from "./call.ts";
import { died } from "./failure.ts";
import { folders, guestRoute, kinds, onGuest } from "./guest-path.ts";
import { optional, type Parameters } from "./parameters.ts";
import { isOnDisk, shownGuest } from "./shown.ts";

const timeout = optional.integer({ minimum: 0 });
const skiplock = optional.flag();

function current(cluster: PveCluster, guest: Guest): unknown {
  const { highAvailability } = cluster;
  const resource = highAvailability.of(guest);
  const shown = shownGuest(cluster, guest);
  const isOff = guest.power === "off" || isOnDisk(cluster, guest);
  return {
    ...shown,
    cpus: guest.vcpus,
    // Each time that it starts it is another process.
    ...(isOff ? {} : { pid: 100_000 + (Math.floor((guest.bootedAt ?? 0) / 1000) % 900_000) }),
    ha: resource ? { managed: 1, state: highAvailability.stateOf(guest) } : { managed: 0 },
    ...(guest.kind === "vm"
      ? {
          qmpstatus: isOff ? "stopped" : guest.power === "suspended" ? "paused" : "running",
          ...(isOff
            ? {}
            : {
                "running-machine": "pc-i440fx-9.2+pve1",
                "running-qemu": "9.2.0",
              }),
          ...(guest.guestTools ? { agent: 1 } : {}),
        }
      : { type: "lxc", swap: 0, maxswap: 512 * 1024 ** 2 }),
  };
}

type Act = (guest: Guest, call: Call) => unknown;

/** What a guest is asked of; for those of the HA manager starting and stopping are its affair. */
const acts: Record<string, { kinds: readonly Guest["kind"][]; parameters: Parameters; act: Act }> = {
  start: {
    kinds,
    parameters: { skiplock, timeout },
    act: (guest, { cluster, caller }) => {
      if (guest.template) throw died("you can't start a vm if it's a template");
      return cluster.highAvailability.of(guest)
        ? cluster.operations.requestByManager(guest, "started", caller.name)
        : cluster.operations.start(guest, caller.name);
    },
  },
  stop: {
    kinds,
    parameters: { skiplock, timeout, "overrule-shutdown": optional.flag() },
    act: (guest, { cluster, caller }) =>
      cluster.highAvailability.of(guest)
        ? cluster.operations.requestByManager(guest, "stopped", caller.name)
        : cluster.operations.stop(guest, caller.name),
  },
  shutdown: {
    kinds,
    parameters: { skiplock, timeout, forceStop: optional.flag() },
    act: (guest, { cluster, caller, values }) =>
      cluster.highAvailability.of(guest)
        ? cluster.operations.requestByManager(guest, "stopped", caller.name)
        : cluster.operations.shutdown(guest, caller.name, {
            timeout: values.number("timeout"),
            forceStop: values.flag("forceStop"),
          }),
  },
  reset: {
    kinds: ["vm"],
    parameters: { skiplock },
    act: (guest, { cluster, caller }) => cluster.operations.reset(guest, caller.name),
  },
  reboot: {
    kinds,
    parameters: { timeout },
    act: (guest, { cluster, caller }) => {
      if (guest.power !== "on") throw died(`${guest.kind === "vm" ? "VM" : "CT"} ${guest.key} not running`);
      return cluster.operations.reboot(guest, caller.name);
    },
  },
  suspend: {
    kinds,
    parameters: { skiplock, todisk: optional.flag() },
    act: (guest, { cluster, caller, values }) => {
      if (guest.power !== "on") throw died(`${guest.kind === "vm" ? "VM" : "CT"} ${guest.key} not running`);
      return cluster.operations.suspend(guest, caller.name, values.flag("todisk"));
    },
  },
  resume: {
    kinds,
    parameters: { skiplock },
    act: (guest, { cluster, caller }) =>
      isOnDisk(cluster, guest)
        ? cluster.operations.start(guest, caller.name)
        : cluster.operations.resume(guest, caller.name),
  },
};

/** Parameters that only machines take. */
const machinesOnly = {
  start: ["timeout"],
  stop: ["timeout"],
  shutdown: ["skiplock"],
  suspend: ["skiplock", "todisk"],
  resume: ["skiplock"],
};

function parametersOf(name: string, kind: Guest["kind"], parameters: Parameters): Parameters {
  const left: readonly string[] =
    kind === "vm" ? [] : (machinesOnly[name as keyof typeof machinesOnly] ?? []);
  return Object.fromEntries(Object.entries(parameters).filter(([parameter]) => !left.includes(parameter)));
}

export const powerRoutes: Route[] = kinds.flatMap((kind): Route[] => [
  folder(`/nodes/{node}/${folders[kind]}/{vmid}`, "config", "status", "snapshot", "migrate", "clone"),
  folder(`/nodes/{node}/${folders[kind]}/{vmid}/status`, "current", "start", "stop", "shutdown"),
  guestRoute(kind, {
    method: "GET",
    path: "/status/current",
    need: onGuest("VM.Audit"),
    answer: (guest, { cluster }) => current(cluster, guest),
  }),
  ...Object.entries(acts)
    .filter(([, { kinds: those }]) => those.includes(kind))
    .map(([name, { parameters, act }]) =>
      guestRoute(kind, {
        method: "POST",
        path: `/status/${name}`,
        need: onGuest("VM.PowerMgmt"),
        parameters: parametersOf(name, kind, parameters),
        answer: act,
      }),
    ),
]);
