import type { Language } from "../../shared/text.ts";
import { formatFault } from "./faults.ts";
import type { SystemConfigs } from "./json-schema.ts";
import { type FurtherCheck, loadEstate } from "./load.ts";

/**
 * Checks an estate for the command line: one line a fault, `file:line:column message (expected …; did you mean …?)`,
 * and whether there is none; besides the same lines of what is advised. Never throws for what is in the files.
 */
export async function checkEstate(
  path: string,
  systemConfigs: SystemConfigs,
  language: Language = "en",
  furtherCheck?: FurtherCheck,
): Promise<{ valid: boolean; lines: string[]; advice: string[] }> {
  const result = await loadEstate(path, systemConfigs, furtherCheck);
  return {
    valid: result.ok,
    lines: result.ok ? [] : result.faults.map((each) => formatFault(each, language)),
    advice: result.ok ? result.advice.map((each) => formatFault(each, language)) : [],
  };
}
