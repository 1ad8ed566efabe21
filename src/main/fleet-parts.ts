import type { ObservationSink } from "../shared/resource.ts";
import type { Action } from "./actions/action.ts";
import type { Reach } from "./reach/reach.ts";
import type { SecretResolver } from "./secrets/resolver.ts";
import type { SystemContext, SystemDefinition } from "./systems/system.ts";

/** What systems are made with, and where they report. */
export interface FleetParts {
  reach: Reach;
  /** The reach of one system, where each has its own; `reach` when left out. */
  reachOf?: (system: string) => Reach;
  secrets: SecretResolver;
  questions: SystemContext["questions"];
  vaults?: SystemContext["vaults"];
  keys?: SystemContext["keys"];
  /** From where the estate is entered. */
  vantage?: SystemContext["vantage"];
  sink: ObservationSink;
  now: () => number;
  /** The folder that relative paths in the estate file start at. */
  estateFolder?: () => string;
  /** Offers a system's actions until the returned function is called. */
  registerActions: (actions: readonly Action[], system: string) => () => void;
  onError: (system: string, thrown: unknown) => void;
  /** The kinds of system to make; all that there are when left out. */
  definitions?: readonly SystemDefinition<never>[];
}
