import { z } from "zod";
import { identifierSchema } from "./estate-words.ts";

/** What the hypervisors' clusters of an environment must keep to. */
export const capacityRulesSchema = z.strictObject({
  /** vCPUs of VMs that are on, for each physical core; no ceiling when left out. */
  vcpuPerCore: z.number().positive().max(64).optional(),
  /** Memory assigned to VMs that are on, for that of the hosts: 1 is one to one. */
  memoryRatio: z.number().positive().max(8).default(1),
  /** How many hosts of a cluster may be lost, whichever they are, without a VM that has no place. */
  spareHosts: z.int().min(0).max(3).default(1),
});
export type CapacityRules = z.infer<typeof capacityRulesSchema>;

/** What holds where an environment says nothing: memory one to one, one host to spare, no ceiling for processors. */
export const usualCapacityRules: CapacityRules = { memoryRatio: 1, spareHosts: 1 };

/** The rules of an environment by the estate in force. */
export function capacityRulesOf(
  estate: { environments: Readonly<Record<string, { capacity?: CapacityRules | undefined }>> } | null,
  environment: string | null,
): CapacityRules {
  return (
    (environment === null ? undefined : estate?.environments[environment]?.capacity) ?? usualCapacityRules
  );
}

/** Two sites that must hold the same hypervisor hosts: as many of each model, or the same cores and memory in all. */
export const parityRuleSchema = z.strictObject({
  name: z.string().min(1).max(100),
  sites: z.array(identifierSchema).length(2),
  by: z.enum(["hosts", "sums"]).default("hosts"),
});
export type ParityRule = z.infer<typeof parityRuleSchema>;
