import { alarmNames } from "../inventory/alarms.ts";
import { childrenOf, folders } from "../inventory/fixed-properties.ts";
import { fixed, type VCenter } from "../inventory/vcenter.ts";
import { eventsOf, HistoryCollector, tasksOf } from "../session/history.ts";
import { child, isTrue, numberOf, wordsOf } from "../soap/element.ts";
import { referenceOf } from "../soap/request.ts";
import { element, link, type Reference, time, type Value } from "../soap/values.ts";
import { invalidArgument, notFound, VimFault } from "../soap/vim-fault.ts";
import { type Call, type Methods, returnsReference } from "./call.ts";

const mostRead = 1_000;
const values = (found: readonly Value[]) => found.map((value) => element("returnval", value)).join("");

function readHistory(call: Call, way: "readNext" | "readPrevious"): string {
  const most = numberOf(call.arguments, "maxCount");
  if (most === null) throw invalidArgument("maxCount");
  return values(call.session.historyOf(call.on)[way](most));
}

function createHistory(call: Call, type: "TaskInfo" | "Event"): string {
  const filter = child(call.arguments, "filter");
  const items = type === "Event" ? eventsOf(filter, call.center) : tasksOf(filter, call.center);
  const reference = call.session.fresh(type === "Event" ? "EventHistoryCollector" : "TaskHistoryCollector");
  call.session.histories.set(reference.id, new HistoryCollector(reference, type, items));
  return returnsReference(reference);
}

/** The object at a path such as `/East/vm/web-1`. */
function atPath(center: VCenter, path: string): Reference | null {
  const [datacenter, folder, ...rest] = path.split("/").filter((part) => part !== "");
  if (datacenter === undefined) return fixed.rootFolder;
  if (datacenter !== center.name) return null;
  if (folder === undefined) return fixed.datacenter;
  const id = Object.keys(folders).find((each) => folders[each]?.name === folder);
  if (id === undefined) return null;
  const [name, inside] = rest;
  if (name === undefined) return { type: "Folder", id };
  const found = childrenOf(id, center).find((each) => nameOf(center, each) === name) ?? null;
  if (inside === undefined || !found) return found;
  const cluster = center.cluster(found);
  if (found.type !== "ClusterComputeResource" || !cluster) return null;
  if (inside === "Resources") return center.poolReference(cluster);
  const host = center.virtual.hostsOf(cluster.id).find((each) => each.name === inside);
  return host ? center.hostReference(host) : null;
}

function nameOf(center: VCenter, reference: Reference): string | undefined {
  return (
    center.guest(reference) ??
    (reference.type === "ClusterComputeResource" ? center.cluster(reference) : undefined) ??
    center.storage(reference) ??
    center.network(reference)
  )?.name;
}

function findByUuid(call: Call): string {
  const uuid = wordsOf(call.arguments, "uuid")?.toLowerCase();
  const found = isTrue(call.arguments, "vmSearch")
    ? call.center.guests().find((guest) => {
        const own = isTrue(call.arguments, "instanceUuid") ? `50${guest.uuid.slice(2)}` : guest.uuid;
        return own === uuid;
      })
    : call.center.hosts().find((host) => host.uuid === uuid);
  if (!found) return "";
  return returnsReference(
    "disks" in found ? call.center.guestReference(found) : call.center.hostReference(found),
  );
}

/** The managers of tasks, events, alarms and sessions, the search index, and what a service says of itself. */
export const managerMethods: Methods = {
  CurrentTime: (call) => element("returnval", time(call.center.now())),
  Logout(call) {
    call.sessions.end(call.session);
    return "";
  },
  SessionIsActive: (call) =>
    `<returnval>${wordsOf(call.arguments, "sessionID") === call.session.key}</returnval>`,
  CancelTask(call) {
    const task = call.center.task(call.on);
    if (!task) throw notFound(call.on);
    if (!call.center.virtual.cancel(task.id)) {
      throw new VimFault("NotSupported", "The operation is not supported on the object.");
    }
    return "";
  },
  CreateCollectorForTasks: (call) => createHistory(call, "TaskInfo"),
  CreateCollectorForEvents: (call) => createHistory(call, "Event"),
  ReadNextTasks: (call) => readHistory(call, "readNext"),
  ReadNextEvents: (call) => readHistory(call, "readNext"),
  ReadPreviousTasks: (call) => readHistory(call, "readPrevious"),
  ReadPreviousEvents: (call) => readHistory(call, "readPrevious"),
  RewindCollector(call) {
    call.session.historyOf(call.on).rewind();
    return "";
  },
  ResetCollector(call) {
    call.session.historyOf(call.on).reset();
    return "";
  },
  SetCollectorPageSize(call) {
    call.session.historyOf(call.on).setPageSize(numberOf(call.arguments, "maxCount") ?? 0);
    return "";
  },
  DestroyCollector(call) {
    call.session.historyOf(call.on);
    call.session.histories.delete(call.on.id);
    return "";
  },
  QueryEvents: (call) =>
    values(
      eventsOf(child(call.arguments, "filter"), call.center)()
        .slice(-mostRead)
        .map(({ value }) => value),
    ),
  GetAlarm: () =>
    Object.keys(alarmNames)
      .map((id) => returnsReference({ type: "Alarm", id }))
      .join(""),
  AcknowledgeAlarm(call) {
    const alarm = referenceOf(child(call.arguments, "alarm"));
    const entity = referenceOf(child(call.arguments, "entity"));
    if (!alarm || !entity) throw invalidArgument("alarm");
    call.center.alarms.acknowledge(alarm.id, entity, call.session.user);
    call.sessions.touch([`${entity.type}:${entity.id}`, `Folder:${fixed.rootFolder.id}`]);
    return "";
  },
  FindByInventoryPath(call) {
    const found = atPath(call.center, wordsOf(call.arguments, "inventoryPath") ?? "");
    return found ? element("returnval", link(found)) : "";
  },
  FindByUuid: findByUuid,
  FindAllByUuid: findByUuid,
};
