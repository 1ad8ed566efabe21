import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { findProgram } from "./counterpart.ts";

const run = promisify(execFile);
const limit = 20_000;

/** One `named` of BIND 9 in a folder of its own, at a loopback port. */
export interface Bind {
  port: number;
  stop(): Promise<void>;
}

/** Makes a key with `tsig-keygen`; gives its words for a configuration and its secret in base64. */
export async function tsigKey(name: string, algorithm: string): Promise<{ words: string; secret: string }> {
  const { stdout } = await run(findProgram("tsig-keygen") ?? "", ["-a", algorithm, name]);
  return { words: stdout, secret: /secret "([^"]+)"/.exec(stdout)?.[1] ?? "" };
}

/** Starts `named` with these statements and zone files, and waits until it answers for `zone`. */
export async function startBind(
  folder: string,
  parts: { port: number; options: string; statements: string; files: Record<string, string>; zone: string },
): Promise<Bind> {
  await mkdir(folder, { recursive: true });
  for (const [name, words] of Object.entries(parts.files)) await writeFile(join(folder, name), words);
  const config = join(folder, "named.conf");
  await writeFile(
    config,
    `options {
  directory "${folder}"; pid-file "${folder}/named.pid"; session-keyfile "${folder}/session.key";
  listen-on port ${parts.port} { 127.0.0.1; }; listen-on-v6 { none; }; dnssec-validation no;
  ${parts.options}
};
controls { };
${parts.statements}
`,
  );
  const server = spawn(findProgram("named") ?? "", ["-g", "-n", "1", "-c", config], { stdio: "ignore" });
  await answering(server, parts.port, parts.zone);
  return {
    port: parts.port,
    async stop() {
      if (server.exitCode !== null) return;
      server.kill("SIGTERM");
      await once(server, "exit");
    },
  };
}

/** What `dig` says, in its short form. */
export async function dig(port: number, ...words: string[]): Promise<string> {
  const place = ["@127.0.0.1", "-p", String(port), "+tries=1", "+time=2"];
  const { stdout } = await run(findProgram("dig") ?? "", [...place, "+short", ...words], { timeout: limit });
  return stdout.trim();
}

async function answering(server: ChildProcess, port: number, zone: string): Promise<void> {
  const end = Date.now() + limit;
  for (;;) {
    const said = await dig(port, zone, "SOA").catch(() => "");
    if (said !== "" && !said.startsWith(";;")) return;
    if (server.exitCode !== null || Date.now() > end) throw new Error("named did not come up");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
