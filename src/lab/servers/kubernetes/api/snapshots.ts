import { randomBytes } from "node:crypto";
import type { KubeObject } from "../store/object.ts";
import { expired, type Failure } from "./failure.ts";

/** A list as it was when its first page was given out. */
interface Snapshot {
  id: string;
  revision: number;
  objects: readonly KubeObject[];
}

const snapshotsKept = 32;

/** Lists that are being read page by page: every page shows the same moment (Kubernetes API concepts, "chunks"). */
export class Snapshots {
  private kept: Snapshot[] = [];

  /** Keeps a list for its further pages; the oldest ones are forgotten. */
  keep(revision: number, objects: readonly KubeObject[]): Snapshot {
    const known = this.kept.find((entry) => entry.revision === revision && entry.objects === objects);
    if (known) return known;
    const made = { id: randomBytes(6).toString("hex"), revision, objects };
    this.kept = [...this.kept.slice(1 - snapshotsKept), made];
    return made;
  }

  /** Forgets all of them: their next pages are gone. */
  clear(): void {
    this.kept = [];
  }

  /** The token for the page that begins at an index. */
  token({ id }: Snapshot, index: number): string {
    return Buffer.from(JSON.stringify({ v: "lab/v1", list: id, start: index })).toString("base64url");
  }

  /** What a token stands for. Throws a Failure 400 for one that nobody gave out and 410 for one that is too old. */
  resume(token: string): { snapshot: Snapshot; index: number } {
    const [, id, start] =
      /^\{"v":"lab\/v1","list":"([0-9a-f]{12})","start":(\d{1,9})\}$/.exec(
        Buffer.from(token, "base64url").toString("utf8"),
      ) ?? [];
    const snapshot = this.kept.find((entry) => entry.id === id);
    if (snapshot && start !== undefined) return { snapshot, index: Number(start) };
    throw tooOld();
  }
}

function tooOld(): Failure {
  return expired(
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.",
  );
}
