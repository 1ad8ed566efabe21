import type { Duplex } from "node:stream";
import { type ProxmoxSystemConfig, proxmoxSystemSchema } from "../../../../shared/systems/proxmox.ts";
import type { Questions } from "../../../reach/questions.ts";
import { openTcp } from "../../../reach/tcp.ts";
import { SecondFactor } from "../client/second-factor.ts";
import { ProxmoxClient } from "../client/session.ts";
import type { ClientTimes } from "../client/times.ts";

export interface Opening {
  secret?: string;
  totp?: string | null;
  ask?: Questions["ask"];
  now?: () => number;
  times?: Partial<ClientTimes>;
  config?: Partial<ProxmoxSystemConfig>;
}

/** The entry of a system on loopback ports, as the estate file would have it. */
export function configOn(
  ports: readonly number[],
  more: Partial<ProxmoxSystemConfig> = {},
): ProxmoxSystemConfig {
  return proxmoxSystemSchema.parse({
    type: "proxmox",
    name: "forge",
    site: "atelier",
    addresses: ports.map((port) => ({ address: "127.0.0.1", port })),
    user: "console@pve",
    ...(more.token === undefined ? { password: "keychain:forge" } : {}),
    ...more,
  });
}

/** A client on loopback ports. */
export function clientOn(ports: readonly number[], opening: Opening = {}): ProxmoxClient {
  const { secret = "secret", totp = null, now = Date.now } = opening;
  const nobody: Questions["ask"] = () => Promise.reject(new Error("nobody is asked here"));
  return new ProxmoxClient({
    name: "forge",
    config: configOn(ports, opening.config),
    dial: dialLoopback,
    authorityPath: () => null,
    secret: async () => ({ reveal: () => secret }),
    factor: new SecondFactor({
      name: "forge",
      secret: totp === null ? null : async () => ({ reveal: () => totp }),
      questions: { ask: opening.ask ?? nobody },
      now,
    }),
    now,
    times: opening.times ?? {},
  });
}

/** A connection to a loopback port, as Reach brings it. */
export function dialLoopback(
  { address, port }: { address: string; port: number },
  signal: AbortSignal,
): Promise<Duplex> {
  return openTcp({ id: "node", name: "node", address, port }, signal);
}
