import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { openRegions } from "../src/lab/servers/vim25/testing/test-region.ts";
import { scaledClock } from "../src/lab/world/clock.ts";

/**
 * The lab's vCenter with so many further VMs, in a process of its own: says where it is as a line of JSON, then does what each
 * line of its input says, and tells what became of it.
 *
 *     vcenter-server.ts VMS SPEED
 *     {"pace": 200}                                 from now on so many VMs a second are powered off or on; 0: none any more
 *     {"empty": "esx-102.east.example", "limit": 4} moves all VMs of a host to the others of its cluster, so many at a time
 */
const [vms = "", speed = ""] = process.argv.slice(2);
// The lab puts half of the further VMs into each of its two regions.
const region = await openRegions(scaledClock(Number(speed), Date.now()), 2 * Number(vms));
const { world, port, pin, password } = region;
const guests = [...world.virtual.guests.values()].filter(
  ({ id, template, name }) => id.startsWith("east/") && !template && name.startsWith("east-vm-"),
);
let pace = 0;
let sent = 0;
let refused = 0;

function change(index: number): void {
  const guest = guests[index % guests.length];
  if (!guest) return;
  try {
    if (guest.power === "on") world.virtual.powerOffGuest(guest.id, "bench");
    else world.virtual.powerOnGuest(guest.id, "bench");
    sent += 1;
  } catch {
    refused += 1;
  }
}

/** The plain loop that an evacuation is measured against: it plans nothing, proves nothing, writes nothing down. */
async function empty(name: string, limit: number): Promise<{ seconds: number; moved: number }> {
  const { virtual } = world;
  const startedAt = performance.now();
  const from = [...virtual.hosts.values()].find((host) => host.name === name);
  const others = [...virtual.hosts.values()].filter(
    ({ id, cluster }) => cluster === from?.cluster && id !== from.id,
  );
  const leaving = [...virtual.guests.values()].filter(({ host }) => host === from?.id);
  let next = 0;
  const lane = async () => {
    for (let at = next++; at < leaving.length; at = next++) {
      const guest = leaving[at];
      const to = others[at % others.length];
      if (!guest || !to) return;
      const task = virtual.migrate(guest.id, "bench", { host: to.id });
      while (task.endedAt === null) await setTimeout(2);
      if (task.state !== "done") throw new Error(`${guest.name} was not moved: ${task.fault?.words}`);
    }
  };
  await Promise.all(Array.from({ length: limit }, lane));
  return { seconds: (performance.now() - startedAt) / 1000, moved: leaving.length };
}

const say = (words: unknown) => void process.stdout.write(`${JSON.stringify(words)}\n`);
const orderSchema = z.union([
  z.object({ pace: z.number() }),
  z.object({ empty: z.string(), limit: z.number() }),
]);
createInterface({ input: process.stdin }).on("line", (line) => {
  const order = orderSchema.parse(JSON.parse(line));
  if ("empty" in order) void empty(order.empty, order.limit).then(say);
  else {
    pace = order.pace;
    say({ pace, sent, refused });
  }
});
process.once("SIGTERM", () => process.exit(0));
say({ port, pin, password, vms: guests.length });
let index = 0;
let last = performance.now();
let owed = 0;
for (;;) {
  await setTimeout(20);
  const now = performance.now();
  // What a busy machine held up is made up for, within ten seconds.
  owed = Math.min(owed + ((now - last) / 1000) * pace, 10 * pace);
  last = now;
  for (; owed >= 1; owed -= 1) change(index++);
}
