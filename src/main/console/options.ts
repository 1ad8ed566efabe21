import type { BundleContents } from "../bundle/contents.ts";
import type { StartProgram } from "../drill/programs.ts";
import type { SystemDefinition } from "../systems/system.ts";

export interface ConsoleOptions {
  /**
   * The estate file or folder; or an opened bundle, whose estate is laid out once the data folder is this console's
   * alone and whose secrets are kept in memory.
   */
  estate: string | BundleContents;
  dataFolder: string;
  shell: "electron" | "browser" | "command-line";
  /** True when the estate is the embedded lab. */
  lab: boolean;
  /** True when this is the console of a drill; it is on the lab then. */
  drill?: boolean;
  /** Whether somebody answers questions; when left out, whether the shell is a window. */
  asks?: boolean;
  /** Has the system's browser open a page to sign in on; left out where the person opens it from a link. */
  openBrowser?: (url: string) => Promise<void>;
  /** Starts the programs of a drill; left out, on the Node that runs this one, which a shipped Electron cannot. */
  startProgram?: StartProgram;
  /** The kinds of system that an estate may declare; all that there are when left out. */
  definitions?: readonly SystemDefinition<never>[];
}
