import { data, flag, link, list, type Reference, time, type Value, word, words } from "../soap/values.ts";
import type { VCenter } from "./vcenter.ts";

/** The alarms that are defined, by identifier. */
export const alarmNames: Readonly<Record<string, string>> = {
  "alarm-1": "Host connection and power state",
  "alarm-6": "Host memory usage",
  "alarm-8": "Datastore usage on disk",
  "alarm-19": "Cannot connect to storage",
};

const usageLimits = { yellow: 0.75, red: 0.85 } as const;
const memoryLimits = { yellow: 0.9, red: 0.95 } as const;

type Status = "green" | "yellow" | "red";

interface Triggered {
  alarm: string;
  entity: Reference;
  status: Exclude<Status, "green">;
}

interface Acknowledgement {
  user: string;
  at: number;
}

/** The alarms of a vCenter: which are triggered follows from the World; who has acknowledged them is kept here. */
export class Alarms {
  private readonly center: VCenter;
  /** When each was first seen triggered, and who has acknowledged it when, by its key. */
  private readonly known = new Map<string, { since: number; acknowledged: Acknowledgement | null }>();

  constructor(center: VCenter) {
    this.center = center;
  }

  /** Those of a host. */
  ofHost(id: string): Triggered[] {
    const { virtual } = this.center;
    const host = virtual.host(id);
    const entity = this.center.hostReference(host);
    if (host.standby) return this.standing(entity, "alarm-1", "green");
    if (!virtual.isReachable(id)) return this.standing(entity, "alarm-1", "red");
    const status = statusOf(virtual.memoryGiven(id) / virtual.memoryOf(id), memoryLimits);
    return this.standing(entity, "alarm-6", status);
  }

  /** Those of a datastore. */
  ofStorage(id: string): Triggered[] {
    const { virtual } = this.center;
    const entity = this.center.storageReference(virtual.storage(id));
    const { bytes, used, accessible } = virtual.storageOf(id);
    if (!accessible) return this.standing(entity, "alarm-19", "red");
    return this.standing(entity, "alarm-8", statusOf(used / bytes, usageLimits));
  }

  /** Those of all hosts of a cluster. */
  ofCluster(id: string): Triggered[] {
    return this.center.virtual.hostsOf(id).flatMap((host) => this.ofHost(host.id));
  }

  /** As `triggeredAlarmState` tells them. */
  stateOf(triggered: readonly Triggered[]): Value {
    return list(
      "AlarmState",
      triggered.map(({ alarm, entity, status }) => {
        const key = `${alarm}.${entity.id}`;
        const known = this.known.get(key) ?? { since: this.center.now(), acknowledged: null };
        this.known.set(key, known);
        const { acknowledged } = known;
        return data("AlarmState", {
          key: words(key),
          entity: link(entity),
          alarm: link({ type: "Alarm", id: alarm }),
          overallStatus: word("ManagedEntityStatus", status),
          time: time(known.since),
          acknowledged: flag(acknowledged !== null),
          ...(acknowledged && {
            acknowledgedByUser: words(acknowledged.user),
            acknowledgedTime: time(acknowledged.at),
          }),
        });
      }),
    );
  }

  /** Acknowledges an alarm that is triggered; one that is not, or was acknowledged before, stays as it is. */
  acknowledge(alarm: string, entity: Reference, user: string): void {
    const isTriggered = this.of(entity).some((each) => each.alarm === alarm && each.entity.id === entity.id);
    if (!isTriggered) return;
    const at = this.center.now();
    const key = `${alarm}.${entity.id}`;
    const { since, acknowledged } = this.known.get(key) ?? { since: at, acknowledged: null };
    this.known.set(key, { since, acknowledged: acknowledged ?? { user, at } });
  }

  /** The one alarm that stands on an object, unless it is green; what was known of those that have ended is forgotten. */
  private standing(entity: Reference, alarm: string, status: Status): Triggered[] {
    for (const each of Object.keys(alarmNames)) {
      if (each !== alarm || status === "green") this.known.delete(`${each}.${entity.id}`);
    }
    return status === "green" ? [] : [{ alarm, entity, status }];
  }

  private of(entity: Reference): Triggered[] {
    const host = entity.type === "HostSystem" ? this.center.host(entity) : undefined;
    const storage = entity.type === "Datastore" ? this.center.storage(entity) : undefined;
    if (host) return this.ofHost(host.id);
    return storage ? this.ofStorage(storage.id) : [];
  }
}

/** The worst of several alarms, as `overallStatus` tells it. */
export function overallStatus(triggered: readonly { status: Status }[]): Value {
  const worst = triggered.some(({ status }) => status === "red")
    ? "red"
    : triggered.length > 0
      ? "yellow"
      : "green";
  return word("ManagedEntityStatus", worst);
}

function statusOf(share: number, limits: { yellow: number; red: number }): Status {
  if (share >= limits.red) return "red";
  return share >= limits.yellow ? "yellow" : "green";
}
