import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scaledClock } from "../../../world/clock.ts";
import { World } from "../../../world/world.ts";
import { LabNetwork } from "../../network.ts";
import { startProxmox } from "../index.ts";

/** What a node answered. */
export interface Answer {
  status: number;
  /** The words of the status line. */
  words: string;
  data: unknown;
  errors: Record<string, string>;
}

/** The lab's Proxmox clusters alone, for tests; its clock runs `speed` times as fast as the wall's. */
export async function openClusters(speed = 400) {
  const folder = await mkdtemp(join(tmpdir(), "lab-proxmox-"));
  const world = new World({ seed: 7, clock: scaledClock(speed, Date.UTC(2025, 0, 6, 8)), sites: "all" });
  const failures: unknown[] = [];
  const network = new LabNetwork();
  const servers = await startProxmox(
    { world, network, folder, onFailure: (error) => failures.push(error) },
    new Map(),
  );
  const secret = (name: string) => readFile(join(folder, "secrets", name), "utf8");
  const portOf = (node: string) => servers.ports.get(`proxmox ${node}`) ?? 0;

  /** Sends one request to a node, as a form, with a token unless other headers are given. */
  const call = async (
    node: string,
    method: string,
    path: string,
    parameters: Record<string, string | number> = {},
    headers?: Record<string, string>,
  ): Promise<Answer> => {
    const form = new URLSearchParams(
      Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]),
    ).toString();
    const isWrite = method === "POST" || method === "PUT";
    const token = await secret(`proxmox-${node.replace(/-\d$/, "")}-token`);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(
        {
          host: "127.0.0.1",
          port: portOf(node),
          method,
          path: `/api2/json${path}${!isWrite && form ? `?${form}` : ""}`,
          rejectUnauthorized: false,
          agent: false,
          headers: {
            ...(headers ?? { authorization: `PVEAPIToken=ops@pve!passerelle=${token}` }),
            ...(isWrite ? { "content-type": "application/x-www-form-urlencoded" } : {}),
          },
        },
        resolve,
      );
      sent.once("error", reject);
      sent.end(isWrite ? form : undefined);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    const { data = null, errors = {} } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    return { status: response.statusCode ?? 0, words: response.statusMessage ?? "", data, errors };
  };

  /** Waits until a task is over; gives how it ended. */
  const taskEnd = async (node: string, upid: unknown): Promise<string> => {
    for (;;) {
      const [, of = ""] = String(upid).split(":");
      const { data } = await call(
        node,
        "GET",
        `/nodes/${of}/tasks/${encodeURIComponent(String(upid))}/status`,
      );
      const { status, exitstatus } = data as { status: string; exitstatus?: string };
      if (status === "stopped") return exitstatus ?? "";
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  const close = async () => {
    await servers.close();
    world.close();
    await rm(folder, { recursive: true });
  };
  return { world, servers, folder, failures, secret, portOf, call, taskEnd, close };
}
