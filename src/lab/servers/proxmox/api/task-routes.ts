import type { PveTask } from "../cluster/tasks.ts";
import { upidPattern } from "../cluster/upid.ts";
import type { Call, Route } from "./call.ts";
import { died, forbidden, wrongParameters } from "./failure.ts";
import { needed, optional, parts } from "./parameters.ts";
import { shownTask } from "./shown.ts";

/** The task that is asked for: one's own, or any with `Sys.Audit`. Throws a Failure. */
function taskOf({ cluster, values, caller, host }: Call): PveTask {
  const upid = values.text("upid");
  if (!upidPattern.test(upid))
    throw wrongParameters({ upid: `unable to parse worker upid '${upid.slice(0, 200)}'` });
  const task = cluster.tasks.find(upid);
  if (!task || task.node !== host.name) throw died(`no such task '${upid.slice(0, 200)}'`);
  if (task.user.split("!")[0] !== caller.user && !caller.privileges.has("Sys.Audit")) {
    throw forbidden(`/nodes/${host.name}`, ["Sys.Audit"]);
  }
  return task;
}

function list({ cluster, host, values, caller }: Call): unknown[] {
  const source = values.get("source") ?? "archive";
  const limits: ((task: PveTask) => boolean)[] = [
    (task) => task.node === host.name,
    (task) => source === "all" || (source === "active") === (task.exit === null),
    (task) => caller.privileges.has("Sys.Audit") || task.user.split("!")[0] === caller.user,
    (task) => values.get("vmid") === null || task.id === values.get("vmid"),
    (task) => values.get("typefilter") === null || task.type === values.get("typefilter"),
    (task) => values.get("userfilter") === null || task.user.includes(values.get("userfilter") ?? ""),
    (task) => task.startedAt / 1000 >= (values.number("since") ?? 0),
    (task) => task.startedAt / 1000 <= (values.number("until") ?? Number.MAX_VALUE),
    (task) => !values.flag("errors") || (task.exit !== null && task.exit !== "OK"),
  ];
  const start = values.number("start") ?? 0;
  return cluster.tasks.all
    .filter((task) => limits.every((limit) => limit(task)))
    .sort((one, other) => other.startedAt - one.startedAt)
    .slice(start, start + (values.number("limit") ?? 50))
    .map((task) => ({
      ...shownTask(task),
      ...(source !== "archive" && task.exit === null ? { status: "RUNNING" } : {}),
    }));
}

/** Lines as every log call gives them: numbered from 1; one that says so stands where there are none. */
export function numbered(lines: readonly string[], start: number, limit: number): { n: number; t: string }[] {
  if (lines.length === 0 && start === 0) return [{ n: 1, t: "no content" }];
  const end = limit === 0 ? lines.length : start + limit;
  return lines.slice(start, end).map((line, at) => ({ n: start + at + 1, t: line }));
}

export const taskRoutes: Route[] = [
  {
    method: "GET",
    path: "/nodes/{node}/tasks",
    need: "user",
    parameters: {
      node: parts.node,
      start: optional.integer({ minimum: 0 }),
      limit: optional.integer({ minimum: 0 }),
      userfilter: optional.text(),
      typefilter: optional.text(),
      vmid: optional.integer({ minimum: 100 }),
      errors: optional.flag(),
      source: optional.choice("archive", "active", "all"),
      since: optional.integer(),
      until: optional.integer(),
      statusfilter: optional.text(),
    },
    answer: list,
  },
  {
    method: "GET",
    path: "/nodes/{node}/tasks/{upid}/status",
    need: "user",
    parameters: { node: parts.node, upid: needed.text() },
    answer: (call) => {
      const task = taskOf(call);
      const { status: _status, endtime: _end, ...shown } = shownTask(task);
      return {
        ...shown,
        status: task.exit === null ? "running" : "stopped",
        ...(task.exit === null ? {} : { exitstatus: task.exit }),
      };
    },
  },
  {
    method: "GET",
    path: "/nodes/{node}/tasks/{upid}/log",
    need: "user",
    parameters: {
      node: parts.node,
      upid: needed.text(),
      start: optional.integer({ minimum: 0 }),
      limit: optional.integer({ minimum: 0 }),
      download: optional.flag(),
    },
    answer: (call) =>
      numbered(taskOf(call).log, call.values.number("start") ?? 0, call.values.number("limit") ?? 50),
  },
  {
    method: "DELETE",
    path: "/nodes/{node}/tasks/{upid}",
    need: "user",
    isWithoutQuorum: true,
    parameters: { node: parts.node, upid: needed.text() },
    answer: (call) => {
      const task = taskOf(call);
      if (task.user.split("!")[0] !== call.caller.user && !call.caller.privileges.has("Sys.Modify")) {
        throw forbidden(`/nodes/${call.host.name}`, ["Sys.Modify"]);
      }
      call.cluster.tasks.stop(task.upid);
      return null;
    },
  },
];
