import { fieldsOf, listOf, numberAt, wordsAt } from "./client/values.ts";

/** The votes of a cluster (votequorum(5)): of each node, and of a QDevice where it has one. */
export interface Votes {
  nodes: ReadonlyMap<string, number>;
  device: { votes: number; connected: boolean } | null;
}

/** How a cluster stands by its votes. */
export interface VoteCount {
  /** All that there are, and how many make a majority. */
  expected: number;
  needed: number;
  /** Of the nodes that are in the cluster, and of the QDevice while it is connected. */
  present: number;
}

/**
 * Reads `GET /cluster/config/nodes` and `GET /cluster/config/qdevice` (null where there is no answer). The API does not tell
 * the votes of a QDevice: `pvecm qdevice setup` gives it one, or with the algorithm LMS one less than there are nodes. Null
 * for a node by itself.
 */
export function readVotes(nodes: unknown, device: unknown): Votes | null {
  const votes = new Map(
    listOf(nodes).flatMap((entry) => {
      const name = wordsAt(entry, "node") ?? wordsAt(entry, "name");
      return name === null ? [] : [[name, numberAt(entry, "quorum_votes") ?? 1] as const];
    }),
  );
  if (votes.size === 0) return null;
  const fields = fieldsOf(device);
  const state = wordsAt(fields, "State");
  if (state === null) return { nodes: votes, device: null };
  const isLastMan = /lms|last man/i.test(wordsAt(fields, "Algorithm") ?? "");
  return {
    nodes: votes,
    device: { votes: isLastMan ? votes.size - 1 : 1, connected: /^connected\b/i.test(state) },
  };
}

/** Counts the votes of the nodes that are online, `without` one of them. */
export function countVotes(
  { nodes, device }: Votes,
  online: ReadonlySet<string>,
  without: string | null = null,
): VoteCount {
  const sum = (votes: Iterable<number>) => [...votes].reduce((total, each) => total + each, 0);
  const expected = sum(nodes.values()) + (device?.votes ?? 0);
  const there = [...nodes].filter(([name]) => online.has(name) && name !== without);
  return {
    expected,
    needed: Math.floor(expected / 2) + 1,
    present: sum(there.map(([, votes]) => votes)) + (device?.connected ? device.votes : 0),
  };
}
