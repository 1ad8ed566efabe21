import type { Contribution } from "./contribution.ts";
import type { Entry } from "./entry.ts";

/** What every hypervisor tells of these kinds and no other system does. */
const tellingFact: Readonly<Record<string, string>> = {
  host: "hypervisor.cores",
  vm: "vm.host",
  cluster: "hypervisor.hosts",
  volume: "storage.capacity",
};

/** What a hypervisor said of a resource; null for what none tells of. Guests' and other systems' words do not count. */
export function hypervisorsWord({
  declaration,
  contributions,
}: Pick<Entry, "declaration" | "contributions">): Contribution | null {
  const fact = tellingFact[declaration.kind];
  if (fact === undefined) return null;
  for (const contribution of contributions.values()) {
    if (Object.hasOwn(contribution.facts, fact)) return contribution;
  }
  return null;
}
