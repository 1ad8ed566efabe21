import { Inventory } from "../src/main/inventory/inventory.ts";
import { Journal } from "../src/main/journal/journal.ts";
import { ProtectionEngine } from "../src/main/protection/engine.ts";
import { protectionFrame, slotsIn } from "../src/main/protection/view.ts";
import type { Declaration, FactValue, Observation } from "../src/shared/resource.ts";
import { alone, type Row } from "./row.ts";
import { longestPiece, median, timed } from "./support/pieces.ts";
import { inFolder } from "./support/program.ts";

const vms = 3000;
const points = 21;
const hour = 3_600_000;

interface Told {
  declaration: Declaration;
  facts: Record<string, FactValue>;
}

/**
 * The view over all backups with 3,000 protected VMs of 21 restore points each, backed up every four hours by ten jobs: what
 * it keeps the main thread from other work when everything comes at once, when it is read again, when one backup is made, and
 * for one window of the page with its calendar.
 */
export default async function protection(): Promise<Row[]> {
  return inFolder(async (folder) => {
    const journal = Journal.open({ folder, actor: "bench", workstation: "bench" });
    const inventory = new Inventory();
    const estate = { environments: { production: { rpo: "5h" } }, sites: {}, plans: {} };
    const engine = new ProtectionEngine({
      ...{ inventory, journal, estate: () => estate, now: Date.now },
      onError: (thrown) => {
        throw thrown;
      },
    });
    try {
      const all = everything(Date.now());
      inventory.declare(
        "forge",
        all.map(({ declaration }) => declaration),
      );
      inventory.observe(all.map(observed));
      const longest = await longestPiece(() => engine.all().revision > 0);
      if (engine.all().judged.size !== vms) throw new Error("not every VM is protected");
      engine.reconsider();
      const whole = timed(() => engine.settle());

      const again = median(() => {
        inventory.observe(all.map(observed));
        return timed(() => engine.settle());
      });
      let made = 0;
      const one = median(() => {
        made += 1;
        const more = pointOf(made, Date.now(), `extra-${made}`);
        inventory.redeclare("forge", { added: [more.declaration], removed: [] });
        inventory.observe([observed(more)]);
        return timed(() => engine.settle());
      });
      const query = { text: "", facets: {}, zone: "Europe/Paris", offset: 0, limit: 100 };
      const sort = { by: "age", direction: "ascending" } as const;
      const frame = median(() => timed(() => protectionFrame(engine, { ...query, sort }, Date.now())));
      const cells = protectionFrame(engine, { ...query, sort }, Date.now()).heat.cells;
      const [cell] = cells;
      if (!cell) throw new Error("the calendar is empty");
      const slots = median(() => timed(() => slotsIn(engine, { ...query, day: cell.day, hour: cell.hour })));
      const what = "3,000 VMs × 21 restore points";
      return [
        alone(`backups: longest piece of work when everything comes at once, ${what}`, "ms", longest),
        alone("backups: all judged anew", "ms", whole),
        alone("backups: all read again, nothing other than before", "ms", again),
        alone("backups: one is made", "ms", one),
        alone("backups: a window of the page with its calendar", "ms", frame),
        alone("backups: what ran in one cell", "ms", slots),
      ];
    } finally {
      engine.close();
      inventory.close();
      journal.close();
    }
  });
}

function everything(now: number): Told[] {
  const slot = Math.floor(now / (4 * hour)) * 4 * hour;
  const told: Told[] = [];
  const byJob = new Map<number, string[]>();
  for (let vm = 0; vm < vms; vm += 1) {
    const id = `forge/vms/${vm}`;
    byJob.set(vm % 10, [...(byJob.get(vm % 10) ?? []), id]);
    told.push({ declaration: declaration(id, "vm"), facts: { "vm.host": "pve-1" } });
    for (let at = 0; at < points; at += 1) told.push(pointOf(vm, slot - at * 4 * hour, `${vm}-${at}`));
  }
  for (const [job, protects] of byJob) {
    const facts = { "backup.schedule": "0/4:00", "backup.protects": protects, "backup.keepFor": 84 * 3600 };
    told.push({ declaration: declaration(`forge/jobs/${job}`, "backup-policy"), facts });
  }
  return told;
}

function pointOf(vm: number, madeAt: number, id: string): Told {
  return {
    declaration: declaration(`forge/backups/${id}`, "restore-point"),
    facts: { "backup.of": `forge/vms/${vm}`, "backup.madeAt": madeAt, "backup.offSite": vm % 2 === 0 },
  };
}

function declaration(id: string, kind: Declaration["kind"]): Declaration {
  const place = { system: "forge", parent: null, site: null, environment: "production" };
  return { id, kind, name: id.slice(id.lastIndexOf("/") + 1), ...place, staleAfter: 24 * hour };
}

function observed({ declaration: { id }, facts }: Told): Observation {
  return { resource: id, source: "forge", at: Date.now(), health: "ok", facts, problems: [] };
}
