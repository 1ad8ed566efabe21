import { describe, expect, it } from "vitest";
import type { SecretSearch } from "../../../shared/vault-secrets.ts";
import { vaultFault } from "../../vault/faults.ts";
import { type SearchLimits, searchNames } from "./secret-search.ts";

const never = new AbortController().signal;
const roomy: SearchLimits = { requests: 1000, depth: 20, found: 500, time: 60_000 };

/** Names by folder; a folder that is an error is refused with it. */
function search(
  tree: Record<string, string[] | Error>,
  words: string,
  {
    folder = "",
    signal = never,
    ...limits
  }: Partial<SearchLimits> & { folder?: string; signal?: AbortSignal },
) {
  const asked: string[] = [];
  const list = async (below: string) => {
    asked.push(below);
    const names = tree[below];
    if (names instanceof Error) throw names;
    return names ?? [];
  };
  return { asked, told: searchNames({ folder, words, list, limits: { ...roomy, ...limits } }, signal) };
}

async function last(told: AsyncIterable<SecretSearch>): Promise<SecretSearch> {
  let newest: SecretSearch | null = null;
  for await (const each of told) newest = each;
  if (!newest) throw new Error("nothing was told");
  return newest;
}

const site = {
  "": ["shop/", "network/", "readme"],
  shop: ["billing/", "billing", "portal/"],
  "shop/billing": ["database", "API-key"],
  "shop/portal": ["api-key"],
  network: ["switch-1"],
};

describe("a search of secrets by name", () => {
  it("finds every path that holds all words, whatever their case, and says that all was looked into", async () => {
    expect(await last(search(site, "API key", {}).told)).toEqual({
      found: ["shop/billing/API-key", "shop/portal/api-key"],
      looked: 5,
      waiting: 0,
      left: [],
      leftCount: 0,
      ended: "complete",
      error: null,
    });
    const below = search(site, "shop", { folder: "shop/billing" });
    expect((await last(below.told)).found).toEqual(["shop/billing/database", "shop/billing/API-key"]);
    expect(below.asked).toEqual(["shop/billing"]);
  });

  it("goes on beside what may not be listed, and names it", async () => {
    const tree = { ...site, "shop/billing": vaultFault("not-allowed", "Vault") };
    expect(await last(search(tree, "api", {}).told)).toMatchObject({
      found: ["shop/portal/api-key"],
      left: [{ folder: "shop/billing", why: "not-allowed" }],
      ended: "complete",
    });
  });

  it("ends with what Vault says when it is sealed meanwhile, and keeps what it had found", async () => {
    const tree = { ...site, "shop/portal": vaultFault("sealed", "Vault") };
    const told = await last(search(tree, "switch", {}).told);
    expect(told).toMatchObject({
      found: ["network/switch-1"],
      ended: "failed",
      error: { code: "vault.sealed" },
    });
    expect(told.left).toContainEqual({ folder: "shop/portal", why: "not-reached" });
  });

  it("stays within its requests, its depth and its finds, and says what was not reached", async () => {
    expect(await last(search(site, "key", { requests: 2 }).told)).toMatchObject({
      looked: 2,
      ended: "most-requests",
      leftCount: 3,
      left: expect.arrayContaining([{ folder: "shop/portal", why: "not-reached" }]),
    });
    expect(await last(search(site, "key", { depth: 1 }).told)).toMatchObject({
      ended: "complete",
      left: [
        { folder: "shop/billing", why: "too-deep" },
        { folder: "shop/portal", why: "too-deep" },
      ],
    });
    const many = { "": Array.from({ length: 900 }, (_, at) => `key-${at}`) };
    const told = await last(search(many, "key", { found: 500 }).told);
    expect([told.found.length, told.ended]).toEqual([500, "most-found"]);
  });

  it("never ends in a tree without an end, but at its limits", async () => {
    const list = async (folder: string) => [`${folder.length}/`, "x/", "key"];
    const told = await last(
      searchNames({ folder: "", words: "key", list, limits: { ...roomy, requests: 50 } }, never),
    );
    expect(told).toMatchObject({ looked: 50, ended: "most-requests" });
    expect(told.left.length).toBeLessThanOrEqual(50);
    expect(told.leftCount).toBeGreaterThan(50);
  });

  it("ends at its time though a folder never answers, and lets go of what it asked for", async () => {
    let letGo = false;
    const list = (_folder: string, signal: AbortSignal) =>
      new Promise<string[]>((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          letGo = true;
          reject(signal.reason);
        });
      });
    const told = await last(
      searchNames({ folder: "a", words: "x", list, limits: { ...roomy, time: 5 } }, never),
    );
    expect(told).toMatchObject({
      ended: "out-of-time",
      left: [{ folder: "a", why: "not-reached" }],
      error: null,
    });
    expect(letGo).toBe(true);
  });

  it("says nothing more once it is cancelled", async () => {
    const cancelled = new AbortController();
    const { told, asked } = search(site, "key", { signal: cancelled.signal });
    const steps = told[Symbol.asyncIterator]();
    expect((await steps.next()).value).toMatchObject({ ended: null, waiting: 1 });
    cancelled.abort();
    expect(await steps.next()).toEqual({ done: true, value: undefined });
    expect(asked).toEqual([]);
  });
});
