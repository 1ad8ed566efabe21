import { OpsError } from "../../../shared/errors.ts";
import type { Resource } from "../../../shared/resource.ts";
import type { Action } from "../../actions/action.ts";
import { JournalQueue } from "../../actions/journal-queue.ts";
import { ActionRegistry } from "../../actions/registry.ts";
import { ActionRunner } from "../../actions/runner.ts";
import { type DataFolder, openDataFolder } from "../../journal/data-folder.ts";
import { Journal } from "../../journal/journal.ts";
import { ProcedureEngine } from "../engine/engine.ts";
import type { RunPeople } from "../engine/parts.ts";
import { farAction } from "./far-actions.ts";
import { FarSide } from "./far-side.ts";

/** A console without a window on a data folder, whose actions are those of the far side. */
export interface CrashConsole {
  engine: ProcedureEngine;
  close(): Promise<void>;
}

export interface CrashConsoleParts {
  folder: string;
  /** The file in which the far side keeps its log. */
  far: string;
  now(): number;
  resource(id: string): Resource;
  people?: (journal: Journal) => RunPeople;
  /** Called right after events were flushed, with the number of the newest. */
  onHead(head: number): void;
}

/** Opens it; the process ends with exit code 3 when another console has the folder, with 4 when what nobody foresaw happens. */
export function openCrashConsole({
  folder,
  far,
  now,
  resource,
  people,
  onHead,
}: CrashConsoleParts): CrashConsole {
  const held = take(folder);
  const farSide = new FarSide(far);
  const journal = Journal.open({ folder, actor: "operator-a", workstation: "bridge.example", now });
  journal.onHead(onHead);
  const registry = new ActionRegistry();
  registry.register([
    farAction("far.once", "once", farSide),
    farAction("far.again", "convergent", farSide),
  ] as Action[]);
  const queue = new JournalQueue(journal);
  const runner = new ActionRunner({
    registry,
    journal,
    queue,
    resource,
    guards: [],
    now,
    actor: "operator-a",
    timing: { delays: [1, 5], every: 50, grace: 20 },
  });
  const engine = new ProcedureEngine({
    runner,
    journal,
    queue,
    resource,
    refresh: async () => {},
    lookAt: () => {},
    expand: () => ({ items: [], nodes: [], leftOut: [] }),
    ...(people && { people: people(journal) }),
    actor: "operator-a",
    holder: "victim",
    now,
    report: (error) => {
      if (isRefused(error)) return;
      process.stderr.write(`${error.code} ${String(error.cause)}\n`);
      process.exit(4);
    },
  });
  return {
    engine,
    close: async () => {
      await engine.close();
      await runner.close();
      journal.close();
      held.release();
    },
  };
}

/** Whether it is the journal that cannot be written: the disk is full. */
export function isRefused(thrown: unknown): boolean {
  return thrown instanceof OpsError && thrown.code === "journal.cannot-write";
}

function take(path: string): DataFolder {
  try {
    return openDataFolder(path);
  } catch {
    process.exit(3);
  }
}
