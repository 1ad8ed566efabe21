import { implement, ORPCError } from "@orpc/server";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { closeCode } from "../../shared/channel.ts";
import { contract } from "../../shared/contract.ts";
import { MemoryMain } from "../testing/memory-main.ts";
import { backoff } from "./backoff.ts";
import { Connection } from "./client.ts";
import { toWireError } from "./wire-error.ts";

const about = {
  version: "0.1.0",
  shell: "browser" as const,
  actor: "operator",
  workstation: "desk.example",
  lab: true,
  dataFolder: "/data",
};

function main(handlers: { search?: () => unknown; refresh?: () => Promise<{ asked: number }> } = {}) {
  const answer = implement(contract);
  let refreshed = 0;
  const served = new MemoryMain({
    about: answer.about.handler(() => about),
    search: answer.search.handler(() => {
      handlers.search?.();
      return { rows: [] };
    }),
    resources: {
      refresh: answer.resources.refresh.handler(() => {
        refreshed += 1;
        return handlers.refresh?.() ?? { asked: 1 };
      }),
    },
  });
  return { served, refreshed: () => refreshed };
}

describe("the connection to main", () => {
  let connection: Connection | null = null;
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    connection?.close();
    connection = null;
    vi.useRealTimers();
  });

  it("holds a call until the first channel is open", async () => {
    const { served } = main();
    connection = new Connection(served.open);
    expect(connection.phase().state).toBe("connecting");
    await expect(connection.client.about()).resolves.toEqual(about);
    expect(connection.phase()).toMatchObject({ state: "open", generation: 1, lostSince: null });
  });

  it("gives up on a channel that never opens and says so in words", async () => {
    const { served } = main();
    served.reachable = false;
    connection = new Connection(served.open);
    const call = connection.client.about().catch(toWireError);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await call).toMatchObject({ code: "renderer.connection-lost" });
  });

  it("reconnects by itself and answers again", async () => {
    const { served } = main();
    connection = new Connection(served.open);
    await connection.client.about();
    served.cut();
    expect(connection.phase()).toMatchObject({ state: "lost", attempts: 1 });
    expect(connection.phase().lostSince).not.toBeNull();
    await vi.advanceTimersByTimeAsync(1000);
    expect(connection.phase()).toMatchObject({ state: "open", generation: 2, lostSince: null, attempts: 0 });
    await expect(connection.client.about()).resolves.toEqual(about);
  });

  it("fails a call that was under way, and never sends it again", async () => {
    const never = new Promise<{ asked: number }>(() => {});
    const { served, refreshed } = main({ refresh: () => never });
    connection = new Connection(served.open);
    await connection.client.about();
    const call = connection.client.resources.refresh({ ids: ["tower-a"] }).catch(toWireError);
    await vi.advanceTimersByTimeAsync(0);
    expect(refreshed()).toBe(1);
    served.cut();
    expect(await call).toMatchObject({ code: "renderer.connection-lost" });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(connection.phase().state).toBe("open");
    expect(refreshed()).toBe(1);
  });

  it("refuses a call at once while the channel is lost", async () => {
    const { served, refreshed } = main();
    connection = new Connection(served.open);
    await connection.client.about();
    served.reachable = false;
    served.cut();
    await expect(connection.client.resources.refresh({ ids: [] }).catch(toWireError)).resolves.toMatchObject({
      code: "renderer.connection-lost",
    });
    expect(refreshed()).toBe(0);
  });

  it("ends a call that main does not answer", async () => {
    const { served } = main({ refresh: () => new Promise<{ asked: number }>(() => {}) });
    connection = new Connection(served.open);
    await connection.client.about();
    const call = connection.client.resources.refresh({ ids: [] }).catch(toWireError);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await call).toMatchObject({ code: "renderer.no-answer" });
  });

  it("waits longer from attempt to attempt, and comes back at once when asked", async () => {
    const { served } = main();
    served.reachable = closeCode.lost;
    connection = new Connection(served.open);
    await vi.advanceTimersByTimeAsync(60_000);
    const attempts = served.channels.length;
    expect(attempts).toBeGreaterThan(6);
    expect(attempts).toBeLessThan(25);
    served.reachable = true;
    connection.reconnectNow();
    await vi.advanceTimersByTimeAsync(0);
    expect(connection.phase().state).toBe("open");
  });

  it("tells a browser that is no longer known from a console that is gone", async () => {
    const { served } = main();
    served.reachable = closeCode.signInNeeded;
    connection = new Connection(served.open);
    await vi.advanceTimersByTimeAsync(0);
    expect(connection.phase()).toMatchObject({ state: "lost", signInNeeded: true });
  });

  it("opens nothing more once it is closed", async () => {
    const { served } = main();
    connection = new Connection(served.open);
    await connection.client.about();
    served.cut();
    connection.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(served.channels).toHaveLength(1);
  });

  it("hands on an error of main in both languages, and nothing of one that was not foreseen", async () => {
    const wire = {
      code: "reach.refused",
      system: "reach",
      message: { en: "Refused.", fr: "Refusé." },
      hint: { en: "Try later.", fr: "Réessayez plus tard." },
    };
    let thrown: unknown = new ORPCError("OPS", { data: wire });
    const { served } = main({
      search: () => {
        throw thrown;
      },
    });
    connection = new Connection(served.open);
    const found = () => connection?.client.search({ text: "x" }).catch(toWireError);
    await expect(found()).resolves.toEqual(wire);
    thrown = new Error("password=hunter2");
    const unforeseen = await found();
    expect(unforeseen).toMatchObject({ code: "renderer.unexpected" });
    expect(JSON.stringify(unforeseen)).not.toContain("hunter2");
  });
});

describe("the delay before a reconnect", () => {
  it("lies within half and the whole of a doubling that ends at ten seconds", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, chance) => {
        const ceiling = Math.min(10_000, 250 * 2 ** attempt);
        const delay = backoff(attempt, () => chance);
        expect(delay).toBeGreaterThanOrEqual(Math.floor(ceiling / 2));
        expect(delay).toBeLessThanOrEqual(ceiling);
      }),
    );
  });
});
