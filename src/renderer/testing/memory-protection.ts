import type { implement } from "@orpc/server";
import type { Contract } from "../../shared/contract.ts";
import type {
  Protection,
  ProtectionDetail,
  ProtectionFrame,
  ProtectionQuery,
  SlotsAnswer,
  SlotsRequest,
} from "../../shared/protection.ts";
import { sameText } from "../../shared/text.ts";
import { Feed } from "./feed.ts";

const hour = 3_600_000;

/** A VM that was backed up two hours ago of the four that are allowed, changed by `part`. */
export function protectedVm(name: string, part: Partial<Protection> = {}): Protection {
  return {
    id: `forge/vms/${name}`,
    kind: "vm",
    name,
    system: "forge",
    site: "forge",
    environment: "production",
    state: "ok",
    text: sameText("The last good one is 2 h old, of 4 h that it may be."),
    lastGood: {
      at: Date.now() - 2 * hour,
      restorePoint: `forge/backups/${name}-1`,
      name: `${name}, 2026-02-03 03:00 UTC`,
    },
    rpo: 4 * hour,
    rpoFrom: { kind: "environment", name: "Production" },
    policies: [
      {
        ...{ id: "forge/backup-jobs/nightly", name: "nightly", schedule: "03:00", zone: "UTC" },
        ...{ paused: false, understood: true },
      },
    ],
    next: Date.now() + 2 * hour,
    missed: 0,
    lastMissed: null,
    points: 7,
    kept: { state: "kept", demanded: 168 * hour, oldest: Date.now() - 160 * hour, words: null },
    offSite: { state: "no", at: null, where: null },
    tested: null,
    readAt: Date.now(),
    ...part,
  };
}

/** The view over all backups, over a few values that a test changes; what was asked for is kept. */
export class MemoryProtection {
  readonly rows = new Feed<Protection[]>([]);
  readonly heat = new Feed<ProtectionFrame["heat"]>({ days: [], hours: [], cells: [] });
  readonly detail = new Feed<ProtectionDetail>({ protection: null, points: [], slots: [] });
  slots: SlotsAnswer = { total: 0, slots: [] };
  numbers: ProtectionFrame["numbers"] = { late: 0, neverRestored: 0, notOffSite: 0 };
  facets: ProtectionFrame["facets"] = {};
  orphans = 0;
  readonly queries: ProtectionQuery[] = [];
  readonly slotsAsked: SlotsRequest[] = [];

  answers(answer: ReturnType<typeof implement<Contract>>) {
    return {
      protection: {
        watch: answer.protection.watch.handler(({ input, signal }) => this.#watch(input, signal)),
        of: answer.protection.of.handler(({ signal }) => this.detail.watch(signal)),
        slots: answer.protection.slots.handler(({ input }) => {
          this.slotsAsked.push(input);
          return this.slots;
        }),
      },
    };
  }

  async *#watch(query: ProtectionQuery, signal: AbortSignal | undefined) {
    this.queries.push(query);
    for await (const all of this.rows.watch(signal)) yield this.#frame(all, query);
  }

  #frame(all: readonly Protection[], { text, offset, limit }: ProtectionQuery): ProtectionFrame {
    const matching = all.filter(({ name }) => name.includes(text));
    return {
      asOf: Date.now(),
      total: all.length,
      matching: matching.length,
      offset,
      rows: matching.slice(offset, offset + limit),
      numbers: this.numbers,
      facets: this.facets,
      names: { "forge/backup-jobs/nightly": "nightly" },
      heat: this.heat.value,
      orphans: this.orphans,
    };
  }
}
