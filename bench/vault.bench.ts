import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { z } from "zod";
import { openedVault } from "../src/main/vault/testing/opened.ts";
import { vaultLoginSchema } from "../src/shared/systems/vault.ts";
import { alone, compared, type Row } from "./row.ts";

const count = 60;
const warm = 5000;
const toldSchema = z.object({ url: z.string(), role: z.string(), secret: z.string() });
const timesSchema = z.object({ signIn: z.number(), read: z.number() });

/**
 * Signing in by AppRole, and a secret of KV 2: read cold (its mount is looked up, nothing is held), read again once it is
 * held no longer, and taken from what is held; beside hvac, which keeps its connection open. The lab's Vault answers, in a
 * process of its own.
 */
export default async function vault(): Promise<Row[]> {
  const server = spawn(process.execPath, [join(import.meta.dirname, "vault-server.ts")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    const [line] = (await once(createInterface({ input: server.stdout }), "line")) as [string];
    const told = toldSchema.parse(JSON.parse(line));
    const ours = await ourTimes(told);
    const hvac = await hvacTimes(told);
    const rows = [
      beside("vault: signing in by AppRole", ours.signIn, hvac?.signIn),
      beside("vault: a secret, cold", ours.cold, hvac?.read),
      beside("vault: a secret once more after 30 s", ours.again, hvac?.read),
      alone("vault: a secret that is held", "µs", ours.held * 1000),
    ];
    return rows;
  } finally {
    server.stdin.end();
    if (server.exitCode === null) await once(server, "exit");
  }
}

function beside(name: string, ours: number, peer: number | undefined): Row {
  return peer === undefined ? alone(name, "ms", ours) : compared(name, "ms", ours, peer, "python3-hvac");
}

async function ourTimes({ url, role, secret }: z.infer<typeof toldSchema>) {
  const login = vaultLoginSchema.parse({ appRole: { roleId: role, secretId: "keychain:secret-id" } });
  const { access, desk, clock, close } = openedVault({ one: { url } }, login, {
    stored: { "keychain:secret-id": secret },
  });
  const signal = new AbortController().signal;
  const read = async () => {
    if ((await desk.read("vault:kv/app/db#password")) !== "of-the-bench") throw new Error("another secret");
  };
  try {
    const signIns: number[] = [];
    const colds: number[] = [];
    const agains: number[] = [];
    for (let round = 0; round < count; round += 1) {
      signIns.push(await timed(() => access.signIn(signal)));
      colds.push(await timed(read));
      clock.pass(31_000);
      agains.push(await timed(read));
      await access.signOut(signal);
    }
    await read();
    const held =
      (await timed(async () => {
        for (let round = 0; round < warm; round += 1) await read();
      })) / warm;
    return { signIn: median(signIns), cold: median(colds), again: median(agains), held };
  } finally {
    await close();
  }
}

/** By the Python that Debian installs it for; null where it is not there. */
async function hvacTimes({ url, role, secret }: z.infer<typeof toldSchema>) {
  const script = join(import.meta.dirname, "support", "hvac-times.py");
  try {
    const { stdout } = await promisify(execFile)(
      "/usr/bin/python3",
      [script, url, role, secret, String(count)],
      {
        timeout: 120_000,
      },
    );
    return timesSchema.parse(JSON.parse(stdout));
  } catch (error) {
    process.stdout.write(
      `bench: without python3-hvac: ${error instanceof Error ? error.message.split("\n")[0] : ""}\n`,
    );
    return null;
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}
