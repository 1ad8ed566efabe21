import type { Procedure } from "../../../../shared/procedure.ts";
import type { ActionCatalogue, DeclaredResources } from "../catalogue.ts";
import type { Report } from "./report.ts";

/** What a procedure is checked against. */
export interface Surroundings {
  report: Report;
  /** Null where it is not known which systems there are; actions are then not checked. */
  catalogue: ActionCatalogue | null;
  /** Null where it is not known what the estate declares; resources named by identifier are then left to the plan. */
  resources: DeclaredResources | null;
  /** The sites and environments of the estate; null outside of one. */
  places: { site: readonly string[]; environment: readonly string[] } | null;
  /** The applications of all PRA plans; null where it is not known which there are. */
  applications: readonly string[] | null;
  /** Every procedure that may be named, the one that is checked among them. */
  procedures: Readonly<Record<string, Procedure>>;
  /** Those that exist but have faults of their own, so that nothing is said about them here. */
  unread: ReadonlySet<string>;
}
