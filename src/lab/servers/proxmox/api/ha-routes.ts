import { createHash } from "node:crypto";
import type { Guest } from "../../../world/virtual/model.ts";
import type { PveCluster } from "../cluster/cluster.ts";
import type { HaResource, RequestedState } from "../cluster/high-availability.ts";
import { type Call, folder, type Route } from "./call.ts";
import { died, wrongParameters } from "./failure.ts";
import { needed, optional, parts } from "./parameters.ts";

const audit = { path: "/", all: ["Sys.Audit"] } as const;
const console = { path: "/", all: ["Sys.Console"] } as const;
const states: readonly RequestedState[] = ["started", "stopped", "disabled", "ignored"];
const sidOf = (guest: Guest) => `${guest.kind === "vm" ? "vm" : "ct"}:${guest.key}`;

/** The guest of an identifier such as `vm:101`, or its bare number. Throws a Failure. */
function guestOf(cluster: PveCluster, sid: string): Guest {
  const [, kind, key = ""] = /^(?:(vm|ct):)?(\d+)$/.exec(sid) ?? [];
  if (key === "")
    throw wrongParameters({ sid: "invalid format - value does not look like a valid service ID\n" });
  const guest = cluster.find(key);
  const fits = guest && (kind === undefined || (guest.kind === "vm" ? "vm" : "ct") === kind);
  if (!fits) throw died(`unable to find guest '${key}'`);
  return guest;
}

function managed(cluster: PveCluster, sid: string): { guest: Guest; resource: HaResource } {
  const guest = guestOf(cluster, sid);
  const resource = cluster.highAvailability.of(guest);
  if (!resource) throw died(`no such resource '${sid}'`);
  return { guest, resource };
}

function shown(cluster: PveCluster, { guest: id, state, comment, maxRestart, maxRelocate }: HaResource) {
  const guest = cluster.virtual.guest(id);
  return {
    sid: sidOf(guest),
    type: guest.kind === "vm" ? "vm" : "ct",
    state,
    max_restart: maxRestart,
    max_relocate: maxRelocate,
    ...(comment ? { comment } : {}),
    ...(cluster.major >= 9 ? { failback: 1 } : {}),
    digest: createHash("sha1").update(JSON.stringify(cluster.highAvailability.all)).digest("hex"),
  };
}

function current({ cluster }: Call): unknown[] {
  const { highAvailability, virtual } = cluster;
  const { leader } = highAvailability;
  const moment = new Date(cluster.now()).toUTCString().slice(0, 25);
  return [
    {
      id: "quorum",
      type: "quorum",
      node: leader?.name ?? "",
      status: cluster.isQuorate ? "OK" : "No quorum!",
      quorate: cluster.isQuorate ? 1 : 0,
    },
    ...(leader
      ? [
          {
            id: "master",
            type: "master",
            node: leader.name,
            status: `${leader.name} (active, ${moment})`,
            timestamp: Math.floor(cluster.now() / 1000),
          },
        ]
      : []),
    ...cluster.hosts.map((host) => {
      const isUp = virtual.isReachable(host.id);
      const serves = highAvailability.all.some((resource) => virtual.guest(resource.guest).host === host.id);
      const state = isUp ? (serves ? "active" : "idle") : "old timestamp - dead?";
      return {
        id: `lrm:${host.name}`,
        type: "lrm",
        node: host.name,
        status: `${host.name} (${state}, ${moment})`,
        timestamp: Math.floor(cluster.now() / 1000),
      };
    }),
    ...highAvailability.all.map((resource) => {
      const guest = virtual.guest(resource.guest);
      const state = highAvailability.stateOf(guest);
      const node = virtual.host(guest.host).name;
      return {
        id: `service:${sidOf(guest)}`,
        type: "service",
        sid: sidOf(guest),
        node,
        state,
        crm_state: state,
        request_state: resource.state,
        status: `${sidOf(guest)} (${node}, ${state})`,
        max_restart: resource.maxRestart,
        max_relocate: resource.maxRelocate,
      };
    }),
  ];
}

function requestMove({ cluster, values, caller }: Call, type: "hamigrate" | "harelocate"): unknown {
  const { guest } = managed(cluster, values.text("sid"));
  const host = cluster.host(values.text("node"));
  const obstacle = cluster.virtual.migrationObstacle(guest.id, host.id);
  if (obstacle?.code === "refused-by-rule") {
    throw died(`cannot migrate resource '${sidOf(guest)}' to node '${host.name}': ${obstacle.message}`);
  }
  cluster.operations.moveByManager(guest, host, caller.name, type);
  return cluster.major >= 9 ? { sid: sidOf(guest), "requested-node": host.name } : null;
}

