import type { Duplex } from "node:stream";
import type { WorldClock } from "../../world/clock.ts";
import { FaultyWeb, type WebFaults } from "../faulty-web.ts";
import { StreamDoor } from "../stream-door.ts";
import { type ClusterParts, VaultCluster } from "./core/cluster.ts";
import type { NodeKind, NodeState, VaultNode } from "./core/node.ts";
import { translated } from "./list-method.ts";
import { serveNode } from "./node-server.ts";
import { VaultRequests } from "./requests.ts";

export interface LabVaultNode {
  name: string;
  kind?: NodeKind;
  /** Where others are told to ask it: `https://192.0.2.221:8200`. Its loopback address when left out. */
  apiAddress?: string;
  /** Asked anew each time. */
  state?(): NodeState;
  faults?(): WebFaults;
}

export interface LabVaultOptions {
  clock: WorldClock;
  name?: string;
  /** Milliseconds that its clock is ahead. */
  skew?(): number;
  nodes: readonly LabVaultNode[];
  /** What it is and how it opens: a Vault that people open with shares when left out. */
  kind?: Pick<ClusterParts, "product" | "opensItself" | "isRekeyClosed">;
  /** Key and certificate in PEM; null speaks plain HTTP. */
  certificate: { key: string; cert: string } | null;
  onFailure(error: unknown): void;
}

/** One node of a Vault of the lab, running. */
export interface LabVaultServer {
  readonly node: VaultNode;
  connect(stream: Duplex): void;
  /** Listens on loopback besides, at `wished` or where the system chooses (0); resolves to the port. */
  listen(wished: number): Promise<number>;
  changed(): void;
}

export interface LabVault {
  readonly cluster: VaultCluster;
  readonly requests: VaultRequests;
  readonly servers: readonly LabVaultServer[];
  close(): Promise<void>;
}

/**
 * Starts a Vault in memory, not initialised and sealed: nodes over one storage, each open or sealed by itself, speaking the
 * public HTTP API. Nothing listens before `listen`.
 */
export function startLabVault(options: LabVaultOptions): LabVault {
  const { clock, name = "vault-lab", skew, nodes, kind = {}, certificate, onFailure } = options;
  const ports = new Map<string, number>();
  const scheme = certificate ? "https" : "http";
  const cluster = new VaultCluster({
    name,
    clock,
    ...kind,
    ...(skew && { skew }),
    nodes: nodes.map(({ name: node, kind, apiAddress, state }, index) => ({
      name: node,
      ...(kind && { kind }),
      ...(state && { state }),
      apiAddress: () => apiAddress ?? `${scheme}://127.0.0.1:${ports.get(node) ?? 0}`,
      clusterAddress: apiAddress
        ? new URL(apiAddress).host.replace(/:8200$/, ":8201")
        : `127.0.0.1:${8201 + 10 * index}`,
    })),
  });
  const requests = new VaultRequests(cluster);
  const opened: (() => Promise<void>)[] = [];
  const servers = cluster.nodes.map((node, index): LabVaultServer => {
    const web = new FaultyWeb({
      clock,
      // TLS ends before it: what follows may name the method LIST, which only goes through translated.
      certificate: null,
      faults: nodes[index]?.faults ?? (() => ({})),
      serve: (request, response) => serveNode(cluster, requests, node, request, response),
      onFailure,
    });
    const connect = (stream: Duplex) => web.connect(translated(stream, certificate));
    const door = new StreamDoor({
      state: () => (nodes[index]?.faults?.().down ? "refused" : "open"),
      isStalled: () => false,
      rate: () => null,
      serve: connect,
    });
    opened.push(
      () => web.close(),
      () => door.close(),
    );
    return {
      node,
      connect,
      async listen(wished) {
        const port = await door.listen(wished, onFailure);
        ports.set(node.name, port);
        return port;
      },
      changed: () => web.changed(),
    };
  });
  return {
    cluster,
    requests,
    servers,
    async close() {
      await Promise.all(opened.map((close) => close()));
    },
  };
}
