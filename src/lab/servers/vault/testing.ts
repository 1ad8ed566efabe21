import { ManualClock } from "../../world/clock.ts";
import type { WebFaults } from "../faulty-web.ts";
import type { NodeState } from "./core/node.ts";
import { type LabVault, type LabVaultNode, type LabVaultOptions, startLabVault } from "./index.ts";

/** What tests look at of an answer; each has some of it. */
export interface Told {
  keys_base64: string[];
  recovery_keys_base64: string[];
  root_token: string;
  nonce: string;
  verification_nonce: string;
  lease_id: string;
  auth: { client_token: string };
  wrap_info: { token: string };
  data: Record<string, string> & { keys_base64?: Record<string, string[]> };
}

/** A Vault of three nodes on loopback, its clock in the test's hands. */
export interface TestVault {
  vault: LabVault;
  clock: ManualClock;
  /** URLs by node. */
  urls: Record<string, string>;
  states: Record<string, NodeState>;
  faults: Record<string, WebFaults>;
  /** Milliseconds that its clock is ahead. */
  skew: number;
  /** One request below `/v1/` to a node; the answer's status and JSON. */
  ask(
    method: string,
    path: string,
    how?: { node?: string; token?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<{ status: number; json: Told; headers: Headers }>;
  /** Initialises it and opens all nodes; its shares in base64, of the recovery key where it opens by itself, and its first token. */
  open(shares?: number, threshold?: number): Promise<{ shares: string[]; root: string }>;
  close(): Promise<void>;
}

/** Starts it, not initialised; `nodes` in place of three ordinary ones, and of another `kind` than a Vault opened with shares. */
export async function startTestVault(
  nodes: readonly LabVaultNode[] = ["vault-1", "vault-2", "vault-3"].map((name) => ({ name })),
  kind: NonNullable<LabVaultOptions["kind"]> = {},
): Promise<TestVault> {
  const clock = new ManualClock(Date.now());
  const states: TestVault["states"] = {};
  const faults: TestVault["faults"] = {};
  const vault = startLabVault({
    clock,
    skew: () => test.skew,
    kind,
    nodes: nodes.map((node) => ({
      ...node,
      state: () => states[node.name] ?? { isAway: false, isHeldBack: false },
      faults: () => faults[node.name] ?? {},
    })),
    certificate: null,
    onFailure: (error) => {
      throw error;
    },
  });
  const urls: Record<string, string> = {};
  for (const { node, listen } of vault.servers) urls[node.name] = `http://127.0.0.1:${await listen(0)}`;
  const first = nodes[0]?.name ?? "";
  const test: TestVault = {
    vault,
    clock,
    urls,
    states,
    faults,
    skew: 0,
    async ask(method, path, { node = first, token, body, headers = {} } = {}) {
      const answer = await fetch(`${urls[node]}/v1/${path}`, {
        method,
        redirect: "manual",
        headers: { ...headers, ...(token && { "x-vault-token": token }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const words = await answer.text();
      return { status: answer.status, json: words ? JSON.parse(words) : {}, headers: answer.headers };
    },
    async open(shares = 5, threshold = 3) {
      const of = kind.opensItself ? "recovery" : "secret";
      const body = { [`${of}_shares`]: shares, [`${of}_threshold`]: threshold };
      const { json } = await test.ask("PUT", "sys/init", { body });
      if (kind.opensItself) return { shares: json.recovery_keys_base64, root: json.root_token };
      const { keys_base64: keys, root_token: root } = json;
      for (const { name } of nodes)
        for (const key of keys.slice(0, threshold))
          await test.ask("PUT", "sys/unseal", { node: name, body: { key } });
      return { shares: keys, root };
    },
    close: () => vault.close(),
  };
  return test;
}
