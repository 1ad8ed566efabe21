import { afterEach, describe, expect, it } from "vitest";
import { scaledClock } from "../world/clock.ts";
import { Interrupted } from "./process.ts";
import { recordedScripts } from "./recorded/recorded-scripts.ts";
import { TestMachine } from "./testing.ts";

const machine = new TestMachine();
afterEach(() => expect(machine.failures).toEqual([]));

describe("Shell", () => {
  it.each(recordedScripts())("does as a real shell: $script", async ({ script, output, status }) => {
    const quick = new TestMachine("tower-a", scaledClock(10_000, Date.UTC(2025, 0, 6)));
    const result = await quick.run(`cd /tmp; ${script}`);
    expect({ output: result.output, status: result.status }).toEqual({ output, status });
    const fromInput = await quick.run("cd /tmp; sh -s", { input: `${script}\n` });
    expect({ output: fromInput.output, status: fromInput.status }).toEqual({ output, status });
    expect(quick.failures).toEqual([]);
    quick.world.close();
  });

  it.each([
    ["cd /proc && echo *up*; cd - >/dev/null; pwd; echo ~ ~root", "uptime\n/home/ops\n/home/ops /root\n"],
    ["command -v df cat; type cd", "/usr/bin/df\ncd is a shell builtin\n"],
    [
      "echo 'echo $1 from file' > /tmp/s; chmod +x /tmp/s; /tmp/s one; . /tmp/s",
      "one from file\nfrom file\n",
    ],
    ["sudo -n id -u; id -u; sudo -n cat /etc/shadow | head -c 6", "0\n1000\nroot:*"],
  ])("knows its machine: %s", async (script, output) => {
    expect((await machine.run(script)).output).toBe(output);
  });

  it.each<[script: string, status: number, error: string]>([
    ["nosuch", 127, "sh: nosuch: not found\n"],
    ["/etc/hosts", 126, "sh: /etc/hosts: Permission denied\n"],
    ["exit 7", 7, ""],
    ["set -u; echo $nothing", 2, "sh: nothing: parameter not set\n"],
    [`echo $${"{x:?needed}"}`, 2, "sh: x: needed\n"],
    ["echo $((1/0))", 2, "sh: division by zero\n"],
    ["cat < /nothing", 2, "sh: cannot open /nothing: No such file or directory\n"],
    ["if", 2, "sh: Syntax error: end of file unexpected\n"],
    ["echo x > /etc/x", 2, "sh: cannot open /etc/x: Permission denied\n"],
    ["readonly r=1; r=2", 2, "sh: r: is read only\n"],
    ["echo hi >&9", 2, "sh: 9: Bad file descriptor\n"],
    ["constructor; toString", 127, "sh: constructor: not found\nsh: toString: not found\n"],
  ])("ends '%s' with %i", async (script, status, error) => {
    const result = await machine.run(script);
    expect({ status: result.status, error: result.error }).toEqual({ status, error });
  });

  it("runs a script from its standard input command by command, and leaves it the rest to read", async () => {
    const script = 'echo one\nread -r line\nthis is data\necho "got $line"\nexit 5\necho never\n';
    const result = await machine.run("sh -s", { input: script });
    expect(result).toEqual({ status: 5, output: "one\ngot this is data\n", error: "" });
  });

  it("ends an endless producer when nobody reads any more", async () => {
    expect((await machine.run("yes | head -n 2")).output).toBe("y\ny\n");
    expect((await machine.run("while :; do echo x; done | head -c 4")).output).toBe("x\nx\n");
    expect((await machine.run("cat /dev/zero | head -c 10 | wc -c")).output).toBe("10\n");
  });

  it.each([
    ["a loop that never waits", "while :; do :; done"],
    ["a program that writes for ever", "yes > /dev/null"],
    ["a pipeline", "yes | cat | cat > /dev/null"],
    ["a sleep in a function in a subshell", "f() { sleep 1000; }; (f)"],
    ["awk", "awk 'BEGIN { while (1) x++ }'"],
    ["a read without input", "cat /dev/zero | while :; do read x < /dev/zero; done"],
  ])("stops %s at once when it is told to", async (_what, script) => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Interrupted(130)), 30);
    await expect(machine.run(script, { signal: stop.signal })).rejects.toBeInstanceOf(Interrupted);
  });

  it.each([
    ["f() { f; }; f", "recursion"],
    ["echo 'sh /tmp/again' > /tmp/again; sh /tmp/again", "Cannot fork"],
    ["f() { f | f; }; f", "Cannot fork"],
    ["x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done", "out of memory"],
    ["cat /dev/zero > /tmp/full", "No space left on device"],
  ])("has an end to %j", async (script, reason) => {
    const result = await machine.run(script);
    expect(result.error).toContain(reason);
    expect(result.status).not.toBe(0);
    await machine.run("rm -f /tmp/full /tmp/again");
  });

  it("loses what runs, and temporary files, with the power", async () => {
    await machine.run("echo x > /tmp/x; echo y > ~/y");
    const running = machine.run("sleep 1000; echo never");
    await new Promise((resolve) => setImmediate(resolve));
    machine.shell.lostPower();
    await expect(running).rejects.toBeInstanceOf(Interrupted);
    expect((await machine.run("cat /tmp/x ~/y; ps")).output).toMatch(/^y\n(?!.*sleep)/s);
  });
});
