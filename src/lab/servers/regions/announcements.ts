import { randomBytes } from "node:crypto";
import { ChatServer, chatFaults } from "../webhook/chat-server.ts";
import { addresses } from "./addresses.ts";
import { type RegionParts, standAt } from "./region-parts.ts";

const port = 443;
const tokenBytes = 13;

/**
 * Starts the chat that people are told by, on loopback as `announce`: it stands in no region. The URL of its hook for the
 * channel `support` is the secret `support-hook`.
 */
export async function startAnnouncements(parts: RegionParts): Promise<void> {
  const { context, credentials } = parts;
  const { world } = context;
  const url = await credentials.kept(
    "support-hook",
    () => `https://${addresses.announce}/hooks/${randomBytes(tokenBytes).toString("hex")}`,
  );
  const token = url.slice(url.lastIndexOf("/") + 1);
  const has = (name: "webhook-down" | `webhook-${(typeof chatFaults)[number]}`) =>
    world.fault(name, "bounce") !== null;
  const server = new ChatServer({
    hooks: new Map([[token, { channel: "support" }]]),
    certificate: credentials.certificates.good,
    fault: () => chatFaults.find((fault) => has(`webhook-${fault}`)) ?? null,
    clock: world.clock,
  });
  const state = () => (has("webhook-down") ? "refused" : "open");
  await standAt(parts, { name: "announce", address: addresses.announce, port, state }, server);
}
