import type { GuestRule } from "../../../guest-plan.ts";
import { type Fields, flagAt, listOf, wordsAt } from "../../client/values.ts";

/** On which nodes HA wants some guests, by a rule (version 9) or a group (8). */
export interface NodeAffinity {
  name: string;
  guests: ReadonlySet<number>;
  /** Nodes by name; the higher number is preferred. */
  priorities: ReadonlyMap<string, number>;
  /** Whether they may run nowhere else. */
  strict: boolean;
  /** Those that HA brings back to a preferred node by itself. */
  failback: ReadonlySet<number>;
}

/** What binds guests to nodes and to each other; guests in `GuestRule`s by their VMID. */
export interface Affinities {
  nodes: NodeAffinity[];
  together: GuestRule[];
  apart: GuestRule[];
}

const mostRules = 1000;

/**
 * Reads `GET /cluster/ha/rules` (version 9) or `GET /cluster/ha/groups` (8), and `GET /cluster/ha/resources`, which says who
 * is in a group and who fails back. Rules that are off bind nothing.
 */
export function readAffinities(resources: unknown, rules: unknown): Affinities {
  const members = listOf(resources).flatMap((entry) => {
    const id = guestOf(wordsAt(entry, "sid") ?? "");
    return id === null ? [] : [{ id, entry }];
  });
  const found: Affinities = { nodes: [], together: [], apart: [] };
  for (const rule of listOf(rules).slice(0, mostRules)) {
    const group = wordsAt(rule, "group");
    const name = wordsAt(rule, "rule") ?? group;
    if (name === null || flagAt(rule, "disable") === true) continue;
    const type = wordsAt(rule, "type");
    const named = guestsOf(rule);
    if (type === "resource-affinity") {
      const list = wordsAt(rule, "affinity") === "negative" ? found.apart : found.together;
      list.push({ name, vms: [...named].map(String) });
    } else if (type === "node-affinity") {
      const failback = members.filter(({ entry }) => flagAt(entry, "failback") !== false);
      found.nodes.push({
        ...{ name, guests: named, priorities: prioritiesOf(rule) },
        strict: flagAt(rule, "strict") === true,
        failback: new Set(failback.map(({ id }) => id)),
      });
    } else if (group !== null) {
      const guests = new Set(
        members.filter(({ entry }) => wordsAt(entry, "group") === group).map(({ id }) => id),
      );
      found.nodes.push({
        ...{ name, guests, priorities: prioritiesOf(rule) },
        strict: flagAt(rule, "restricted") === true,
        failback: flagAt(rule, "nofailback") === true ? new Set() : guests,
      });
    }
  }
  return found;
}

/** Whether HA, left to itself, would take a guest from `to` back to the node that it is on. */
export function wouldFailBack(rule: NodeAffinity, guest: number, home: string, to: string): boolean {
  if (!rule.failback.has(guest)) return false;
  const rank = (node: string) => rule.priorities.get(node) ?? Number.NEGATIVE_INFINITY;
  return rank(home) > rank(to);
}

/** `pve-1:2,pve-2` (pve-ha-group-node-list): without a number the priority is 0. */
function prioritiesOf(rule: Fields): Map<string, number> {
  const words = wordsAt(rule, "nodes") ?? "";
  return new Map(
    words.split(/[,;\s]+/).flatMap((part) => {
      const [, node, priority] = /^([^:]{1,100})(?::(\d{1,9}))?$/.exec(part) ?? [];
      return node === undefined ? [] : [[node, Number(priority ?? 0)] as const];
    }),
  );
}

function guestsOf(rule: Fields): Set<number> {
  const words = wordsAt(rule, "resources") ?? "";
  return new Set(words.split(/[,;\s]+/).flatMap((sid) => guestOf(sid) ?? []));
}

function guestOf(sid: string): number | null {
  const id = /^(?:vm|ct):(\d{1,9})$/.exec(sid)?.[1];
  return id === undefined ? null : Number(id);
}
