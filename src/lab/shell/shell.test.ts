import { afterEach, describe, expect, it } from "vitest";
import { scaledClock } from "../world/clock.ts";
import { Interrupted } from "./process.ts";
import { TestMachine } from "./testing.ts";

const machine = new TestMachine();
afterEach(() => expect(machine.failures).toEqual([]));

describe("Shell", () => {
  it.each<[script: string, output: string]>([
    ["echo a  b 'c  d' \"e  f\"", "a b c  d e  f\n"],
    ['x=\'a b\'; for i in $x "$x"; do echo "<$i>"; done', "<a>\n<b>\n<a b>\n"],
    ['set -- 1 \'2 3\'; for i in "$@"; do echo "[$i]"; done; echo $# "$*"', "[1]\n[2 3]\n2 1 2 3\n"],
    ['set --; for i in "$@"; do echo never; done; echo ${1-none}', "none\n"],
    [
      "x=/usr/lib/a.tar.gz; echo ${x##*/} ${x%.*} ${x%%.*} ${x#/*/} ${#x}",
      "a.tar.gz /usr/lib/a.tar /usr/lib/a lib/a.tar.gz 17\n",
    ],
    ['echo ${u:-d} ${u:=e} $u ${u:+f} "${n+g}"', "d e e f \n"],
    ["for d in ${none:-a b}; do echo $d; done", "a\nb\n"],
    ['IFS=:; p=a::b; for i in $p; do echo "<$i>"; done', "<a>\n<>\n<b>\n"],
    [
      "echo $((2+3*4)) $(( (1<<4) | 3 )) $((7/2)) $((-7%3)) $((1?10:20)) $((010)) $((0xff))",
      "14 19 3 -1 10 8 255\n",
    ],
    [
      "i=0; while [ $i -lt 5 ]; do i=$((i+1)); [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done",
      "1\n3\n",
    ],
    ["f() { local v=in; echo $v $1 $#; return 4; }; v=out; f x y; echo $? $v", "in x 2\n4 out\n"],
    [
      "case abc in a?c) echo one;; *) echo two;; esac; case x in [!x]) echo no;; *) echo yes;; esac",
      "one\nyes\n",
    ],
    ["(cd /etc; x=1; pwd); pwd; echo ${x-unset}", "/etc\n/home/ops\nunset\n"],
    ['echo a | { read x; echo "got $x"; }', "got a\n"],
    ["printf 'a b c\\nd\\n' | while read -r x rest; do echo \"$x-$rest\"; done", "a-b c\nd-\n"],
    ["cat <<E\n$((1+1)) \\$x `echo q`\nE\ncat <<'E'\n$x\nE", "2 $x q\n$x\n"],
    ["echo out; echo err >&2; { echo both; echo to >&2; } 2>&1 | cat", "out\nboth\nto\n"],
    ["echo x > /tmp/t; echo y >> /tmp/t; cat < /tmp/t; rm /tmp/t", "x\ny\n"],
    ["false || echo or; true && echo and; ! true; echo $?", "or\nand\n1\n"],
    ["set -e; if false; then :; fi; false || true; echo on; false; echo never", "on\n"],
    ["trap 'echo bye' EXIT; echo hi; exit 3", "hi\nbye\n"],
    ['x=$(echo a; echo; echo); echo "[$x]"', "[a]\n"],
    ["eval 'y=1; echo $y'; echo $y", "1\n1\n"],
    ["X=1 sh -c 'echo $X'; echo ${X-unset}", "1\nunset\n"],
    ["exec 3>/tmp/three; echo in >&3; exec 3>&-; cat /tmp/three", "in\n"],
    ["echo /etc/host* /nothing*", "/etc/hostname /etc/hosts /nothing*\n"],
    ["echo \"a\\$b\" 'a\\q' a\\ b $ a$", "a$b a\\q a b $ a$\n"],
    ["sh -c 'echo $0 $1' name first", "name first\n"],
    [
      "echo 'echo $1 from file' > /tmp/s; chmod +x /tmp/s; /tmp/s one; . /tmp/s",
      "one from file\nfrom file\n",
    ],
    ["cd /proc && echo *up*; cd - >/dev/null; pwd", "uptime\n/home/ops\n"],
    [
      "command -v df cat; command -v nosuch || echo none; type cd",
      "/usr/bin/df\nnone\ncd is a shell builtin\n",
    ],
    ["sleep 1 & wait; echo done", "done\n"],
    ["unset HOME; echo ~ ~root", "/home/ops /root\n"],
    ["case $- in *u*) echo u;; *) echo none;; esac", "none\n"],
  ])("%s", async (script, output) => {
    const quick = new TestMachine("tower-a", scaledClock(10_000, Date.UTC(2025, 0, 6)));
    const result = await quick.run(script);
    expect(result.output).toBe(output);
    expect(quick.failures).toEqual([]);
    quick.world.close();
  });

  it.each<[script: string, status: number, error: string]>([
    ["nosuch", 127, "sh: nosuch: not found\n"],
    ["/etc/hosts", 126, "sh: /etc/hosts: Permission denied\n"],
    ["exit 7", 7, ""],
    ["set -u; echo $nothing", 2, "sh: nothing: parameter not set\n"],
    ["echo ${x:?needed}", 2, "sh: x: needed\n"],
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
