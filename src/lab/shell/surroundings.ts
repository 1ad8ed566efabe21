import type { FileSystem } from "../files/file-system.ts";
import type { ProcessTable } from "../files/process-table.ts";
import type { MachineView } from "../world/view.ts";
import type { ProgramTable } from "./process.ts";

/** What all shells of one machine share. */
export interface Surroundings {
  files: FileSystem;
  view: MachineView;
  programs: ProgramTable;
  /** Full paths of the machine's programs by name; what is not in it is not installed. */
  paths: ReadonlyMap<string, string>;
  /** Aborted when the machine loses its power: what runs in the background ends with it. */
  power: AbortSignal;
  /** What runs now, as /proc and ps(1) show it. */
  processes: ProcessTable;
  /** How many shells run, so that there is an end to them. */
  load: { shells: number };
  /** Told of a fault of the lab itself, whose details a visitor must not see. */
  onFailure(error: unknown): void;
}
