import type { Guest } from "../../../world/virtual/model.ts";
import { hardwareAddressOf } from "../cluster/guest-config.ts";
import type { Call, Need, Route } from "./call.ts";
import { died } from "./failure.ts";
import { guestRoute } from "./guest-path.ts";
import { needed } from "./parameters.ts";

/** What version 8 asks for by one privilege, version 9 by one for each purpose. */
function byAgent(privilege: "VM.GuestAgent.Audit" | "VM.GuestAgent.FileRead"): Need {
  return { path: "/vms/{vmid}", any: ["VM.Monitor", privilege, "VM.GuestAgent.Unrestricted"] };
}

/** Throws a Failure 500 while the agent of a guest says nothing. */
function requireAgent(guest: Guest, { cluster }: Call): void {
  if (guest.power !== "on") throw died(`VM ${guest.key} is not running`);
  if (!guest.guestTools) throw died("No QEMU guest agent configured");
  if (!cluster.virtual.toolsRun(guest.id)) throw died("QEMU guest agent is not running");
}

/** What the guest's agent says of its network cards. */
function interfaces(guest: Guest, call: Call): unknown {
  requireAgent(guest, call);
  const card = (name: string, hardware: string, address: string | null, prefix: number) => ({
    name,
    "hardware-address": hardware.toLowerCase(),
    "ip-addresses": address === null ? [] : [{ "ip-address": address, "ip-address-type": "ipv4", prefix }],
  });
  return {
    result: [
      card("lo", "00:00:00:00:00:00", "127.0.0.1", 8),
      ...guest.networks.map((_network, at) =>
        card(`eth${at}`, hardwareAddressOf(guest, at), at === 0 ? guest.address : null, 24),
      ),
    ],
  };
}

/** What the guest's agent says of its file systems: one on each of its disks. */
function filesystems(guest: Guest, call: Call): unknown {
  requireAgent(guest, call);
  return {
    result: guest.disks.map(({ bytes, used }, at) => ({
      name: `sd${"abcdefghijklmnopqrstuvwxyz"[at % 26]}1`,
      type: "ext4",
      mountpoint: at === 0 ? "/" : `/srv/disk-${at}`,
      "total-bytes": bytes,
      "used-bytes": Math.min(used, bytes),
      disk: [{ bus: at, "bus-type": "scsi", target: 0, unit: 0, dev: `/dev/sd${at}` }],
    })),
  };
}

/** A file inside the guest, each of its bytes as a character. */
function file(guest: Guest, call: Call): unknown {
  requireAgent(guest, call);
  const path = call.values.text("file");
  if (path !== "/etc/hostname") {
    throw died(
      `Agent error: failed to open file '${path.slice(0, 100)}' (mode: 'r'): No such file or directory`,
    );
  }
  const content = `${call.cluster.configs.innerName(guest)}\n`;
  return { content, "bytes-read": content.length };
}

export const agentRoutes: Route[] = [
  guestRoute("vm", {
    method: "GET",
    path: "/agent/network-get-interfaces",
    need: byAgent("VM.GuestAgent.Audit"),
    answer: interfaces,
  }),
  guestRoute("vm", {
    method: "GET",
    path: "/agent/get-fsinfo",
    need: byAgent("VM.GuestAgent.Audit"),
    answer: filesystems,
  }),
  guestRoute("vm", {
    method: "GET",
    path: "/agent/file-read",
    need: byAgent("VM.GuestAgent.FileRead"),
    parameters: { file: needed.text({ maxLength: 4096 }) },
    answer: file,
  }),
];
