import { z } from "zod";
import { localTextSchema } from "./text.ts";

/** `unknown` is never shown as fine: a figure is missing or was not read lately. `warning`: it is near, or not proven. */
export const capacityVerdictSchema = z.enum(["ok", "warning", "exceeded", "unknown"]);
export type CapacityVerdict = z.infer<typeof capacityVerdictSchema>;

/** What is used of something against what there is of it, processors or bytes; the ratio is used / whole. */
export const capacityFigureSchema = z.object({
  used: z.number().nullable(),
  whole: z.number().nullable(),
  ratio: z.number().nullable(),
  /** The ratio that the environment allows; null: it sets none. */
  ceiling: z.number().nullable(),
  verdict: capacityVerdictSchema,
  text: localTextSchema,
});
export type CapacityFigure = z.infer<typeof capacityFigureSchema>;

/** A VM that goes to another host, or that fits on none. Memory in bytes. */
export const placedVmSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** The name of the host that it runs on. */
  from: z.string(),
  memory: z.number(),
  vcpus: z.number(),
  /** The identifier of the host that it would go to; null: none, and `why` says why. */
  to: z.string().nullable(),
  why: localTextSchema.nullable(),
});
export type PlacedVm = z.infer<typeof placedVmSchema>;

/** What becomes of a cluster when some of its hosts go. */
export const lossSchema = z.object({
  cluster: z.string(),
  hosts: z.array(z.string()),
  /** `warning`: no place was found for some, but that there is none is not proven. */
  verdict: capacityVerdictSchema,
  text: localTextSchema,
  /** How many VMs need a place, and how many of them have none. */
  moving: z.int(),
  unplaced: z.int(),
  /** Every one of them where it was asked for; in the whole view some of those without a place, the largest first. */
  vms: z.array(placedVmSchema),
  /** Each remaining host that serves, and what it would bear then: bytes, vCPUs, and how many VMs it takes. */
  after: z.array(z.object({ host: z.string(), memory: z.number(), vcpus: z.number(), taken: z.int() })),
});
export type Loss = z.infer<typeof lossSchema>;

/** Whether a host runs VMs now, is known to be out, or cannot be told. */
export const hostStandingSchema = z.enum(["serving", "maintenance", "off", "unreachable", "unknown"]);
export type HostStanding = z.infer<typeof hostStandingSchema>;

export const hostCapacitySchema = z.object({
  id: z.string(),
  name: z.string(),
  standing: hostStandingSchema,
  model: z.string().nullable(),
  cores: z.number().nullable(),
  memory: z.number().nullable(),
  /** VMs on it that are on, and what they were given: vCPUs and bytes. */
  vms: z.int(),
  vcpus: z.number(),
  memoryAssigned: z.number(),
});
export type HostCapacity = z.infer<typeof hostCapacitySchema>;

export const clusterCapacitySchema = z.object({
  id: z.string(),
  name: z.string(),
  site: z.string().nullable(),
  environment: z.string().nullable(),
  /** One host, in a cluster or not: nothing of it can go elsewhere. */
  alone: z.boolean(),
  /** The oldest reading that the figures rest on; epoch milliseconds. */
  readAt: z.number().nullable(),
  hosts: z.array(hostCapacitySchema),
  /** What needs no place when a host goes. */
  apart: z.object({ off: z.int(), templates: z.int() }),
  processors: capacityFigureSchema,
  memory: capacityFigureSchema,
  /** How far each host may be filled: bytes for each of its bytes, vCPUs for each core. */
  limits: z.object({ memoryRatio: z.number(), vcpuPerCore: z.number().nullable() }),
  /** For each host that serves: what becomes of its VMs when it goes. */
  losses: z.array(lossSchema),
  /** Whether the loss of so many hosts as the environment demands can be borne, whichever they are. */
  spare: z.object({ wanted: z.int(), verdict: capacityVerdictSchema, text: localTextSchema }),
});
export type ClusterCapacity = z.infer<typeof clusterCapacitySchema>;

/** Two sites that must hold the same; what each holds, and whether they do. */
export const paritySchema = z.object({
  name: z.string(),
  by: z.enum(["hosts", "sums"]),
  sides: z.array(
    z.object({
      site: z.string(),
      hosts: z.int(),
      cores: z.number().nullable(),
      memory: z.number().nullable(),
      /** How many hosts there are of each model. */
      models: z.record(z.string(), z.int()),
    }),
  ),
  verdict: capacityVerdictSchema,
  text: localTextSchema,
});
export type Parity = z.infer<typeof paritySchema>;

export const capacityViewSchema = z.object({
  clusters: z.array(clusterCapacitySchema),
  parities: z.array(paritySchema),
});
export type CapacityView = z.infer<typeof capacityViewSchema>;