export const haRoutes: Route[] = [
  folder("/cluster/ha", "status", "resources", "groups"),
  folder("/cluster/ha/status", "current", "manager_status"),
  { method: "GET", path: "/cluster/ha/status/current", need: audit, answer: current },
  {
    method: "GET",
    path: "/cluster/ha/status/manager_status",
    need: audit,
    answer: ({ cluster }) => ({
      manager_status: {
        master_node: cluster.highAvailability.leader?.name ?? "",
        node_status: Object.fromEntries(
          cluster.hosts.map((host) => [
            host.name,
            cluster.virtual.isReachable(host.id) ? "online" : "unknown",
          ]),
        ),
        service_status: {},
        timestamp: Math.floor(cluster.now() / 1000),
      },
      quorum: { node: cluster.highAvailability.leader?.name ?? "", quorate: cluster.isQuorate ? "1" : "0" },
    }),
  },
  {
    method: "GET",
    path: "/cluster/ha/resources",
    need: audit,
    parameters: { type: optional.choice("ct", "vm") },
    answer: ({ cluster, values }) => {
      const type = values.get("type");
      return cluster.highAvailability.all
        .map((resource) => shown(cluster, resource))
        .filter((resource) => type === null || resource.type === type);
    },
  },
  {
    method: "POST",
    path: "/cluster/ha/resources",
    need: console,
    parameters: {
      sid: needed.text(),
      state: optional.choice(...states, "enabled"),
      comment: optional.text({ maxLength: 4096 }),
      max_restart: optional.integer({ minimum: 0 }),
      max_relocate: optional.integer({ minimum: 0 }),
      type: optional.choice("ct", "vm"),
    },
    answer: ({ cluster, values }) => {
      const guest = guestOf(cluster, values.text("sid"));
      if (cluster.highAvailability.of(guest)) throw died(`resource ID '${sidOf(guest)}' already defined`);
      const state = stateOf(values.get("state"));
      cluster.highAvailability.add(guest, state, values.get("comment") ?? "");
      cluster.highAvailability.request(guest, state);
      return null;
    },
  },
  {
    method: "GET",
    path: "/cluster/ha/resources/{sid}",
    need: audit,
    parameters: { sid: needed.text() },
    answer: ({ cluster, values }) => shown(cluster, managed(cluster, values.text("sid")).resource),
  },
  {
    method: "PUT",
    path: "/cluster/ha/resources/{sid}",
    need: console,
    parameters: {
      sid: needed.text(),
      state: optional.choice(...states, "enabled"),
      comment: optional.text({ maxLength: 4096 }),
      digest: optional.text({ maxLength: 64 }),
      max_restart: optional.integer({ minimum: 0 }),
      max_relocate: optional.integer({ minimum: 0 }),
    },
    answer: ({ cluster, values }) => {
      const { guest, resource } = managed(cluster, values.text("sid"));
      resource.comment = values.get("comment") ?? resource.comment;
      resource.maxRestart = values.number("max_restart") ?? resource.maxRestart;
      resource.maxRelocate = values.number("max_relocate") ?? resource.maxRelocate;
      const state = values.get("state");
      if (state !== null) cluster.highAvailability.request(guest, stateOf(state));
      return null;
    },
  },
  {
    method: "DELETE",
    path: "/cluster/ha/resources/{sid}",
    need: console,
    parameters: { sid: needed.text() },
    answer: ({ cluster, values }) => {
      cluster.highAvailability.remove(managed(cluster, values.text("sid")).guest);
      return null;
    },
  },
  {
    method: "POST",
    path: "/cluster/ha/resources/{sid}/migrate",
    need: console,
    parameters: { sid: needed.text(), node: parts.node },
    answer: (call) => requestMove(call, "hamigrate"),
  },
  {
    method: "POST",
    path: "/cluster/ha/resources/{sid}/relocate",
    need: console,
    parameters: { sid: needed.text(), node: parts.node },
    answer: (call) => requestMove(call, "harelocate"),
  },
  { method: "GET", path: "/cluster/ha/groups", need: audit, only: 8, answer: () => [] },
  {
    method: "GET",
    path: "/cluster/ha/groups",
    need: audit,
    only: 9,
    answer: () => {
      throw died("cannot index groups: ha groups have been migrated to rules");
    },
  },
  {
    method: "GET",
    path: "/cluster/ha/rules",
    need: audit,
    only: 9,
    parameters: { resource: optional.text(), type: optional.choice("node-affinity", "resource-affinity") },
    answer: ({ cluster }) =>
      cluster.cluster.rules.map((rule) => ({
        rule: rule.name,
        type: rule.kind === "must-run-on" ? "node-affinity" : "resource-affinity",
        resources: rule.guests.map((id) => sidOf(cluster.virtual.guest(id))).join(","),
        ...(rule.kind === "must-run-on"
          ? { nodes: rule.hosts.map((id) => cluster.virtual.host(id).name).join(","), strict: 1 }
          : { affinity: rule.kind === "apart" ? "negative" : "positive" }),
      })),
  },
];

function stateOf(word: string | null): RequestedState {
  return states.find((state) => state === word) ?? "started";
}
