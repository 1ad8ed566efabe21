// @vitest-environment jsdom
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Recording } from "../../../../shared/screen.ts";
import { MemoryChannel } from "../../../testing/memory-channel.ts";
import { fileNameOf } from "../save-file.ts";
import { fakePaint } from "../testing/fake-painter.ts";
import { collectPieces } from "./collect-pieces.ts";
import { Player } from "./player.ts";

describe("a recording saved to a file", () => {
  const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));

  it("is put together from its pieces, whatever their sizes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 1, max: 64 }),
        async (file, size) => {
          const shares: number[] = [];
          const whole = await collectPieces(
            async (offset) => ({ total: file.length, piece: base64(file.slice(offset, offset + size)) }),
            (share) => shares.push(share),
          );
          expect(new Uint8Array(await whole.arrayBuffer())).toEqual(file);
          expect(shares.at(-1)).toBe(1);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is none when it was cut meanwhile, or main refuses", async () => {
    const cut = collectPieces(
      async (offset) => ({ total: 10, piece: offset === 0 ? base64(Uint8Array.of(1)) : "" }),
      () => {},
    );
    await expect(cut).rejects.toThrow(RangeError);
    const refused = collectPieces(
      () => Promise.reject(new Error("gone")),
      () => {},
    );
    await expect(refused).rejects.toThrow("gone");
  });

  it("is named by machine and local time, without what a file name may not hold", () => {
    const at = new Date(2026, 4, 2, 8, 5, 9).getTime();
    expect(fileNameOf("tower-a", at, "png")).toBe("tower-a-20260502-080509.png");
    expect(fileNameOf("../Été 1:2\u0000", at, "fbs")).toBe("Été-1-2--20260502-080509.fbs");
    expect(fileNameOf("///", at, "png")).toBe("machine-20260502-080509.png");
  });
});

describe("a player", () => {
  const recording: Recording = {
    id: "r1",
    resource: "tower-a",
    resourceName: "tower-a",
    startedAt: 1000,
    endedAt: 61_000,
    bytes: 1,
    width: 8,
    height: 8,
    trouble: null,
  };
  let far: MemoryChannel;
  let player: Player;
  const replay = vi.fn(async (_from: number, _speed: number) => "session/token");
  const settle = () => vi.advanceTimersByTimeAsync(0);
  const opens = async () => {
    await settle();
    far.send(
      JSON.stringify({ type: "opened", name: "r", width: 8, height: 8, route: "recording", recording: null }),
    );
    await settle();
  };

  beforeEach(() => {
    vi.useFakeTimers();
    replay.mockClear();
    const fake = fakePaint();
    player = new Player(recording, {
      replay,
      open: () => {
        const [near, other] = MemoryChannel.pair();
        near.open();
        far = other;
        return near;
      },
      loadPaint: async () => fake.paint,
    });
  });
  afterEach(() => {
    player.dispose();
    vi.useRealTimers();
  });

  it("plays from the beginning, and knows where it stands", async () => {
    player.play();
    await opens();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(player.position()).toBe(10_000);
    expect(replay.mock.calls.map(([from, speed]) => [from, speed])).toEqual([[0, 1]]);
    expect(player.screen.read().watchOnly).toBe(true);
  });

  it("stands still while it is paused, and plays on from there", async () => {
    player.play();
    await opens();
    await vi.advanceTimersByTimeAsync(10_000);
    player.pause();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(player.position()).toBe(10_000);
    player.play();
    await opens();
    await vi.advanceTimersByTimeAsync(1000);
    expect(player.position()).toBe(11_000);
    expect(replay.mock.lastCall?.slice(0, 2)).toEqual([10_000, 1]);
  });

  it("goes elsewhere and changes its speed without losing its place", async () => {
    player.play();
    await opens();
    player.seek(30_000);
    await opens();
    await vi.advanceTimersByTimeAsync(5000);
    expect(player.position()).toBe(35_000);
    player.setSpeed(4);
    await opens();
    await vi.advanceTimersByTimeAsync(1000);
    expect(player.position()).toBe(39_000);
    expect(replay.mock.calls.map(([from, speed]) => [from, speed])).toEqual([
      [0, 1],
      [30_000, 1],
      [35_000, 4],
    ]);
  });

  it("goes elsewhere while it is paused, and stays paused", () => {
    player.seek(99_000);
    expect(player.position()).toBe(60_000);
    player.seek(-1);
    expect(player.position()).toBe(0);
    expect(player.playing).toBe(false);
    expect(replay).not.toHaveBeenCalled();
  });

  it("does not count on while the screen is being opened, nor past the end", async () => {
    player.play();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(player.position()).toBe(0);
    await opens();
    await vi.advanceTimersByTimeAsync(90_000);
    expect(player.position()).toBe(60_000);
  });

  it("begins anew after the end", async () => {
    player.play();
    await opens();
    await vi.advanceTimersByTimeAsync(60_000);
    far.send(
      JSON.stringify({
        type: "ended",
        reason: { en: "It is over.", fr: "C'est fini." },
        hint: null,
        returns: false,
      }),
    );
    await settle();
    expect(player.playing).toBe(false);
    player.play();
    await opens();
    expect(replay.mock.lastCall?.[0]).toBe(0);
  });
});
