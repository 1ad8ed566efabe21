import { systemDefinitions } from "../../../src/main/system-definitions.ts";
import { amtSystemWith } from "../../../src/main/systems/amt/index.ts";
import type { SystemDefinition } from "../../../src/main/systems/system.ts";

// The lab's clock runs many times as fast as the wall's: its towers need no ten seconds between two power requests.
const quickly = { spacing: 100, look: 100, lookLater: 300, lookIntoLog: 200 };
const quickAmt = amtSystemWith(quickly) as SystemDefinition<never>;

/** Every kind of system, with AMT whose waits around a power request suit the lab. */
export const withQuickAmt = systemDefinitions.map((each) => (each.type === quickAmt.type ? quickAmt : each));
