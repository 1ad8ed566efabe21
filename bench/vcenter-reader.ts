import { join } from "node:path";
import { startRequestSchema } from "../src/shared/action.ts";
import { Reader } from "./support/reader.ts";

/**
 * A console without a window that reads one vCenter; a line of JSON for each thing measured.
 *
 *     vcenter-reader.ts FOLDER ESTATE list VMS               when that many VMs are known
 *     vcenter-reader.ts FOLDER ESTATE watch VMS              the same, then a line each second until it is ended
 *     vcenter-reader.ts FOLDER ESTATE evacuate HOST LIMIT    when all VMs of a host have moved and that is proven
 */
const [folder = "", estate = "", mode = "", what = "", limit = ""] = process.argv.slice(2);
const reader = await Reader.open(estate, join(folder, "data"));
if (mode === "evacuate") await evacuate(reader, what, Number(limit));
else await reader.read("vm", Number(what), mode === "watch");
await reader.close();

async function evacuate(reader: Reader, name: string, limit: number): Promise<void> {
  const { runner, journal } = reader.parts;
  const found = () => reader.known("host").find((host) => host.name === name && host.seenAt !== null);
  await reader.until(() => found() !== undefined);
  const events = journal.head;
  const startedAt = performance.now();
  const task = await runner.start(
    startRequestSchema.parse({
      action: "vsphere.evacuate",
      resources: [found()?.id],
      input: { limit, poweredOff: true, leaveToDrs: false, withinLimits: false },
      reason: "measurement",
    }),
  );
  const ended = () => runner.tasks().find(({ id }) => id === task);
  await reader.until(() => (ended()?.endedAt ?? null) !== null);
  reader.say({
    state: ended()?.state ?? "lost",
    outcome: ended()?.outcome?.en ?? "",
    took: (performance.now() - startedAt) / 1000,
    events: journal.head - events,
  });
}
