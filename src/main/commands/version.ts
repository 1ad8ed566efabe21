import { consoleVersion } from "../version.ts";
import { say } from "./terminal-words.ts";

/** `passerelle version`: prints the version. */
export async function version(): Promise<number> {
  say(consoleVersion);
  return 0;
}
