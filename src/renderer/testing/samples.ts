import type { ActionOffer, Preview, Task } from "../../shared/action.ts";
import type { ListRow } from "../../shared/live.ts";
import type { ResourceDetail } from "../../shared/resource-detail.ts";
import type { Status } from "../../shared/status.ts";
import { sameText, text } from "../../shared/text.ts";

/** A moment to begin at, in epoch milliseconds. */
export const start = Date.UTC(2026, 4, 12, 8, 0, 0);

/** A host in good health, changed by `part`; so are those below. */
export function hostRow(id: string, part: Partial<ListRow> = {}): ListRow {
  return {
    id,
    kind: "host",
    name: id,
    system: "hosts",
    parent: "atelier",
    site: "atelier",
    environment: "production",
    health: "ok",
    stale: false,
    seenAt: Date.now(),
    problem: null,
    cells: { "load.one": 0.5 },
    ...part,
  };
}

/** The offer to reboot, possible and without fields. */
export function rebootOffer(part: Partial<ActionOffer> = {}): ActionOffer {
  return {
    id: "ssh.reboot",
    title: text("Reboot", "Redémarrer"),
    verb: text("Reboot", "Redémarrer"),
    risk: "disruptive",
    effect: "once",
    fields: [],
    bulk: false,
    unavailable: null,
    ...part,
  };
}

/** A preview that nothing speaks against. */
export function preview(resource: string, part: Partial<Preview> = {}): Preview {
  return {
    resource,
    name: resource,
    probe: {
      state: "needed",
      text: text("It runs since yesterday.", "Il tourne depuis hier."),
      observed: {},
    },
    steps: [text("Reboot it.", "Le redémarrer.")],
    proof: text("Another boot identifier.", "Un autre identifiant de démarrage."),
    undo: null,
    guards: [],
    typeToConfirm: null,
    ...part,
  };
}

/** A reboot under way. */
export function task(id: string, part: Partial<Task> = {}): Task {
  return {
    id,
    parent: null,
    action: "ssh.reboot",
    title: text("Reboot", "Redémarrer"),
    resource: "tower-a",
    resourceName: "tower-a",
    actor: "operator",
    startedAt: start,
    endedAt: null,
    state: "running",
    outcome: null,
    error: null,
    progress: [],
    children: null,
    cancellable: true,
    undoable: false,
    ...part,
  };
}

export function status(): Status {
  return {
    estate: { name: "Atelier", valid: true, faults: 0, lastGoodAt: start },
    reach: { state: "inside", text: sameText("ok"), hops: [], outside: [], forwards: [] },
    secrets: { state: "keychain", text: sameText("ok") },
    journal: { state: "writing", events: 3, text: sameText("ok") },
    questions: 0,
    counts: { host: { total: 2, wrong: 1 }, vm: { total: 0, wrong: 0 } },
    bundle: null,
    late: 0,
    findings: 0,
    runningTasks: 0,
  };
}

export const noRelations: ResourceDetail["relations"] = {
  parent: null,
  children: [],
  siblings: [],
  runsOn: null,
  carries: [],
  sameMachine: [],
  byName: [],
};

export const nothing: ResourceDetail["has"] = {
  logs: false,
  ports: false,
  manifest: false,
  happenings: false,
  snapshots: false,
  remoteTasks: false,
  secrets: false,
};

export function detail(
  row: ListRow,
  { offers, consoles, contents, has }: Pick<ResourceDetail, "offers" | "consoles" | "contents" | "has">,
): ResourceDetail {
  const { cells, problem, ...rest } = row;
  return {
    resource: {
      ...rest,
      facts: Object.fromEntries(
        Object.entries(cells).map(([key, value]) => [key, { value, source: "hosts", at: start }]),
      ),
      problems: problem ? [{ code: "p", health: row.health, text: problem }] : [],
      sources: {},
    },
    relations: noRelations,
    contents,
    offers,
    consoles,
    has,
    history: {},
  };
}
