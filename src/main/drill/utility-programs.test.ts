import { EventEmitter } from "node:events";
import { afterEach, describe, expect, it, vi } from "vitest";
import { hearOrders, utilityOrders, utilityPrograms } from "./utility-programs.ts";

afterEach(() => {
  vi.useRealTimers();
});

function fakeFork(endsInOrder: boolean) {
  const forked: (readonly string[])[] = [];
  const told: unknown[] = [];
  const stdout = new EventEmitter();
  const exits = new EventEmitter();
  let killed = 0;
  const fork = (program: string, words: readonly string[]) => {
    forked.push([program, ...words]);
    return {
      stdout,
      once: (event: "exit", listener: () => void) => exits.once(event, listener),
      postMessage(message: unknown) {
        told.push(message);
        if (message === utilityOrders.end && endsInOrder) queueMicrotask(() => exits.emit("exit"));
      },
      kill() {
        killed += 1;
        exits.emit("exit");
        return true;
      },
    };
  };
  return { fork, forked, told, stdout, exits, killed: () => killed };
}

describe("a program in a utility process", () => {
  it("is given its words but the one about standard input, and heard line by line however they are cut", () => {
    const { fork, forked, stdout } = fakeFork(true);
    const program = utilityPrograms(fork)("lab.js", ["start", "--with-parent", "--sites", "regions"]);
    expect(forked).toEqual([["lab.js", "start", "--sites", "regions"]]);
    const lines: string[] = [];
    program.onLine((line) => lines.push(line));
    for (const byte of Buffer.from('{"link":"é"}\n{"a":1}\nrest')) stdout.emit("data", Uint8Array.of(byte));
    expect(lines).toEqual(['{"link":"é"}', '{"a":1}']);
  });

  it("is asked for a link and to end, and killed only where it does not", async () => {
    const well = fakeFork(true);
    const program = utilityPrograms(well.fork)("cli.js", []);
    program.nudge();
    await program.stop();
    await program.exited;
    expect([well.told, well.killed()]).toEqual([[utilityOrders.nudge, utilityOrders.end], 0]);
    vi.useFakeTimers();
    const stuck = fakeFork(false);
    const ended = utilityPrograms(stuck.fork)("cli.js", []).stop();
    await vi.advanceTimersByTimeAsync(10_000);
    await ended;
    expect(stuck.killed()).toBe(1);
  });
});

it("a program hears the orders of its parent where it is a utility process, and nothing else it is sent", () => {
  const heard: string[] = [];
  const orders = { nudge: () => heard.push("nudge"), end: () => heard.push("end") };
  expect(hearOrders(orders, {})).toBe(false);
  const parentPort = new EventEmitter();
  expect(hearOrders(orders, { parentPort })).toBe(true);
  for (const data of [utilityOrders.nudge, "words", null, utilityOrders.end])
    parentPort.emit("message", { data });
  expect(heard).toEqual(["nudge", "end"]);
});
