import { randomBytes } from "node:crypto";
import type { Guest } from "../../../world/virtual/model.ts";
import type { Call, Route } from "./call.ts";
import { died } from "./failure.ts";
import { folders, guestRoute, kinds, onGuest } from "./guest-path.ts";
import { optional, parts } from "./parameters.ts";

function pathOf(guest: Guest, { host }: Call): string {
  return `/nodes/${host.name}/${folders[guest.kind]}/${guest.key}`;
}

/** A password of eight characters, as `generate-password` asks for. */
const drawPassword = () =>
  randomBytes(6)
    .toString("base64")
    .replace(/[^a-zA-Z0-9]/g, "x")
    .slice(0, 8);

const consoleNeed = { path: "/nodes/{node}", all: ["Sys.Console"] } as const;

export const consoleRoutes: Route[] = [
  guestRoute("vm", {
    method: "POST",
    path: "/vncproxy",
    need: onGuest("VM.Console"),
    isWithoutQuorum: true,
    parameters: { websocket: optional.flag(), "generate-password": optional.flag() },
    answer: (guest, call) => {
      if (guest.power === "off") throw died(`VM ${guest.key} not running`);
      const { cluster, caller, host, door, values } = call;
      return cluster.consoles.prepare(
        { kind: "screen", guest, host, door, path: pathOf(guest, call) },
        caller,
        values.flag("generate-password") ? drawPassword() : null,
      );
    },
  }),
  ...kinds.map((kind) =>
    guestRoute(kind, {
      method: "POST",
      path: "/termproxy",
      need: onGuest("VM.Console"),
      isWithoutQuorum: true,
      ...(kind === "vm"
        ? { parameters: { serial: optional.choice("serial0", "serial1", "serial2", "serial3") } }
        : {}),
      answer: (guest, call) => {
        const { cluster, caller, host, door, values } = call;
        if (kind === "vm") {
          const wished = values.get("serial") ?? "serial0";
          if (cluster.configs.option(guest, wished) === null) {
            throw died(`unable to find a serial interface on VM ${guest.key}`);
          }
        }
        if (guest.power === "off") throw died(`${kind === "vm" ? "VM" : "CT"} ${guest.key} not running`);
        return cluster.consoles.prepare(
          { kind: "terminal", guest, host, door, path: pathOf(guest, call) },
          caller,
          null,
        );
      },
    }),
  ),
  {
    method: "POST",
    path: "/nodes/{node}/termproxy",
    need: consoleNeed,
    isWithoutQuorum: true,
    parameters: {
      node: parts.node,
      cmd: optional.choice("login", "upgrade", "ceph_install"),
      "cmd-opts": optional.text(),
    },
    answer: ({ cluster, caller, host, door }) => {
      // PVE::API2::Nodes takes who calls apart as a user, which a token is none of.
      if (caller.isToken && cluster.major < 9) {
        throw died(`value '${caller.name}' does not look like a valid user name`);
      }
      return cluster.consoles.prepare(
        { kind: "terminal", guest: null, host, door, path: `/nodes/${host.name}` },
        caller,
        null,
      );
    },
  },
];
