import { type CapacityRules, usualCapacityRules } from "../../shared/estate-capacity.ts";
import type { PlacementLimits } from "../../shared/placement.ts";
import type { Resource } from "../../shared/resource.ts";

/** What the hosts of an environment keep to by the estate; the usual when left out. */
export interface WithCapacityRules {
  capacityRules?: ((environment: string | null) => CapacityRules) | undefined;
}

/** No ceilings of ours: how full a host may be is its hypervisor's to say. */
export const noLimits: PlacementLimits = { memoryRatio: 1e6, vcpuPerCore: null };

/** How far hosts may be filled: by the rules of the environment of the host that it is about. */
export function limitsOf(
  { capacityRules }: WithCapacityRules,
  { environment }: Pick<Resource, "environment">,
  withinLimits: boolean,
): PlacementLimits {
  if (!withinLimits) return noLimits;
  const { memoryRatio, vcpuPerCore } = capacityRules?.(environment) ?? usualCapacityRules;
  return { memoryRatio, vcpuPerCore: vcpuPerCore ?? null };
}
