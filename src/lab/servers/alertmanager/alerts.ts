import { createHash } from "node:crypto";
import type { Machine } from "../../world/machine.ts";
import type { World } from "../../world/world.ts";

/** An alert that Prometheus would have sent, by the rules of a usual node exporter. */
export interface Alert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  fingerprint: string;
  /** Epoch milliseconds, wall time. */
  startsAt: number;
}

const exporterPort = 9100;

/** What makes one alert another than the next, and what it says. */
export type AlertWords = Pick<Alert, "labels" | "annotations">;

/**
 * What is wrong in the World by `look`, as alerts; each keeps the moment when it was first seen. Times are the wall's:
 * whoever makes a silence goes by their own clock.
 */
export class Alerts {
  private readonly look: () => AlertWords[];
  private readonly since = new Map<string, number>();
  private readonly stopFollowing: () => void;

  constructor(world: World, look: () => AlertWords[]) {
    this.look = look;
    this.stopFollowing = world.onChange(() => void this.firing());
    this.firing();
  }

  /** Those that fire now. */
  firing(): Alert[] {
    const alerts = [watchdog, ...this.look()].map(({ labels, annotations }) => {
      const fingerprint = fingerprintOf(labels);
      const startsAt = this.since.get(fingerprint) ?? Date.now();
      this.since.set(fingerprint, startsAt);
      return { labels, annotations, fingerprint, startsAt };
    });
    const firing = new Set(alerts.map(({ fingerprint }) => fingerprint));
    for (const known of this.since.keys()) if (!firing.has(known)) this.since.delete(known);
    return alerts;
  }

  close(): void {
    this.stopFollowing();
  }
}

/** What is wrong with the machines, or with some of them, as the rules of a usual node exporter tell it. */
export function machineAlerts(
  world: World,
  isTold: (machine: Machine) => boolean = () => true,
): AlertWords[] {
  const told = [...world.machines.values()].filter(isTold);
  return told.flatMap((machine) => aboutMachine(world, machine));
}

/** What the exporter of a machine gives reason for. */
function aboutMachine(world: World, machine: Machine): AlertWords[] {
  const { id, role } = machine;
  const has = (name: Parameters<World["fault"]>[0]) => world.fault(name, id) !== null;
  const common = { instance: `${id}:${exporterPort}`, job: "node", role };
  if (machine.power !== "on" || has("machine-hang") || has("link-cut")) {
    const labels = { alertname: "InstanceDown", severity: "critical", ...common };
    return [{ labels, annotations: { summary: `${id} has not answered to its exporter.` } }];
  }
  const warnings = [
    has("disk-full") && ["FilesystemFull", "critical", `The root file system of ${id} is full.`],
    has("raid-degraded") && ["RaidDegraded", "warning", `An array of ${id} has lost a member.`],
    has("smart-failing") && ["DiskFailing", "warning", `A disk of ${id} says that it is failing.`],
    has("unit-failed") && ["UnitFailed", "warning", `A unit of ${id} has failed.`],
  ];
  return warnings.flatMap((warning) => {
    if (warning === false) return [];
    const [alertname = "", severity = "", summary = ""] = warning;
    return [{ labels: { alertname, severity, ...common }, annotations: { summary } }];
  });
}

/** Always fires, so that its absence tells that alerts do not get through. */
const watchdog = {
  labels: { alertname: "Watchdog", severity: "none" },
  annotations: { summary: "Alerts get through." },
};

function fingerprintOf(labels: Record<string, string>): string {
  const words = Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(words)).digest("hex").slice(0, 16);
}
