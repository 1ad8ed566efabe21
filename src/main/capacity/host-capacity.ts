import type { Loss } from "../../shared/capacity.ts";
import type { Resource, ResourceKind } from "../../shared/resource.ts";
import type { LocalText } from "../../shared/text.ts";
import type { CapacityEngine } from "./engine.ts";

type Engine = Pick<CapacityEngine, "withoutHost">;
/** Who else is the same machine: an AMT machine or an SSH host may be a host of a hypervisor. */
interface Relations {
  relations(id: string): Record<"sameMachine" | "byName", readonly { id: string; kind: ResourceKind }[]>;
}

/**
 * Whether the rest of its cluster can take the VMs of a hypervisor's host, in words; what cannot be told is not enough.
 * Null for what is no such host, under none of its names.
 */
export function hostCapacity(
  engine: Engine,
  relations: Relations,
  resource: Resource,
): { enough: boolean; text: LocalText } | null {
  const loss = lossOfHost(engine, relations, resource);
  return loss && { enough: loss.verdict === "ok", text: loss.text };
}

/** The same with the figures that are kept with a maintenance mark. */
export function hostRoom(
  engine: Engine,
  relations: Relations,
  resource: Resource,
): { enough: boolean; text: LocalText; observed: Record<string, number> } | null {
  const loss = lossOfHost(engine, relations, resource);
  if (!loss) return null;
  return {
    enough: loss.verdict === "ok",
    text: loss.text,
    observed: { vms: loss.moving, unplaced: loss.unplaced, others: loss.after.length },
  };
}

function lossOfHost(engine: Engine, relations: Relations, { id, kind }: Resource): Loss | null {
  if (kind !== "host") return null;
  const own = engine.withoutHost(id);
  if (own) return own;
  const { sameMachine, byName } = relations.relations(id);
  // A name that is taken for the same machine can be wrong, and then a reason too many is asked for: the safer mistake.
  for (const same of [...sameMachine, ...byName]) {
    const loss = same.kind === "host" ? engine.withoutHost(same.id) : null;
    if (loss) return loss;
  }
  return null;
}
