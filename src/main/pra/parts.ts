import type { CapacityView } from "../../shared/capacity.ts";
import type { OpsError } from "../../shared/errors.ts";
import type { Estate } from "../../shared/estate.ts";
import type { JournalEvent, NewJournalEvent } from "../../shared/journal.ts";
import type { PlanNode } from "../../shared/plan.ts";
import type { ProtectionSource } from "../../shared/protection.ts";
import type { SecretsState } from "../../shared/secrets-state.ts";
import type { LocalText } from "../../shared/text.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { ProcedureService } from "../procedures/service.ts";

/** What the journal must be able to do; `Journal` can. */
export interface PraJournal {
  ofTypes(types: readonly string[], from: number): JournalEvent[];
  bookmark(name: string): number | null;
  setBookmark(name: string, sequence: number): void;
  readonly head: number;
}

/** Who there is for a plan; null where nobody knows. */
export interface KnownPeople {
  operatorsWithKeys: number;
  /** Whether rights are told by roles; else everybody may do everything. */
  roles: boolean;
  /** The names of those who can sign an approval of such nodes. */
  approversOf(nodes: readonly PlanNode[]): string[];
  /** The names of those who may do all that such nodes do. */
  startersOf(nodes: readonly PlanNode[]): string[];
}

/** How the sealed bundle stands; times in milliseconds. */
export interface KnownBundle {
  wanted: boolean;
  note: { recipients: readonly string[]; missing: readonly string[] } | null;
  age: number | null;
  late: boolean;
  error: OpsError | null;
  checkedAt: number | null;
}

/** What PRA plans are worked out of. Nothing of it is changed by that. */
export interface PraParts {
  /** The estate in force. */
  estate(): Pick<Estate, "plans" | "sites" | "procedures"> | null;
  onEstate(listener: () => void): () => void;
  inventory: Pick<Inventory, "get" | "all" | "onChange">;
  /** The systems that were not read whole yet, and did not fail at it either: what a plan needs of them is not known. */
  beingRead(): readonly string[];
  procedures: Pick<
    ProcedureService,
    "plan" | "planInSlices" | "start" | "admit" | "dryRun" | "probe" | "definition"
  > & {
    engine: Pick<ProcedureService["engine"], "runs" | "run" | "edition" | "onChange" | "forecastOf">;
  };
  journal: PraJournal;
  /** Writes an event, flushed; throws OpsError when it cannot. */
  write(event: NewJournalEvent): JournalEvent;
  protection: ProtectionSource;
  capacity(): CapacityView;
  secrets(): SecretsState;
  people(): KnownPeople | null;
  /** Left out where nobody keeps one. */
  bundle?(): KnownBundle;
  /** Hears of what was not foreseen. */
  report(error: OpsError): void;
  /** How far the task of a step has come; null when it is not known any more. */
  progressOf(task: string): { text: LocalText | null; fraction: number | null } | null;
  /** Whether the estate is the embedded lab. */
  lab: boolean;
  now(): number;
}
