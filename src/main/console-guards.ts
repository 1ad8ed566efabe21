import type { Estate } from "../shared/estate.ts";
import type { Resource } from "../shared/resource.ts";
import type { LocalText } from "../shared/text.ts";
import type { Guard, Judged } from "./actions/action.ts";
import {
  allowlistGuard,
  capacityGuard,
  freshnessGuard,
  journalGuard,
  lockOutGuard,
  rightsGuard,
  rolesGuard,
  supportWindowGuard,
} from "./actions/guards.ts";
import { nodeCapacity } from "./actions/node-capacity.ts";
import { type Decision, twoPeopleGuard } from "./actions/two-people-guard.ts";
import type { CapacityEngine } from "./capacity/engine.ts";
import { hostCapacity } from "./capacity/host-capacity.ts";
import type { Inventory } from "./inventory/inventory.ts";
import { supportState } from "./inventory/support-window.ts";
import type { JournalState } from "./journal/journal.ts";
import { exceptMarks, maintenanceGuard } from "./maintenance/guard.ts";

/** What the guards of a console judge by. */
export interface GuardParts {
  journal: { state(): JournalState };
  inventory: Pick<Inventory, "get" | "all" | "relations">;
  capacity: Pick<CapacityEngine, "withoutHost">;
  checkAllowlist(resource: Resource, action: Judged): Promise<{ allowed: boolean; text: LocalText }>;
  /** The estate in force. */
  estate(): Estate | null;
  /** Epoch milliseconds. */
  now(): number;
  /** Whether a name in the journal is whoever works here. */
  isMe(name: string): boolean;
  /** Whether whoever asks may do something of such a risk to a resource; everybody may when left out. */
  judge?: Parameters<typeof rolesGuard>[0];
  /** On whose word whoever asks acts; null for their own. */
  decided(): Decision | null;
}

/** The guards of every action, in the order in which a sheet and a plan show them. */
export function consoleGuards({
  journal,
  inventory,
  capacity,
  checkAllowlist,
  estate,
  now,
  isMe,
  judge,
  decided,
}: GuardParts): Guard[] {
  return [
    journalGuard(journal),
    ...(judge ? [rolesGuard(judge)] : []),
    rightsGuard(),
    exceptMarks(freshnessGuard({ now })),
    exceptMarks(allowlistGuard(checkAllowlist)),
    lockOutGuard(),
    twoPeopleGuard(decided),
    maintenanceGuard(isMe),
    supportWindowGuard((resource) => supportOf(estate(), resource.environment, now())),
    capacityGuard((resource) => {
      const node = nodeThatIs(inventory, resource);
      return node ? nodeCapacity(node, inventory.all()) : hostCapacity(capacity, inventory, resource);
    }),
  ];
}

function supportOf(estate: Estate | null, environment: string | null, at: number) {
  const declared = environment === null ? undefined : estate?.environments[environment];
  if (!declared?.supportWindow) return null;
  return { window: declared.supportWindow, ...supportState(declared.supportWindow, at, declared.timeZone) };
}

/** The cluster's node that a resource is, or that the same machine is under another name; null when it is none. */
function nodeThatIs(inventory: GuardParts["inventory"], resource: Resource): Resource | null {
  if (resource.kind === "node") return resource;
  if (resource.kind !== "host" && resource.kind !== "vm") return null;
  const same = inventory.relations(resource.id).sameMachine.find(({ kind }) => kind === "node");
  return same ? inventory.get(same.id) : null;
}
