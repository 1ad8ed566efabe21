import { readFileSync } from "node:fs";
import { z } from "zod";
import { allowlistGuard, journalGuard } from "../src/main/actions/guards.ts";
import { ActionRegistry } from "../src/main/actions/registry.ts";
import { ActionRunner } from "../src/main/actions/runner.ts";
import { Inventory } from "../src/main/inventory/inventory.ts";
import { Journal } from "../src/main/journal/journal.ts";
import { KnownHosts } from "../src/main/reach/known-hosts.ts";
import { Questions } from "../src/main/reach/questions.ts";
import type { SshTarget } from "../src/main/reach/reach.ts";
import { SshReach } from "../src/main/reach/ssh-reach.ts";
import type { SecretResolver } from "../src/main/secrets/resolver.ts";
import { sshSystem } from "../src/main/systems/ssh/index.ts";
import { sshSystemSchema } from "../src/shared/systems/ssh.ts";

/** What the fan-out's process is asked for, as a JSON file. */
export interface FanOutOrder {
  targets: SshTarget[];
  knownHosts: string;
  /** An empty folder for the journal. */
  folder: string;
  command: string;
  /** What every host must answer. */
  expected: string;
  concurrency: number;
  /** By the reach alone, or as a bulk of the journalled action "run a command". */
  way: "reach" | "action";
  /** How often; the second time the connections of the first stand. */
  times: number;
}

/** Seconds of each time. */
export const fanOutAnswerSchema = z.array(z.number());

const deadline = 120_000;

/** The console's side of the fan-out benchmark, in a process of its own: the parts of main with a journal on disk. */
async function fanOut(order: FanOutOrder): Promise<number[]> {
  const now = Date.now;
  const journal = Journal.open({ folder: order.folder, actor: "operator", workstation: "bench.example" });
  const secrets: SecretResolver = {
    resolve: () => Promise.reject(new Error("the log-in by key needs no secret")),
  };
  const reach = new SshReach({
    knownHosts: new KnownHosts({ own: order.knownHosts }),
    secrets,
    journal,
    questions: new Questions({ interactive: false, now }),
    now,
  });
  const run = order.way === "reach" ? byReach(order, reach) : asAction(order, reach, journal, secrets);
  const seconds: number[] = [];
  try {
    for (let round = 0; round < order.times; round++) {
      const startedAt = performance.now();
      await run();
      seconds.push((performance.now() - startedAt) / 1000);
    }
    return seconds;
  } finally {
    await reach.close();
    journal.close();
  }
}

function byReach(order: FanOutOrder, reach: SshReach): () => Promise<void> {
  return async () => {
    const waiting = [...order.targets];
    const worker = async () => {
      for (let target = waiting.shift(); target; target = waiting.shift()) {
        const options = { signal: new AbortController().signal, deadline };
        const { exitCode, output } = await reach.execute(target, order.command, options);
        check(target.name, exitCode === 0 && output === order.expected);
      }
    };
    await Promise.all(Array.from({ length: order.concurrency }, worker));
  };
}

function asAction(
  order: FanOutOrder,
  reach: SshReach,
  journal: Journal,
  secrets: SecretResolver,
): () => Promise<void> {
  const now = Date.now;
  const hosts = Object.fromEntries(
    order.targets.map(({ id, address, port, user, authentication }) => [
      id,
      { address, port, user, authentication },
    ]),
  );
  const config = sshSystemSchema.parse({ type: "ssh", hosts });
  const system = sshSystem.create(config, {
    id: "hosts",
    reach,
    secrets,
    questions: new Questions({ interactive: false, now }),
    now,
  });
  const inventory = new Inventory({ now });
  inventory.declare(system.id, system.declarations());
  const registry = new ActionRegistry();
  registry.register(system.actions);
  const runner = new ActionRunner({
    registry,
    journal,
    resource: (id) => inventory.get(id),
    guards: [journalGuard(journal), allowlistGuard((resource) => reach.checkAllowlist(resource))],
    now,
    actor: "operator",
  });
  return async () => {
    const id = await runner.start({
      action: "ssh.run-command",
      resources: order.targets.map((target) => target.id),
      input: { command: order.command },
      reason: "benchmark",
      confirmation: "",
      concurrency: order.concurrency,
      deadline,
    });
    await runner.waitFor(id);
    for (const child of runner.children(id)) check(child.resourceName, child.state === "verified");
  };
}

function check(name: string, fine: boolean): void {
  if (!fine) throw new Error(`${name} did not answer as it should`);
}

if (import.meta.main) {
  const order: FanOutOrder = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
  process.stdout.write(JSON.stringify(await fanOut(order)));
  process.exit(0);
}
