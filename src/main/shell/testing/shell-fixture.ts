import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type IncomingHttpHeaders, request } from "node:http";
import { request as secureRequest } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Channel, PacedChannel } from "../../../shared/channel.ts";
import { closeCode } from "../../../shared/channel.ts";
import type { ShellHost } from "../shell-host.ts";

/** A temporary folder with a small built renderer in it; `remove` takes it away. */
export async function makeRendererFolder(): Promise<{ folder: string; remove(): Promise<void> }> {
  const top = await mkdtemp(join(tmpdir(), "passerelle-shell-"));
  const folder = join(top, "out", "renderer");
  await mkdir(join(folder, "assets"), { recursive: true });
  await writeFile(join(folder, "index.html"), "<!doctype html><html><head></head><body>window</body></html>");
  await writeFile(join(folder, "assets", "index-Abcd1234.js"), `console.log("${"words ".repeat(1000)}");`);
  await writeFile(join(folder, "icon.svg"), "<svg/>");
  await writeFile(join(folder, "notes.secret"), "not for serving");
  await writeFile(join(top, "outside.json"), '{"secret":true}');
  return { folder, remove: () => rm(top, { recursive: true, force: true }) };
}

/** A console that answers each message on `calls` with the same message, and knows the session `known-session`. */
export class EchoHost implements ShellHost {
  readonly calls: PacedChannel[] = [];
  /** Of each channel of calls, whether it may only look. */
  readonly looking: boolean[] = [];
  readonly closed: { code: number }[] = [];
  onNotice?: NonNullable<ShellHost["onNotice"]>;

  serveCalls(channel: PacedChannel, looksOnly = false): void {
    this.calls.push(channel);
    this.looking.push(looksOnly);
    this.#echo(channel);
  }

  openSession(token: string, channel: Channel): boolean {
    if (token !== "known-session") return false;
    this.#echo(channel);
    return true;
  }

  async close(): Promise<void> {
    for (const channel of this.calls) channel.close(closeCode.goingAway);
  }

  #echo(channel: Channel): void {
    channel.onmessage = ({ data }) => {
      if (typeof data === "string" || data instanceof ArrayBuffer) channel.send(data);
    };
    channel.onclose = ({ code }) => this.closed.push({ code });
  }
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** One HTTP request, with exactly the given path and headers (a wrong Host included). */
export function ask(
  url: string,
  path: string,
  headers: Record<string, string> = {},
  options: { method?: string; ca?: string } = {},
): Promise<Answer> {
  const { protocol, hostname, port, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const send = protocol === "https:" ? secureRequest : request;
    const ended = send(
      {
        hostname: hostname.replace(/^\[|\]$/g, ""),
        port,
        path,
        method: options.method ?? "GET",
        headers: { host, ...headers },
        agent: false,
        ...(options.ca === undefined ? {} : { ca: options.ca }),
      },
      async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      },
    );
    ended.on("error", reject).end();
  });
}
