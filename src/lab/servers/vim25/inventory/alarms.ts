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

/** The alarms of a vCenter: which are triggered follows from the World; who has acknowledged them is kept here. */
export class Alarms {
  private readonly center: VCenter;
  /** When each was first seen triggered, and whether somebody has acknowledged it, by its key. */
  private readonly known = new Map<string, { since: number; acknowledged: boolean }>();

  constructor(center: VCenter) {
    this.center = center;
  }

  /** Those of a host. */
  ofHost(id: string): Triggered[] {
    const { virtual } = this.center;
    const host = virtual.host(id);
    const entity = this.center.hostReference(host);
    if (!virtual.isReachable(id)) return [{ alarm: "alarm-1", entity, status: "red" }];
    const status = statusOf(virtual.memoryGiven(id) / virtual.memoryOf(id), memoryLimits);
    return status === "green" ? [] : [{ alarm: "alarm-6", entity, status }];
  }

  /** Those of a datastore. */
  ofStorage(id: string): Triggered[] {
    const { virtual } = this.center;
    const entity = this.center.storageReference(virtual.storage(id));
    const { bytes, used, accessible } = virtual.storageOf(id);
    if (!accessible) return [{ alarm: "alarm-19", entity, status: "red" }];
    const status = statusOf(used / bytes, usageLimits);
    return status === "green" ? [] : [{ alarm: "alarm-8", entity, status }];
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
        const known = this.known.get(key) ?? { since: this.center.now(), acknowledged: false };
        this.known.set(key, known);
        return data("AlarmState", {
          key: words(key),
          entity: link(entity),
          alarm: link({ type: "Alarm", id: alarm }),
          overallStatus: word("ManagedEntityStatus", status),
          time: time(known.since),
          acknowledged: flag(known.acknowledged),
        });
      }),
    );
  }

  acknowledge(alarm: string, entity: string): void {
    const key = `${alarm}.${entity}`;
    this.known.set(key, { since: this.known.get(key)?.since ?? this.center.now(), acknowledged: true });
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
