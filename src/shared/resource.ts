import { z } from "zod";
import { wireErrorSchema } from "./errors.ts";
import { maintenanceSchema } from "./maintenance.ts";
import { localTextSchema } from "./text.ts";

export const resourceKinds = [
  "site",
  "host",
  "vm",
  "cluster",
  "node",
  "namespace",
  "workload",
  "pod",
  "volume",
  "backup-policy",
  "restore-point",
  "replication",
  "certificate",
  "dns-record",
  "alert",
  "service",
  /** A part of a cluster that keeps itself in order, such as a ClusterOperator. */
  "operator",
  /** Machines that are kept alike, such as a MachineConfigPool. */
  "machine-pool",
  /** What a package manager installed, such as a Helm release. */
  "release",
] as const;
export const resourceKindSchema = z.enum(resourceKinds);
export type ResourceKind = z.infer<typeof resourceKindSchema>;

/** Worst first, so that a roll-up is a minimum of indexes. `unknown` is never shown as fine. */
export const healthOrder = ["critical", "unknown", "warning", "ok"] as const;
export const healthSchema = z.enum(healthOrder);
export type Health = z.infer<typeof healthSchema>;

export const factValueSchema = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);
export type FactValue = z.infer<typeof factValueSchema>;

/** One observed value, the system that read it and when (epoch milliseconds). Labels and units: facts.ts. */
export const factSchema = z.object({ value: factValueSchema, source: z.string(), at: z.number() });
export type Fact = z.infer<typeof factSchema>;

/** Something wrong with a resource, in words, as one system sees it. */
export const problemSchema = z.object({ code: z.string(), health: healthSchema, text: localTextSchema });
export type Problem = z.infer<typeof problemSchema>;

/** What one system last said of a resource: when, how it stands, and why it could not be read. */
export const sourceStateSchema = z.object({
  health: healthSchema,
  seenAt: z.number().nullable(),
  error: wireErrorSchema.nullable(),
});
export type SourceState = z.infer<typeof sourceStateSchema>;

/**
 * Anything the console can show. Several systems may know one resource; facts carry their source, `sources`
 * holds the state per system, and `system` is the one that declared it. `seenAt` is the latest successful
 * read by any of them; `stale` is true when that is older than the resource's system allows.
 */
export const resourceSchema = z.object({
  id: z.string(),
  kind: resourceKindSchema,
  name: z.string(),
  system: z.string(),
  parent: z.string().nullable(),
  site: z.string().nullable(),
  environment: z.string().nullable(),
  health: healthSchema,
  stale: z.boolean(),
  seenAt: z.number().nullable(),
  facts: z.record(z.string(), factSchema),
  problems: z.array(problemSchema),
  sources: z.record(z.string(), sourceStateSchema),
  /** Left out while it is not in maintenance. What is wrong with it is shown as ever, but needs nobody. */
  maintenance: maintenanceSchema.optional(),
});
export type Resource = z.infer<typeof resourceSchema>;

/** What the estate file says a resource is, before anything was read. */
export type Declaration = Pick<
  Resource,
  "id" | "kind" | "name" | "system" | "parent" | "site" | "environment"
> & {
  /**
   * Milliseconds after the last good read when the resource counts as stale. Null: this system never reads it, it only
   * opens its consoles.
   */
  staleAfter: number | null;
  /** The resource that it runs on, where that is not its parent: a pod's node. */
  runsOn?: string | null;
};

/** What came, or is declared otherwise than before, and the identifiers of what went; the rest stays. */
export interface DeclarationChange {
  added: readonly Declaration[];
  removed: readonly string[];
}

/** One system's reading of one resource: either what it saw, or the error that kept it from seeing. */
export type Observation =
  | {
      resource: string;
      source: string;
      at: number;
      health: Health;
      facts: Record<string, FactValue>;
      problems: Problem[];
      /** When a fact was read, where that was before `at`: what is costly to read is read less often. */
      readAt?: Record<string, number>;
    }
  | { resource: string; source: string; at: number; error: z.infer<typeof wireErrorSchema> };

/** Where systems put what they read; the inventory implements it. */
export interface ObservationSink {
  /** Declares the resources of one system whole; those it declared before and leaves out now are removed. */
  declare(system: string, declarations: Declaration[]): void;
  /** The same for what changed since alone: its cost is that of the change, however much the system has. */
  redeclare(system: string, change: DeclarationChange): void;
  observe(observations: Observation[]): void;
}
