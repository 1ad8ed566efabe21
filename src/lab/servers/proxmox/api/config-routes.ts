import type { Guest } from "../../../world/virtual/model.ts";
import { lockedWords, lockOf } from "../cluster/fault-words.ts";
import { hardwareAddressOf } from "../cluster/guest-config.ts";
import type { Call, Route } from "./call.ts";
import { died } from "./failure.ts";
import { guestRoute, kinds, onGuest } from "./guest-path.ts";
import { changeOptions, checkCloudInit, containerOptions, machineOptions } from "./option-checks.ts";
import { optional } from "./parameters.ts";

const changeNeed = {
  path: "/vms/{vmid}",
  any: ["VM.Config.Options", "VM.Config.CPU", "VM.Config.Memory", "VM.Config.Network", "VM.Config.Cloudinit"],
} as const;
/** What the path and the change itself are told by, which are no options. */
const besides = new Set(["node", "vmid", "delete", "digest", "revert", "background_delay"]);

function change(guest: Guest, { cluster, values }: Call): void {
  const { virtual, configs } = cluster;
  checkCloudInit(values);
  if (lockOf(guest, virtual.tasks) !== null) throw died(lockedWords(guest, virtual.tasks));
  const digest = values.get("digest");
  if (digest !== null && digest !== configs.of(guest).digest) {
    throw died("detected modified configuration - file changed by other user? Try again.");
  }
  const set = new Map([...values.all].filter(([name]) => !besides.has(name)));
  configs.change(guest, set, values.get("delete")?.split(/[,;\s]+/) ?? []);
}

export const configRoutes: Route[] = [
  ...kinds.flatMap((kind): Route[] => [
    guestRoute(kind, {
      method: "GET",
      path: "/config",
      need: onGuest("VM.Audit"),
      parameters: { current: optional.flag(), snapshot: optional.text({ maxLength: 40 }) },
      answer: (guest, { cluster }) => cluster.configs.of(guest),
    }),
    guestRoute(kind, {
      method: "PUT",
      path: "/config",
      need: changeNeed,
      parameters: { ...changeOptions, ...(kind === "vm" ? machineOptions : containerOptions) },
      answer: (guest, call) => {
        change(guest, call);
        return null;
      },
    }),
  ]),
  guestRoute("vm", {
    method: "POST",
    path: "/config",
    need: changeNeed,
    parameters: {
      ...changeOptions,
      ...machineOptions,
      background_delay: optional.integer({ minimum: 1, maximum: 30 }),
    },
    answer: (guest, call) => {
      const pen = call.cluster.operations.open(guest, "config", call.caller.name);
      change(guest, call);
      pen.say(
        `update VM ${guest.key}: ${[...call.values.all.keys()].filter((name) => !besides.has(name)).join(" ")}`,
      );
      pen.end(null);
      return pen.task.upid;
    },
  }),
  guestRoute("container", {
    method: "GET",
    path: "/interfaces",
    need: onGuest("VM.Audit"),
    answer: (guest) =>
      guest.power === "on"
        ? guest.networks.map((_network, at) => ({
            name: `eth${at}`,
            hwaddr: hardwareAddressOf(guest, at).toLowerCase(),
            ...(at === 0 && guest.address ? { inet: `${guest.address}/24` } : {}),
          }))
        : [],
  }),
];
