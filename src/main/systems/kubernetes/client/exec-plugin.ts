import { spawn } from "node:child_process";
import { isAbsolute, join } from "node:path";
import { z } from "zod";
import { abortable, Deadline } from "../../../reach/abort.ts";
import { BoundedText } from "../../../reach/bounded-text.ts";
import type { Credentials } from "./login.ts";
import { pluginFailed, pluginGarbage, pluginMissing, pluginTimedOut } from "./login-faults.ts";

/** The `exec` entry of a kubeconfig's user. Source: client-go credential plugins, client.authentication.k8s.io. */
export const pluginSchema = z.object({
  command: z.string().min(1).max(4096),
  args: z.array(z.string().max(4096)).max(256).nullish(),
  env: z
    .array(z.object({ name: z.string().max(200), value: z.string().max(32_768) }))
    .max(256)
    .nullish(),
  apiVersion: z.string().regex(/^client\.authentication\.k8s\.io\/v1(alpha1|beta1)?$/),
  installHint: z.string().max(2000).nullish(),
  interactiveMode: z.enum(["Never", "IfAvailable", "Always"]).nullish(),
  provideClusterInfo: z.boolean().nullish(),
});
export type Plugin = z.infer<typeof pluginSchema> & {
  /** What the program is told of the cluster, where the kubeconfig says that it wants to know. */
  cluster?: Readonly<Record<string, string | boolean>>;
};

const credentialSchema = z.object({
  kind: z.literal("ExecCredential"),
  apiVersion: z.string(),
  status: z.object({
    token: z.string().max(65_536).optional(),
    clientCertificateData: z.string().max(262_144).optional(),
    clientKeyData: z.string().max(262_144).optional(),
    expirationTimestamp: z.string().max(100).nullish(),
  }),
});

const mostBytes = 1024 * 1024;
const usualDeadline = 60_000;

/**
 * Runs a kubeconfig's log-in program and reads the ExecCredential that it prints. It gets no terminal and no more than
 * a minute; its standard error, which may hold secrets, is dropped. Throws `kubernetes.exec-missing`, `.exec-failed`,
 * `.exec-timed-out`, `.exec-garbage`, or what the signal was aborted with; the program is ended then.
 */
export async function runPlugin(
  plugin: Plugin,
  folder: string,
  outer: AbortSignal,
  milliseconds = usualDeadline,
): Promise<Credentials> {
  const name = plugin.command.split(/[\\/]/).at(-1) ?? plugin.command;
  const deadline = new Deadline(milliseconds, outer, () => pluginTimedOut(name, milliseconds / 1000));
  try {
    const { exitCode, words } = await run(plugin, name, folder, deadline.signal);
    if (exitCode !== 0) throw pluginFailed(name, exitCode);
    return readCredential(words, name, plugin.apiVersion);
  } finally {
    deadline.end();
  }
}

function run(
  plugin: Plugin,
  name: string,
  folder: string,
  signal: AbortSignal,
): Promise<{ exitCode: number | null; words: string }> {
  // A path with a slash is relative to the kubeconfig; a bare name is looked for in PATH.
  const hasFolder = /[\\/]/.test(plugin.command);
  const command = hasFolder && !isAbsolute(plugin.command) ? join(folder, plugin.command) : plugin.command;
  const spec = { interactive: false, ...(plugin.cluster && { cluster: plugin.cluster }) };
  const info = { kind: "ExecCredential", apiVersion: plugin.apiVersion, spec };
  const child = spawn(command, plugin.args ?? [], {
    env: {
      ...process.env,
      ...Object.fromEntries((plugin.env ?? []).map((each) => [each.name, each.value])),
      KUBERNETES_EXEC_INFO: JSON.stringify(info),
    },
    stdio: ["ignore", "pipe", "ignore"],
    // A group of its own, so that what the program has started ends with it.
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  const output = new BoundedText(mostBytes);
  child.stdout.on("data", (bytes: Buffer) => void output.add(bytes));
  const ended = new Promise<{ exitCode: number | null; words: string }>((resolve, reject) => {
    child.once("error", (error) => reject(pluginMissing(name, plugin.installHint ?? null, error)));
    child.once("close", (exitCode) => {
      output.finish();
      resolve({ exitCode, words: output.truncated ? "" : output.text });
    });
  });
  return abortable(ended, signal).catch((error: unknown) => {
    ended.catch(() => undefined);
    end(child.pid);
    child.stdout.destroy();
    throw error;
  });
}

function end(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It has ended by itself meanwhile.
  }
}

/** Reads what a plugin has printed; exported for its tests. Throws `kubernetes.exec-garbage`. */
export function readCredential(words: string, name: string, apiVersion: string): Credentials {
  let printed: unknown;
  try {
    printed = JSON.parse(words);
  } catch {
    throw pluginGarbage(name);
  }
  const parsed = credentialSchema.safeParse(printed);
  if (!parsed.success || parsed.data.apiVersion !== apiVersion) throw pluginGarbage(name);
  const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = parsed.data.status;
  const certificate = cert && key ? { cert, key } : null;
  if ((!token && !certificate) || (token && !isHeaderSafe(token))) throw pluginGarbage(name);
  const until = expirationTimestamp ? Date.parse(expirationTimestamp) : null;
  if (until !== null && Number.isNaN(until)) throw pluginGarbage(name);
  return { headers: token ? { authorization: `Bearer ${token}` } : {}, certificate, validUntil: until };
}

/** Whether a token can stand in an HTTP header (RFC 6750, 2.1, generously). */
export function isHeaderSafe(token: string): boolean {
  return /^[!-~]+$/.test(token);
}
