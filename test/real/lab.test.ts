import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LabControl } from "../../src/lab/control.ts";
import { recordedScripts } from "../../src/lab/shell/recorded/recorded-scripts.ts";
import { describeCounterpart, findCounterpart } from "./counterpart.ts";

const limit = 30_000;

interface Ended {
  status: number | null;
  output: string;
  error: string;
}

/** Runs a program to its end with the given standard input. */
function run(
  program: string,
  words: string[],
  input = "",
  environment: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { env: { ...process.env, ...environment }, timeout: limit });
    const ended: Ended = { status: null, output: "", error: "" };
    child.stdout.on("data", (bytes: Buffer) => {
      ended.output += bytes;
    });
    child.stderr.on("data", (bytes: Buffer) => {
      ended.error += bytes;
    });
    child.once("error", reject);
    child.once("close", (status) => resolve({ ...ended, status }));
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

describeCounterpart(
  "OpenSSH client against the lab",
  findCounterpart(["ssh", "sftp", "scp", "ssh-keyscan"], ["-V"], /OpenSSH_(\S+?),? /),
  () => {
    let folder: string;
    let lab: ChildProcess;
    let control: LabControl;
    let configuration: string;
    let environment: NodeJS.ProcessEnv;
    const ssh = (words: string[], input = "") =>
      run("ssh", ["-F", configuration, "-o", "ConnectTimeout=10", ...words], input, environment);
    const portOf = async (id: string) =>
      String((await control.status()).machines.find((machine) => machine.id === id)?.port);

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "passerelle-lab-"));
      const state = join(folder, "state");
      const entry = new URL("../../src/lab/index.ts", import.meta.url).pathname;
      lab = spawn(process.execPath, [entry, "start", "--folder", state, "--speed", "20", "--with-parent"], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      const { stdout } = lab;
      if (!stdout) throw new Error("no output");
      const line = await new Promise<string>((resolve, reject) => {
        createInterface({ input: stdout }).once("line", resolve);
        lab.once("exit", () => reject(new Error("the lab ended")));
      });
      control = new LabControl(JSON.parse(line).control);
      const answer = join(folder, "answer");
      // OpenSSH asks a program for passphrases and passwords when there is no terminal (ssh(1), SSH_ASKPASS).
      writeFileSync(
        answer,
        `#!/bin/sh\ncase "$1" in *passphrase*) cat '${state}/secrets/bounce-passphrase';; *) cat '${state}/secrets/host-password';; esac\n`,
        { mode: 0o700 },
      );
      environment = { SSH_ASKPASS: answer, SSH_ASKPASS_REQUIRE: "force", SSH_AUTH_SOCK: "" };
      configuration = join(folder, "config");
      writeFileSync(
        configuration,
        [
          "User ops",
          "IdentitiesOnly yes",
          `IdentityFile ${state}/keys/ops_ed25519`,
          `UserKnownHostsFile ${state}/known_hosts`,
          "GlobalKnownHostsFile none",
          "StrictHostKeyChecking yes",
          "NumberOfPasswordPrompts 1",
          "Host bounce",
          "HostName 127.0.0.1",
          `Port ${await portOf("bounce")}`,
          "",
        ].join("\n"),
      );
    });
    afterAll(async () => {
      const ended = new Promise((resolve) => lab.once("exit", resolve));
      lab.stdin?.end();
      await ended;
      rmSync(folder, { recursive: true });
    });

    test("ssh -J runs a command behind the bounce and gives its status", async () => {
      const ended = await ssh(
        ["-J", "bounce", "192.0.2.10", "hostname; echo $SSH_CONNECTION; cat; exit 7"],
        "given\n",
      );
      expect(ended.output).toMatch(/^tower-a\n192\.0\.2\.1 \d+ 192\.0\.2\.10 22\ngiven\n$/);
      expect(ended.status).toBe(7);
    });

    test("ssh -tt opens a terminal", async () => {
      const ended = await ssh(["-tt", "-J", "bounce", "192.0.2.21"], "tty; echo $((6*7))\nexit 5\n");
      expect(ended.output).toContain("ops@web-1:~$ ");
      expect(ended.output).toContain("/dev/pts/0\r\n42\r\n");
      expect(ended.status).toBe(5);
    });

    test("ssh refuses a host that is not in known_hosts, and a changed key loudly", async () => {
      expect((await ssh(["-J", "bounce", "192.0.2.31", "true"])).error).toContain(
        "Host key verification failed",
      );
      await control.fault("wrong-host-key", "tower-a");
      const changed = await ssh(["-J", "bounce", "192.0.2.10", "true"]);
      await control.clear();
      expect(changed.error).toContain("REMOTE HOST IDENTIFICATION HAS CHANGED");
      expect(changed.status).toBe(255);
    });

    test("ssh says that the password is wrong", async () => {
      await control.fault("wrong-password", "web-1");
      const refused = await ssh(["-J", "bounce", "192.0.2.21", "true"]);
      await control.clear();
      expect(refused.error).toContain("Permission denied");
    });

    test("ssh -W to a forbidden address is refused", async () => {
      const refused = await ssh(["-W", "198.51.100.9:22", "bounce"]);
      expect(refused.error).toContain("administratively prohibited");
      expect(refused.status).toBe(255);
    });

    test("sftp and scp are refused cleanly", async () => {
      const file = join(folder, "file");
      writeFileSync(file, "words");
      const words = ["-F", configuration, "-J", "bounce"];
      const sftp = await run("sftp", [...words, "192.0.2.10"], "ls\n", environment);
      expect(sftp.error).toContain("subsystem request failed");
      const scp = await run("scp", [...words, file, "192.0.2.10:/tmp/"], "", environment);
      expect(scp.error).toContain("subsystem request failed");
      const old = await run("scp", ["-O", ...words, file, "192.0.2.10:/tmp/"], "", environment);
      expect(old.error).toContain("not found");
      expect([sftp.status, scp.status, old.status]).not.toContain(0);
      expect((await ssh(["-J", "bounce", "192.0.2.10", "ls /tmp"])).output).toBe("");
    });

    test("ssh-keyscan prints the host keys that known_hosts holds", async () => {
      const port = await portOf("bounce");
      const scanned = await run("ssh-keyscan", ["-T", "5", "-t", "ed25519", "-p", port, "127.0.0.1"]);
      const known = readFileSync(join(folder, "state/known_hosts"), "utf8").split("\n");
      expect(known).toContain(scanned.output.trim());
    });

    test("ssh loses its connection at a reboot and finds another boot afterwards", async () => {
      const bootId = "cat /proc/sys/kernel/random/boot_id";
      const before = await ssh(["-J", "bounce", "192.0.2.11", `${bootId}; sudo -n reboot; sleep 1000`]);
      expect(before.status).toBe(255);
      await expect
        .poll(async () => (await control.status()).machines.find(({ id }) => id === "tower-b")?.power, {
          timeout: limit,
        })
        .toBe("on");
      const after = await ssh(["-J", "bounce", "192.0.2.11", bootId]);
      expect(after.output).toMatch(/^[0-9a-f-]{36}\n$/);
      expect(after.output).not.toBe(before.output);
    });

    test("ssh ends with an error on every way a host can be broken", async () => {
      // Those that never end by themselves are given up soon; the log-in to the bounce is part of that time.
      for (const [fault, words, seconds] of [
        ["garbage", /kex_exchange_identification|banner/, 30],
        ["endless-banner", /timed out|banner|identification/i, 2],
        ["machine-hang", /timed out/, 2],
        ["machine-dead", /open failed/, 30],
      ] as const) {
        await control.fault(fault, "db-1");
        const broken = await ssh(["-o", `ConnectTimeout=${seconds}`, "-J", "bounce", "192.0.2.22", "true"]);
        await control.clear();
        expect([fault, broken.status]).toEqual([fault, 255]);
        expect(broken.error).toMatch(words);
      }
    });
  },
);

describeCounterpart(
  "dash against the lab's shell",
  findCounterpart(["dpkg-query", "dash"], ["-W", "dash"], /^dash\s+(\S+)/m),
  () => {
    test.each(recordedScripts())("$script", async ({ script, output, status }) => {
      const ended = await run("dash", ["-c", `cd /tmp; ${script}`], "", {
        LC_ALL: "C",
        HOME: "/home/ops",
        ENV: "",
      });
      expect({ output: ended.output, status: ended.status }).toEqual({ output, status });
    });
  },
);
