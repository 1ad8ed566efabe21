import type { OpsError } from "../../../shared/errors.ts";
import type { DumpSetConfig } from "../../../shared/systems/dumps.ts";
import type { ListedServer } from "../listed-servers.ts";
import type { Listing } from "./listing.ts";

/** A set of dumps; durations in milliseconds. */
export interface DumpSet {
  id: string;
  resource: string;
  name: string;
  config: DumpSetConfig;
  every: number;
  keep: number;
  servers: readonly ListedServer[];
}

/** What one of its servers says. */
export interface Copies {
  server: ListedServer;
  listing: Listing | null;
  /** Why it cannot be asked. */
  error: OpsError | null;
}

/** One dump, wherever it is kept. */
export interface Dump {
  name: string;
  /** The moment whose data it holds, as far as that can be told. */
  madeAt: number;
  modifiedAt: number;
  size: number;
  on: readonly ListedServer[];
  state: "good" | "partial" | "failed" | "running";
}

/** A file that was written to in the last minute may still grow. */
const settling = 60_000;

/** The dumps of a set by what its servers say, newest first. */
export function dumpsOf({ config, every }: DumpSet, copies: readonly Copies[], now: number): Dump[] {
  const byName = new Map<
    string,
    { server: ListedServer; size: number; modifiedAt: number; begunAt: number }[]
  >();
  for (const { server, listing } of copies) {
    if (listing?.state !== "listed") continue;
    for (const { name, size, modifiedAt, bornAt } of listing.files) {
      // A copy is born after it was modified: only where it was made its birth is the moment of its data.
      const isOriginal = bornAt !== null && bornAt <= modifiedAt && modifiedAt - bornAt < every;
      const file = { server, size, modifiedAt, begunAt: isOriginal ? bornAt : modifiedAt };
      byName.set(name, [...(byName.get(name) ?? []), file]);
    }
  }
  const dumps = [...byName].map(([name, files]): Dump => {
    const sizes = files.map(({ size }) => size);
    const size = Math.max(...sizes);
    const modifiedAt = Math.max(...files.map((file) => file.modifiedAt));
    const isGrowing = now - modifiedAt < settling;
    const isWhole = sizes.every((each) => each === size);
    return {
      name,
      size,
      modifiedAt,
      madeAt: Math.min(...files.map(({ begunAt }) => begunAt)),
      on: files.filter((file) => file.size === size).map(({ server }) => server),
      state: isGrowing ? "running" : size < config.smallest ? "failed" : isWhole ? "good" : "partial",
    };
  });
  return dumps.sort((one, other) => other.madeAt - one.madeAt || (one.name < other.name ? 1 : -1));
}

/** The gaps between dumps that are longer than the schedule allows, within what is kept; how many are missing in each. */
export function gapsIn(
  { every, keep }: DumpSet,
  dumps: readonly Dump[],
  now: number,
): { after: number; missing: number }[] {
  const times = dumps
    .filter(({ state, madeAt }) => state !== "failed" && madeAt > now - keep)
    .map(({ madeAt }) => madeAt)
    .sort((one, other) => one - other);
  return times.slice(1).flatMap((at, index) => {
    const before = times[index] ?? at;
    const missing = Math.round((at - before) / every) - 1;
    return at - before > 1.5 * every && missing > 0 ? [{ after: before, missing }] : [];
  });
}
