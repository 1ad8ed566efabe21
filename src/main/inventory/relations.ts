import { healthOrder } from "../../shared/resource.ts";
import type { ResourceDetail } from "../../shared/resource-detail.ts";
import type { Entry } from "./entry.ts";
import { Groups } from "./groups.ts";
import { hypervisorsWord } from "./hypervisors-word.ts";
import { rowOf } from "./rows.ts";
import { compareKeys } from "./sort-key.ts";

/** As many of each relation as a page shows; a list with the site's facet shows them all. */
const mostRelated = 200;

/** Facts that only one machine has: what shows the same is the same machine, whichever system calls it what. */
const identifying = ["os.bootId", "hardware.uuid"];
/** What firmware writes where nobody has given the machine an identifier. */
const placeholder = /^(.)\1*$/;

export const noRelations: ResourceDetail["relations"] = {
  parent: null,
  children: [],
  siblings: [],
  runsOn: null,
  carries: [],
  sameMachine: [],
  byName: [],
};

/**
 * Who holds whom: a host its VMs, a site what stands in it and has no other parent. Who runs on whom: pods on nodes. And
 * what is one machine under several names: a node and the VM or host that it is. A hypervisor that tells nothing by which
 * machines are told apart (Proxmox VE) leaves the name: its host and others of that name at the site are taken for one.
 */
export class Relations {
  readonly #held = new Groups<Entry>();
  readonly #carried = new Groups<Entry>();
  readonly #machines = new Groups<Entry>();
  /** Hosts by their site and name. */
  readonly #named = new Groups<Entry>();

  /** Takes in where a resource hangs and runs now. */
  place(entry: Entry): void {
    const { runsOn, kind, site } = entry.declaration;
    this.#held.put(entry, entry.parentId === null ? [] : [entry.parentId]);
    this.#carried.put(entry, runsOn ? [runsOn] : []);
    this.#named.put(entry, kind === "host" ? [`${site ?? ""}\n${entry.nameKey}`] : []);
  }

  /** Takes in which machine it is, by what was read of it. */
  identify(entry: Entry): void {
    this.#machines.put(entry, identifiersOf(entry));
  }

  forget(entry: Entry): void {
    for (const groups of [this.#held, this.#carried, this.#machines, this.#named]) groups.put(entry, []);
  }

  /** Those that hang on a resource. */
  heldBy(id: string): Entry[] {
    return this.#held.members(id);
  }

  /** What a resource has to do with others, the worst first, at most two hundred of each. */
  of(entry: Entry, find: (id: string) => Entry | undefined): ResourceDetail["relations"] {
    const [parentId] = this.#held.of(entry);
    const [runsOnId] = this.#carried.of(entry);
    const parent = parentId === undefined ? undefined : find(parentId);
    const runsOn = runsOnId === undefined ? undefined : find(runsOnId);
    const siblings = parentId === undefined ? [] : this.#held.members(parentId);
    const same = this.#sameMachine(entry);
    return {
      parent: parent ? rowOf(parent, []) : null,
      children: rows(this.#held.members(entry.id)),
      siblings: rows(siblings.filter((sibling) => sibling !== entry)),
      runsOn: runsOn ? rowOf(runsOn, []) : null,
      carries: rows(this.#carried.members(entry.id)),
      sameMachine: rows([...same].filter((other) => other !== entry)),
      byName: rows(this.#takenForSame(entry).filter((other) => !same.has(other))),
    };
  }

  #sameMachine(entry: Entry): Set<Entry> {
    return new Set(this.#machines.of(entry).flatMap((machine) => this.#machines.members(machine)));
  }

  /** Of a hypervisor's nameless host those of its name; of any other the one such host of its name. Two of them are none. */
  #takenForSame(entry: Entry): Entry[] {
    const alike = this.#named.of(entry).flatMap((name) => this.#named.members(name));
    const [nameless, ...others] = alike.filter(isNameless);
    if (!nameless || others.length > 0) return [];
    if (nameless !== entry) return hypervisorsWord(entry) ? [] : [nameless];
    return alike.filter((other) => other !== entry && !hypervisorsWord(other));
  }
}

/** Whether a hypervisor tells of a host, and nothing by which its machine is known for sure. */
function isNameless(entry: Entry): boolean {
  return hypervisorsWord(entry) !== null && identifiersOf(entry).length === 0;
}

/** What tells which machine a resource is; what has one in common is the same machine. */
export function identifiersOf(entry: Pick<Entry, "fact">): string[] {
  return identifying.flatMap((key) => identifierOf(entry, key) ?? []);
}

function identifierOf(entry: Pick<Entry, "fact">, key: string): string | null {
  const value = entry.fact(key)?.value;
  if (typeof value !== "string") return null;
  const bare = value.toLowerCase().replace(/[^0-9a-z]/g, "");
  return bare.length < 8 || placeholder.test(bare) ? null : `${key} ${bare}`;
}

function rows(entries: Entry[]): ResourceDetail["relations"]["children"] {
  return entries
    .sort(worstFirst)
    .slice(0, mostRelated)
    .map((entry) => rowOf(entry, []));
}

function worstFirst(one: Entry, other: Entry): number {
  return (
    healthOrder.indexOf(one.health) - healthOrder.indexOf(other.health) ||
    compareKeys(one.nameKey, other.nameKey, 1) ||
    compareKeys(one.id, other.id, 1)
  );
}
