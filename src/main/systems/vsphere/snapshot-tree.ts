import type { WireError } from "../../../shared/errors.ts";
import type { SnapshotTree } from "../../../shared/snapshots.ts";
import { VimFault } from "./client/vim-fault.ts";
import type { Vm } from "./records.ts";

export interface TreeParts {
  /** A VM as it is known; undefined when it is none. */
  vm(resource: string): Vm | undefined;
  /** When the server last answered, and why it does not now. */
  standing(): { answeredAt: number | null; error: WireError | null };
  /** Calls the listener after every change and answer; returns how to stop. */
  onHeard(listener: () => void): () => void;
  /** How the server is called in errors. */
  name: string;
}

/** A tree that is as it was is told again after so many milliseconds, so that its age is seen. */
const retellAfter = 15_000;

/**
 * The snapshots of a VM as vCenter tells them, whenever they change, until the signal ends; never throws. A VM that is
 * deleted meanwhile keeps its last tree, with an error that says so.
 */
export async function* snapshotTrees(
  { vm, standing, onHeard, name }: TreeParts,
  resource: string,
  signal: AbortSignal,
): AsyncGenerator<SnapshotTree, void> {
  let wake: () => void = () => undefined;
  let heard = true;
  const stop = onHeard(() => {
    heard = true;
    wake();
  });
  const end = () => wake();
  signal.addEventListener("abort", end, { once: true });
  let last: Pick<SnapshotTree, "snapshots" | "current" | "readAt"> = {
    snapshots: [],
    current: null,
    readAt: null,
  };
  let told = "";
  let toldFrom = 0;
  try {
    while (!signal.aborted) {
      if (!heard) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (heard || signal.aborted) resolve();
        });
        continue;
      }
      heard = false;
      const { answeredAt, error } = standing();
      const found = vm(resource);
      if (found) last = { snapshots: found.snapshots, current: found.current, readAt: answeredAt };
      const gone = found ? null : new VimFault("ManagedObjectNotFound", name).toWire();
      const tree = { ...last, error: error ?? gone };
      const words = JSON.stringify({ ...tree, readAt: null });
      if (words === told && (answeredAt ?? 0) - toldFrom < retellAfter) continue;
      told = words;
      toldFrom = answeredAt ?? 0;
      yield tree;
    }
  } finally {
    stop();
    signal.removeEventListener("abort", end);
  }
}
