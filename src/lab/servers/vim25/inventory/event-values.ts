import type { EventKind, VirtualEvent } from "../../../world/virtual/model.ts";
import { data, derived, flag, int, link, type Reference, time, type Value, words } from "../soap/values.ts";
import { fixed, type VCenter } from "./vcenter.ts";

/** The type of event that each of the World's is. */
const types: Readonly<Record<EventKind, string>> = {
  "guest-on": "VmPoweredOnEvent",
  "guest-off": "VmPoweredOffEvent",
  "guest-suspended": "VmSuspendedEvent",
  "guest-reset": "VmResettingEvent",
  "guest-shut-down": "VmGuestShutdownEvent",
  "guest-rebooted": "VmGuestRebootEvent",
  "guest-migrated": "VmMigratedEvent",
  "guest-relocated": "VmRelocatedEvent",
  "guest-restarted-elsewhere": "VmRestartedOnAlternateHostEvent",
  "guest-not-restarted": "NotEnoughResourcesToStartVmEvent",
  "guest-made": "VmClonedEvent",
  "guest-removed": "VmRemovedEvent",
  "snapshot-made": "VmReconfiguredEvent",
  "snapshot-removed": "VmReconfiguredEvent",
  "snapshot-reverted": "VmReconfiguredEvent",
  "host-entering-maintenance": "EnteringMaintenanceModeEvent",
  "host-in-maintenance": "EnteredMaintenanceModeEvent",
  "host-left-maintenance": "ExitMaintenanceModeEvent",
  "host-shut-down": "HostShutdownEvent",
  "host-started": "HostConnectedEvent",
  "host-lost": "HostConnectionLostEvent",
  "quorum-lost": "GeneralHostErrorEvent",
  "task-failed": "GeneralUserEvent",
  "logged-in": "UserLoginSessionEvent",
  "logged-out": "UserLogoutSessionEvent",
};

/** How grave each type of event is. */
export const eventCategories: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(types).map((type) => [
    type,
    type === "HostConnectionLostEvent" || type === "NotEnoughResourcesToStartVmEvent"
      ? "error"
      : type === "VmRestartedOnAlternateHostEvent"
        ? "warning"
        : "info",
  ]),
);

const argument = (type: string, field: string, name: string, reference: Reference) =>
  data(type, { name: words(name), [field]: link(reference) });

/** An event, of the type that it is (Event and those derived from it). */
export function eventValue(event: VirtualEvent, center: VCenter): Value {
  const { virtual } = center;
  const cluster = virtual.clusters.get(event.cluster ?? "");
  const host = virtual.hosts.get(event.host ?? "");
  const guest = virtual.guests.get(event.guest ?? "");
  const type = types[event.kind];
  const vm = guest && argument("VmEventArgument", "vm", guest.name, center.guestReference(guest));
  return derived(type, {
    key: int(event.id),
    chainId: int(event.id),
    createdTime: time(event.at),
    userName: words(event.by),
    datacenter: argument("DatacenterEventArgument", "datacenter", center.name, fixed.datacenter),
    computeResource:
      cluster &&
      argument(
        "ComputeResourceEventArgument",
        "computeResource",
        cluster.name,
        center.clusterReference(cluster),
      ),
    host: host && argument("HostEventArgument", "host", host.name, center.hostReference(host)),
    vm,
    fullFormattedMessage: words(event.words),
    ...further(type, vm !== undefined),
  });
}

/** What the schema asks of some types beside what all events have. */
function further(type: string, isOfGuest: boolean): Record<string, Value> {
  if (isOfGuest && type.startsWith("Vm")) return { template: flag(false) };
  if (type === "UserLoginSessionEvent") {
    return { ipAddress: words("127.0.0.1"), locale: words("en"), sessionId: words("") };
  }
  return {};
}
