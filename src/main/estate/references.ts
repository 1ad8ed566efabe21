import type { LocalText } from "../../shared/text.ts";
import { text } from "../../shared/text.ts";
import { type FaultList, pathWords, shown } from "./faults.ts";
import { child, type Entry, entriesOf, type Located, wordAt } from "./located.ts";

type Namespace = "sites" | "environments" | "allowlists" | "hops" | "hosts";

/** A host of any `ssh` system, a machine of any `amt` or a screen of any `vnc` system, with the place of its entry. */
interface DeclaredHost {
  id: string;
  system: string;
  path: readonly PropertyKey[];
  entry: Entry;
}

/** Everything in an estate that something else may name, by the file's words and before any schema. */
export interface DeclaredNames {
  sites: Map<string, Entry>;
  environments: Map<string, Entry>;
  allowlists: Map<string, Entry>;
  hops: Map<string, Entry>;
  systems: Map<string, Entry>;
  hosts: DeclaredHost[];
  hostsById: Map<string, DeclaredHost>;
  /** Machines with AMT: each may be a host of an `ssh` system too, and is the same thing then. */
  machines: DeclaredHost[];
  /** VNC screens: each may be a host, a VM or a machine of another system too, and is the same thing then. */
  screens: DeclaredHost[];
}

export function declaredNames(tree: Located): DeclaredNames {
  const reach = child(tree, "reach");
  const systems = entriesOf(child(tree, "systems"));
  const declared = (type: string, key: string): DeclaredHost[] =>
    [...systems].flatMap(([system, { value }]) =>
      wordAt(value, "type") === type
        ? [...entriesOf(child(value, key))].map(([id, entry]) => ({
            id,
            system,
            path: ["systems", system, key, id],
            entry,
          }))
        : [],
    );
  const hosts = declared("ssh", "hosts");
  const machines = declared("amt", "machines");
  const screens = declared("vnc", "screens");
  return {
    sites: entriesOf(child(tree, "sites")),
    environments: entriesOf(child(tree, "environments")),
    allowlists: entriesOf(child(reach, "allowlists")),
    hops: entriesOf(child(reach, "hops")),
    systems,
    hosts,
    hostsById: new Map([...screens, ...machines, ...hosts].map((host) => [host.id, host])),
    machines,
    screens,
  };
}

const targets: Record<string, { namespace: Namespace; noun: LocalText }> = {
  site: { namespace: "sites", noun: text("a site", "un site") },
  environment: { namespace: "environments", noun: text("an environment", "un environnement") },
  allowlist: { namespace: "allowlists", noun: text("an allowlist", "une liste d'adresses admises") },
  via: { namespace: "hops", noun: text("a hop", "un rebond") },
  declared: { namespace: "allowlists", noun: text("an allowlist", "une liste d'adresses admises") },
  parent: { namespace: "hosts", noun: text("a host", "un hôte") },
};

/** What of a system's own names, such as its name servers and records, may have places of its own. */
const nestedPlaces = [
  ["servers", ["site", "via", "allowlist"]],
  ["resolvers", ["via", "allowlist"]],
  ["records", ["environment"]],
  ["ends", ["site", "environment", "via", "allowlist"]],
  ["buckets", ["site", "environment"]],
  ["replications", ["environment"]],
  ["checks", ["site", "environment", "via", "allowlist"]],
  ["jobs", ["environment"]],
  ["sets", ["environment"]],
  ["channels", ["site", "environment", "via", "allowlist"]],
  ["allowlists", ["site", "environment", "declared"]],
] as const;

/** Every name that is used must be declared: sites, environments, allowlists, hops and parents. */
export function checkReferences(names: DeclaredNames, faults: FaultList): void {
  const candidates: Record<Namespace, string[]> = {
    sites: [...names.sites.keys()],
    environments: [...names.environments.keys()],
    allowlists: [...names.allowlists.keys()],
    hops: [...names.hops.keys()],
    hosts: [...names.hostsById.keys()],
  };
  const known: Record<Namespace, { has(name: string): boolean }> = { ...names, hosts: names.hostsById };
  const checkOne = (node: Located | undefined, path: readonly PropertyKey[], key: string, as: string) => {
    const target = targets[as];
    const value = child(node, key);
    const word = wordAt(node, key);
    if (!target || !value || word === undefined || known[target.namespace].has(word)) return;
    faults.add({
      at: value.at,
      path: pathWords([...path, key]),
      message: text(
        `"${shown(word)}" is not the name of ${target.noun.en}.`,
        `« ${shown(word)} » n'est pas le nom d'${target.noun.fr}.`,
      ),
      expected: text(
        `the identifier of ${target.noun.en} of this estate`,
        `l'identifiant d'${target.noun.fr} de ce parc`,
      ),
      word,
      candidates: candidates[target.namespace],
    });
  };
  const check = (node: Located, path: readonly PropertyKey[], keys: readonly string[]) => {
    for (const key of keys) checkOne(node, path, key, key);
  };
  /** What a system's own names stand for. */
  const checkAll = (node: Located | undefined, path: readonly PropertyKey[], as: string) => {
    for (const key of entriesOf(node).keys()) checkOne(node, path, key, as);
  };
  for (const [id, { value }] of names.sites) check(value, ["sites", id], ["environment"]);
  for (const [id, { value }] of names.hops) {
    check(value, ["reach", "hops", id], ["site", "via", "allowlist"]);
  }
  for (const [id, { value }] of names.systems) {
    check(value, ["systems", id], ["site", "environment", "via", "allowlist"]);
    checkAll(child(value, "datacenters"), ["systems", id, "datacenters"], "site");
    checkAll(
      child(child(value, "environments"), "tags"),
      ["systems", id, "environments", "tags"],
      "environment",
    );
    for (const [list, keys] of nestedPlaces) {
      for (const [name, { value: nested }] of entriesOf(child(value, list))) {
        check(nested, ["systems", id, list, name], keys);
      }
    }
  }
  for (const host of [...names.hosts, ...names.screens]) {
    check(host.entry.value, host.path, ["parent", "site", "environment", "via", "allowlist"]);
  }
  for (const machine of names.machines) {
    check(machine.entry.value, machine.path, ["site", "environment", "via", "allowlist"]);
  }
}

