import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bea, called, enter, keyOf, minute, SignInBench, signal } from "./testing/sign-in-bench.ts";

let bench: SignInBench;
beforeEach(() => {
  bench = new SignInBench();
});
afterEach(() => bench.close());

describe("the door", () => {
  it("opens sessions where the role is, and what is for all only to who has it everywhere", async () => {
    const opened = await bench.open();
    await enter(opened);
    expect(await called(opened, "terminal.open", { resource: "tower-n" })).toBe("ada");
    expect(await called(opened, "terminal.open", { resource: "tower-s" })).toBe("people.no-right");
    expect(await called(opened, "terminal.open", { resource: "unknown" })).toBe("people.no-right");
    expect(await called(opened, "terminal.open", null)).toBe("people.no-right");
    expect(await called(opened, "logs.open", { resources: ["tower-n", "tower-s"] })).toBe("people.no-right");
    expect(await called(opened, "secrets.set")).toBe("people.no-right");
    await opened.signIn.signIn("one", "bea", keyOf(bea), signal);
    expect(await called(opened, "terminal.open", { resource: "unknown" })).toBe("bea");
    expect(await called(opened, "secrets.set")).toBe("bea");
  });

  it("keeps what goes on after a call in the name of who asked, whoever signs in there meanwhile", async () => {
    const opened = await bench.open();
    await enter(opened);
    let go = () => {};
    const waiting = new Promise<void>((resolve) => {
      go = resolve;
    });
    let later = Promise.resolve("");
    await opened.door.enter({ seat: "one", looksOnly: false }, ["actions", "start"], {}, async () => {
      later = waiting.then(() => opened.callers.current?.name ?? "nobody");
    });
    await opened.signIn.signIn("one", "bea", keyOf(bea), signal);
    go();
    expect(await later).toBe("ada");
  });

  it.each([
    ["set back by an hour", -60 * minute, 10 * minute],
    ["set forward by an hour", 60 * minute, 0],
    ["asleep: the other clock has stood still", 10 * minute, 0],
  ])("locks a window that was left although a clock is %s", async (_how, wall, steady) => {
    const opened = await bench.open({ settings: { idleLock: "10m" } });
    await enter(opened);
    bench.now += 9 * minute;
    bench.tick += 9 * minute;
    opened.signIn.active("one");
    expect(opened.signIn.isLocked("one")).toBe(false);
    bench.now += wall;
    bench.tick += steady;
    opened.signIn.look();
    expect(opened.signIn.view("one").locked).toBe(true);
    expect(await called(opened, "journal.page")).toBe("people.locked");
    // Neither does a clock that is put right open it again.
    bench.now -= wall;
    expect(opened.signIn.isLocked("one")).toBe(true);
    await enter(opened);
    expect(opened.signIn.isLocked("one")).toBe(false);
    expect(bench.written.filter(({ type }) => type === "people.locked")).toHaveLength(1);
  });

  it("leaves a window open whose clock was set back, while somebody works at it", async () => {
    const opened = await bench.open({ settings: { idleLock: "10m" } });
    await enter(opened);
    for (let step = 0; step < 20; step++) {
      bench.now -= 60 * minute;
      bench.tick += 9 * minute;
      expect(opened.signIn.isLocked("one")).toBe(false);
      opened.signIn.active("one");
    }
  });

  it("answers nothing while the window is locked, and shows what it holds back once it is open again", async () => {
    const opened = await bench.open({ settings: { idleLock: "10m" } });
    await enter(opened);
    bench.now += 9 * minute;
    opened.signIn.active("one");
    bench.now += 9 * minute;
    expect(await called(opened, "journal.page")).toBe("ada");
    bench.now += minute;
    expect(await called(opened, "journal.page")).toBe("people.locked");
    expect(await called(opened, "tasks.watch")).toBe("ada");
    // Input at a locked window opens nothing.
    opened.signIn.active("one");
    expect(await called(opened, "procedures.pause")).toBe("people.locked");
    let shown = false;
    const showing = opened.door.shown({ seat: "one", looksOnly: false }, ["journal", "watch"]).then(() => {
      shown = true;
    });
    await Promise.resolve();
    expect(shown).toBe(false);
    await enter(opened);
    await showing;
    expect(await called(opened, "journal.page")).toBe("ada");
    await opened.door.shown({ seat: "wall", looksOnly: true }, ["journal", "watch"]);
  });
});
