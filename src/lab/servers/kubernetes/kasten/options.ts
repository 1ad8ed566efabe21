import type { ExportLocation } from "./location.ts";
import type { Points } from "./points.ts";

/** Faults of the lab's Kasten; asked each time that one would matter. */
export interface KastenFaults {
  /** Restores take twenty times as long. */
  slowRestore(): boolean;
  /** The newest exported restore point of this application cannot be read. */
  isCorrupt(application: string): boolean;
  /** The location refuses what is exported. */
  exportFails(): boolean;
}

/** Policies and restore points as another Kasten has them. */
export interface CopiedKasten {
  policies: readonly {
    name: string;
    does: "backup" | "import";
    /** The applications that it backs up or imports. */
    of: readonly string[];
    /** As crontab(5) has it; null: when it is asked for alone. */
    schedule: string | null;
    paused: boolean;
    keeps: number;
    exports: boolean;
    /** What is exported or imported under; the same at both clusters. */
    receiveString: string;
  }[];
  /** Of applications that stand in this cluster; what was imported comes by `imported`. */
  points: readonly {
    name: string;
    application: string;
    madeAt: number;
    exported: boolean;
    policy: string | null;
    receiveString: string;
  }[];
  /** Called once with where restore points are kept, for those that were imported and come when all clusters stand. */
  onStarted(points: Points): void;
}

/** The Kasten of one of the lab's clusters. */
export interface KastenOptions {
  /** The cluster's own identifier, by which its exports are told from those of others. */
  cluster: string;
  location: ExportLocation;
  /** Whether the location can be reached from here; exports and imports wait while it cannot. */
  reachesLocation(): boolean;
  /** Whether Kasten's own pods run; nothing gets on while they do not. */
  runs(): boolean;
  /** The applications that are backed up: each by a policy `backup-NAME`, at these hours (UTC). */
  protects: readonly string[];
  hours: readonly number[];
  /** How many restore points of an application are kept, of each sort. */
  keeps: number;
  /** Imported each hour by a policy `import-NAME`: what another cluster exports. */
  imports: readonly { application: string; from: string }[];
  /** What a copied cluster's Kasten has, in place of what these would draw. */
  copied?: CopiedKasten;
  faults?: Partial<KastenFaults>;
}

/** World milliseconds that each of its works takes. */
export const durations = { backup: 20_000, export: 40_000, import: 15_000, restore: 60_000 } as const;
/** What the pace of a restore is divided by while restores are slow. */
export const slowness = 20;

/** What a policy of a cluster says to whoever may import what it exports. */
export function receiveStringOf(cluster: string, application: string): string {
  return Buffer.from(JSON.stringify({ cluster, policy: `backup-${application}` })).toString("base64url");
}
