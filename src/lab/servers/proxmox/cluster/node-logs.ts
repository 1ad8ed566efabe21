import type { VirtualHost } from "../../../world/virtual/model.ts";
import type { VirtualWorld } from "../../../world/virtual/virtual-world.ts";

/** A line of a node's journal. `at` in epoch milliseconds, world time. */
interface Line {
  at: number;
  unit: string;
  words: string;
}

const keptLines = 2_000;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The journals of a cluster's nodes. */
export class NodeLogs {
  private readonly virtual: VirtualWorld;
  private readonly held = new Map<string, Line[]>();

  constructor(virtual: VirtualWorld) {
    this.virtual = virtual;
  }

  write(host: VirtualHost, unit: string, words: string): void {
    const lines = this.held.get(host.id) ?? [];
    this.held.set(host.id, lines);
    lines.push({ at: this.virtual.clock.now(), unit, words });
    if (lines.length > keptLines) lines.splice(0, lines.length - keptLines);
  }

  /** The lines of a node as syslog writes them. */
  of(host: VirtualHost): { at: number; unit: string; line: string }[] {
    return (this.held.get(host.id) ?? []).map(({ at, unit, words }) => {
      const moment = new Date(at);
      const day = String(moment.getUTCDate()).padStart(2, "0");
      const stamp = `${months[moment.getUTCMonth()] ?? ""} ${day} ${moment.toISOString().slice(11, 19)}`;
      return { at, unit, line: `${stamp} ${host.name} ${unit}: ${words}` };
    });
  }
}
