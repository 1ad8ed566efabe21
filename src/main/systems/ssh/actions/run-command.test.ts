import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { actionContext } from "../testing/action-context.ts";
import { accessTo, FakeClock } from "../testing/estate.ts";
import { answered, type FakeAnswer, FakeReach, localShell, reachError } from "../testing/fake-reach.ts";
import { shells } from "../testing/shells.ts";
import { commandScript, runCommandAction } from "./run-command.ts";

const parts = { offers: () => true, onChanged: () => undefined };
const input = { command: "true", deadlineSeconds: 60 };

function setUp(answer: FakeAnswer, clock = new FakeClock()) {
  const action = runCommandAction(accessTo(new FakeReach(answer), clock), parts);
  return { action, ...actionContext("tower-a") };
}
async function run(answer: FakeAnswer, command: Partial<typeof input> = {}, clock = new FakeClock()) {
  const { action, context, trail } = setUp(answer, clock);
  const wanted = { ...input, ...command };
  const probe = await action.probe(context, wanted);
  const applied = await action.apply(context, wanted, probe);
  return { trail, applied, verified: await action.verify(context, wanted, probe, applied) };
}
const environment = { PATH: process.env.PATH ?? "/usr/bin:/bin" };

describe.each(shells.map((shell) => ({ shell, name: shell.join(" ") })))(
  "a command in $name",
  ({ shell }) => {
    it("gives its output live and is proven by exit code 0", async () => {
      const { trail, applied, verified } = await run(localShell(shell, environment), {
        command: 'echo one; echo "it\'s two" >&2',
      });
      expect(trail).toMatchObject({ committed: 1, output: "one\n", error: "it's two\n" });
      expect(verified.proven).toBe(true);
      expect(applied.data).toMatchObject({
        exitCode: 0,
        outputBytes: 13,
        outputSha256: createHash("sha256").update("one\n").digest("hex"),
      });
      expect(JSON.stringify(applied.data)).not.toContain("two");
    });
    it("is disproven by another code", async () => {
      const { verified } = await run(localShell(shell, environment), { command: "exit 7" });
      expect(verified).toMatchObject({ proven: false, disproven: true, data: { exitCode: 7 } });
      expect(verified.text.en).toContain("exit code 7");
    });
    it("has no input and cannot break out of the script that carries it", async () => {
      const quiet = await run(localShell(shell, environment), { command: "cat; echo end" });
      expect(quiet.trail.output).toBe("end\n");
      const unbalanced = await run(localShell(shell, environment), {
        command: "echo out; }; echo escaped; {",
      });
      expect(unbalanced.verified.proven).toBe(false);
      expect(unbalanced.trail.output).not.toContain("escaped");
    });
  },
);

/** What ends a command is timeout(1), of which there are two kinds: BusyBox's and the others'. */
const timeouts = [shells[0], shells.find(([program]) => program === "busybox")].filter(
  (shell) => shell !== undefined,
);

describe.each(timeouts.map((shell) => ({ shell, name: shell.join(" ") })))(
  "a long command in $name",
  ({ shell }) => {
    it("is ended by the host when its time is up", async () => {
      const clock = new FakeClock();
      const answer: FakeAnswer = async (...asked) => {
        const executed = await localShell(shell, environment)(...asked);
        clock.at += 1000;
        return executed;
      };
      const { verified } = await run(answer, { command: "sleep 30", deadlineSeconds: 1 }, clock);
      expect(verified.proven).toBe(false);
      expect(verified.text.en).toBe("The host ended the command after 1 s.");
    });
  },
);

describe("commandScript", () => {
  it.runIf(shells.length > 0)("runs nothing when it is cut short anywhere before its last line", () => {
    const script = commandScript("echo 'it ran'", 5);
    for (let length = 0; length <= script.lastIndexOf("\n}"); length += 3) {
      const { stdout } = spawnSync("sh", ["-s"], { input: script.slice(0, length), encoding: "utf8" });
      expect(stdout).toBe("");
    }
    expect(spawnSync("sh", ["-s"], { input: script, encoding: "utf8" }).stdout).toBe("it ran\n");
  });
});

describe("run-command", () => {
  it("has changed nothing when the host cannot be reached, and may have when the connection breaks", async () => {
    const unreachable = setUp(() => {
      throw reachError("reach.unreachable");
    });
    await expect(
      unreachable.action.apply(unreachable.context, input, await probe(unreachable)),
    ).rejects.toThrow();
    expect(unreachable.trail.committed).toBe(0);
    const lost = setUp((_target, _command, options) => {
      options.onStarted?.();
      throw reachError("reach.connection-lost");
    });
    await expect(lost.action.apply(lost.context, input, await probe(lost))).rejects.toThrow();
    expect(lost.trail.committed).toBe(1);
    expect((await lost.action.settle(lost.context, input, await probe(lost))).effect).toBe("unknown");
  });
  it("is told to the journal with what was dropped of its output", async () => {
    const { applied } = await run((_target, _command, options) => {
      options.onOutput?.("output", "é".repeat(10));
      return answered("é".repeat(10), { truncated: true });
    });
    expect(applied.data).toMatchObject({ outputBytes: 20, truncated: true });
  });
  it("says which signal ended it", async () => {
    const { verified } = await run(() => answered("", { exitCode: null, signal: "KILL" }));
    expect(verified).toMatchObject({ proven: false, disproven: true, data: { signal: "KILL" } });
  });
  it("is not disproven by a host that does not say how it ended", async () => {
    const { verified } = await run(() => answered("", { exitCode: null, signal: null }));
    expect(verified.proven).toBe(false);
    expect(verified.disproven).toBeUndefined();
  });
  it("refuses empty commands, zero bytes and absurd deadlines", () => {
    const { action } = setUp(() => answered(""));
    for (const wrong of [{ command: " " }, { command: "a\0b" }, { command: "a", deadlineSeconds: 0 }, {}]) {
      expect(action.input.safeParse(wrong).success).toBe(false);
    }
    expect(action.input.parse({ command: "uptime" })).toEqual({ command: "uptime", deadlineSeconds: 60 });
  });
});

function probe({ action, context }: ReturnType<typeof setUp>) {
  return action.probe(context, input);
}