/**
 * Sites, hops and hosts share one set of names, because each of them is one thing that the console shows. A machine
 * with AMT may have the name of a host, for it is that host; not of a VM, nor of another machine. A screen may have the
 * name of any of these, but not of another screen.
 */
export function checkDuplicates(names: DeclaredNames, faults: FaultList): void {
  const seen = new Map<string, Entry>();
  const claim = (id: string, entry: Entry, path: readonly PropertyKey[], seen: Map<string, Entry>) => {
    const earlier = seen.get(id);
    if (!earlier) {
      seen.set(id, entry);
      return;
    }
    const place = `${earlier.keyAt.file}:${earlier.keyAt.line}`;
    faults.add({
      at: entry.keyAt,
      path: pathWords(path),
      message: text(
        `The identifier "${shown(id)}" is already taken in ${place}.`,
        `L'identifiant « ${shown(id)} » est déjà pris dans ${place}.`,
      ),
      expected: text(
        "an identifier that no other site, hop or host has",
        "un identifiant qu'aucun autre site, rebond ou hôte ne porte",
      ),
    });
  };
  for (const [id, entry] of names.sites) claim(id, entry, ["sites", id], seen);
  for (const [id, entry] of names.hops) claim(id, entry, ["reach", "hops", id], seen);
  const places = new Map(seen);
  for (const host of names.hosts) claim(host.id, host.entry, host.path, seen);
  for (const screen of names.screens) claim(screen.id, screen.entry, screen.path, places);
  const besides = new Map(seen);
  for (const host of names.hosts) {
    if ((wordAt(host.entry.value, "kind") ?? "host") === "host") besides.delete(host.id);
  }
  for (const machine of names.machines) claim(machine.id, machine.entry, machine.path, besides);
}

/** A hop must not lead through itself, nor a host live on itself, over any number of others. */
export function checkCycles(names: DeclaredNames, faults: FaultList): void {
  const hops = new Map<string, string | undefined>();
  for (const [id, { value }] of names.hops) hops.set(id, wordAt(value, "via"));
  for (const id of inCycles(hops)) {
    const entry = names.hops.get(id);
    const value = child(entry?.value, "via");
    if (!value) continue;
    faults.add({
      at: value.at,
      path: pathWords(["reach", "hops", id, "via"]),
      message: text(
        `The hop "${shown(id)}" is reached through itself.`,
        `Le rebond « ${shown(id)} » passe par lui-même.`,
      ),
      expected: text(
        "hops that end at one reached directly",
        "des rebonds qui finissent par un accès direct",
      ),
    });
  }
  // What is declared twice lives where the first says that says it at all.
  const parents = new Map<string, string>();
  const sayers = new Map<string, DeclaredHost>();
  for (const host of [...names.hosts, ...names.screens]) {
    const parent = wordAt(host.entry.value, "parent");
    if (parent === undefined || parents.has(host.id)) continue;
    parents.set(host.id, parent);
    sayers.set(host.id, host);
  }
  for (const id of inCycles(parents)) {
    const host = sayers.get(id);
    const value = child(host?.entry.value, "parent");
    if (!host || !value) continue;
    faults.add({
      at: value.at,
      path: pathWords([...host.path, "parent"]),
      message: text(
        `The parents of "${shown(id)}" lead back to it.`,
        `Les parents de « ${shown(id)} » ramènent à lui.`,
      ),
      expected: text(
        "parents that end at a host without one",
        "des parents qui finissent par un hôte qui n'en a pas",
      ),
    });
  }
}

/** The members of cycles in a graph where each node points at most at one other; linear in its size. */
export function inCycles(next: ReadonlyMap<string, string | undefined>): string[] {
  const settled = new Set<string>();
  const members: string[] = [];
  for (const start of next.keys()) {
    const trail: string[] = [];
    const places = new Map<string, number>();
    let node: string | undefined = start;
    while (node !== undefined && next.has(node) && !settled.has(node) && !places.has(node)) {
      places.set(node, trail.length);
      trail.push(node);
      node = next.get(node);
    }
    const from = node === undefined ? undefined : places.get(node);
    if (from !== undefined) members.push(...trail.slice(from));
    for (const visited of trail) settled.add(visited);
  }
  return members;
}
