import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createConsole } from "../src/main/console.ts";
import { startBrowserShell } from "../src/main/shell/browser/browser-shell.ts";

/**
 * A console with a crowd of hosts behind the browser shell, for measuring its window: everything is the program's own
 * but the readings, which are made up here instead of being asked of so many machines. Prints its link.
 */
const [folder = "", hostCount = "", readingsPerSecond = ""] = process.argv.slice(2);
const hosts = Array.from(
  { length: Number(hostCount) },
  (_, index) => `host-${String(index).padStart(5, "0")}`,
);
const system = "crowd";
const tick = 100;

const estate = join(folder, "estate.yaml");
mkdirSync(folder, { recursive: true });
writeFileSync(
  estate,
  [
    "passerelle: 1",
    "name: Crowd",
    "systems:",
    `  ${system}:`,
    "    type: ssh",
    "    user: operator",
    "    authentication:",
    "      - agent: true",
    "    hosts:",
    ...hosts.map((host) => `      ${host}: { address: 127.0.0.1, port: 9 }`),
    "",
  ].join("\n"),
);

// A command line's console observes nothing by itself.
const host = await createConsole({
  estate,
  dataFolder: join(folder, "data"),
  shell: "command-line",
  lab: false,
});
const shell = await startBrowserShell({
  host,
  rendererFolder: join(import.meta.dirname, "..", "out", "renderer"),
});

let next = 0;
const perTick = (Number(readingsPerSecond) * tick) / 1000;
const timer = setInterval(() => {
  const at = Date.now();
  const observations = Array.from({ length: perTick }, () => {
    const index = next++;
    const health = index % 97 === 0 ? ("warning" as const) : ("ok" as const);
    return {
      // Neighbours in the list are not read one after the other.
      resource: hosts[(index * 7919) % hosts.length] ?? "",
      source: system,
      at,
      health,
      facts: {
        "os.name": "Debian GNU/Linux 12",
        "load.one": (index % 400) / 100,
        "memory.used": index % 100,
        "disk.fullest": (index * 3) % 100,
        "updates.pending": index % 20,
        "reboot.needed": index % 31 === 0,
      },
      problems: [],
    };
  });
  host.parts.inventory.observe(observations);
}, tick);

process.stdout.write(`${shell.newLink()}\n`);
process.once("SIGTERM", async () => {
  clearInterval(timer);
  await shell.close();
  await host.close();
  process.exit(0);
});
