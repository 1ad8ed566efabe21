import { join } from "node:path";
import { Reader } from "./support/reader.ts";

/**
 * A console without a window that reads one vCenter; a line of JSON for each thing measured.
 *
 *     vcenter-reader.ts FOLDER ESTATE list VMS    when that many VMs are known
 *     vcenter-reader.ts FOLDER ESTATE watch VMS   the same, then a line each second until it is ended
 */
const [folder = "", estate = "", mode = "", vms = ""] = process.argv.slice(2);
const reader = await Reader.open(estate, join(folder, "data"));
await reader.read("vm", Number(vms), mode === "watch");
await reader.close();
