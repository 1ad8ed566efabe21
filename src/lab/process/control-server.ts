import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { z } from "zod";
import { OpsError, toOpsError } from "../../shared/errors.ts";
import type { World } from "../world/world.ts";
import { type LabStatus, runLabCommand, statusOf } from "./commands.ts";
import { controlName } from "./folder.ts";

const bodyLimit = 16_384;
const requestSchema = z.object({ words: z.array(z.string().max(200)).min(1).max(20) });

export interface ControlServer {
  /** The file with the address and the token. */
  file: string;
  close(): Promise<void>;
}

function isToken(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? "");
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > bodyLimit) throw new SyntaxError("too long");
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

/**
 * Listens on loopback for commands. Only who can read the token in the lab's folder may give any; a page in a browser
 * cannot, since it knows neither the token nor may send the header.
 */
export async function startControl(parts: {
  folder: string;
  world: World;
  ports: ReadonlyMap<string, number>;
  onStop: () => void;
}): Promise<ControlServer> {
  const { folder, world, ports } = parts;
  const token = randomBytes(24).toString("base64url");
  let host = "";
  const answer = (response: ServerResponse, status: number, body: unknown) => {
    response.writeHead(status, { "content-type": "application/json", connection: "close" });
    response.end(JSON.stringify(body));
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers.host !== host || !isToken(request.headers.authorization, token)) {
      answer(response, 403, { error: null });
      return;
    }
    try {
      const { words } = requestSchema.parse(await readBody(request));
      const isStop = words.length === 1 && words[0] === "stop";
      if (!isStop) runLabCommand(words, world);
      const status: LabStatus = statusOf(world, ports);
      answer(response, 200, { status });
      if (isStop) response.once("close", parts.onStop);
    } catch (error) {
      const known = error instanceof OpsError;
      answer(response, 400, { error: known ? error.toWire() : toOpsError(error, "lab").toWire() });
    }
  };
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, (request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no address");
  host = `127.0.0.1:${address.port}`;
  const file = join(folder, controlName);
  const content = JSON.stringify({ url: `http://${host}/`, token, pid: process.pid });
  await writeFileAtomic(file, content, { mode: 0o600, fsync: false });
  return {
    file,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
