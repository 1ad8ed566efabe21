import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Lab, startLab } from "../../src/lab/process/start.ts";
import { describeCounterpart, findCounterpart } from "./counterpart.ts";

const limit = 30_000;
let folder: string;
let lab: Lab;
let password: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "passerelle-amt-"));
  const template = new URL("../../resources/lab/atelier.yaml", import.meta.url);
  lab = await startLab({ folder, speed: 20, seed: 1, hosts: 0, bouncePort: 0, template });
  password = await readFile(join(folder, "secrets/amt-password"), "utf8");
});
afterAll(async () => {
  await lab?.close();
  await rm(folder, { recursive: true });
});

const port = (name: string) => String(lab.ports.get(name));
const transfer = "http://schemas.xmlsoap.org/ws/2004/09/transfer";
const schema = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2";

/** A request as DSP0226 writes it, put down here once more by hand. */
function request(className: string, action: string, body = ""): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><Header><a:Action>${action}</a:Action><a:To>/wsman</a:To>
<w:ResourceURI>${schema}/${className}</w:ResourceURI><a:MessageID>1</a:MessageID><a:ReplyTo>
<a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>
<w:OperationTimeout>PT60S</w:OperationTimeout></Header><Body>${body}</Body></Envelope>`;
}

/** Runs a program with standard input and gives what it wrote on both streams. */
function run(program: string, words: string[], input: string, environment: NodeJS.ProcessEnv = {}) {
  return new Promise<string>((resolve, reject) => {
    const child = spawn(program, words, { env: { ...process.env, ...environment }, timeout: limit });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (bytes: Buffer) => {
        output += bytes;
      });
    }
    child.once("error", reject);
    child.once("close", () => resolve(output));
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

describeCounterpart(
  "curl against the lab's AMT",
  findCounterpart(["curl"], ["--version"], /^curl (\S+)/m),
  () => {
    const curl = (name: string, body: string, secret: string, more: string[] = []) =>
      run(
        "curl",
        // The password goes over a configuration on standard input, where no list of processes shows it.
        [
          "--config",
          "-",
          "--silent",
          "--digest",
          "--max-time",
          "20",
          "--write-out",
          "\n%{http_code}",
          ...more,
        ],
        [
          `user = "admin:${secret.replace(/["\\]/g, "\\$&")}"`,
          `url = "${more.length > 0 ? "https" : "http"}://127.0.0.1:${port(name)}/wsman"`,
          `data = "${body.replace(/["\\]/g, "\\$&").replace(/\n/g, "")}"`,
          'header = "content-type: application/soap+xml;charset=utf-8"',
        ].join("\n"),
      );
    const readPower = request("CIM_AssociatedPowerManagementService", `${transfer}/Get`);

    test("reads the power state with the right password", async () => {
      const answer = await curl("amt tower-a", readPower, password);
      expect(answer).toContain("<h:PowerState>2</h:PowerState>");
      expect(answer).toMatch(/\n200$/);
    });

    test("is refused with the wrong one", async () => {
      expect(await curl("amt tower-a", readPower, "Wrong-Words-1")).toMatch(/^\s*401$/);
    });

    test("speaks TLS with a tower whose firmware answers nowhere else", async () => {
      const answer = await curl("amt tower-b", readPower, password, ["--insecure"]);
      expect(answer).toMatch(/<\/a:Envelope>\n200$/);
    });

    test("gets a fault with status 400 for what the firmware does not have", async () => {
      const answer = await curl("amt tower-a", request("CIM_Nothing", `${transfer}/Get`), password);
      expect(answer).toContain("DestinationUnreachable");
      expect(answer).toMatch(/\n400$/);
    });
  },
);

describeCounterpart(
  "amtterm against the lab's AMT",
  findCounterpart(["amtterm", "script"], ["-h"], /release (\S+?),/),
  () => {
    /** Runs amtterm on a terminal of its own and types each line once the words before it were seen. */
    function talk(secret: string, lines: [seen: string, typed: string][]): Promise<string> {
      return new Promise((resolve, reject) => {
        const command = `amtterm 127.0.0.1 ${port("amt-redirection tower-a")}`;
        const child = spawn("script", ["-qec", command, "/dev/null"], {
          env: { ...process.env, AMT_PASSWORD: secret },
          timeout: limit,
        });
        let output = "";
        let from = 0;
        const waiting = [...lines];
        child.stdout.on("data", (bytes: Buffer) => {
          output += bytes;
          for (const [seen, typed] of waiting) {
            const at = output.indexOf(seen, from);
            if (at < 0) break;
            from = at + seen.length;
            waiting.shift();
            child.stdin.write(typed);
            break;
          }
        });
        child.once("error", reject);
        child.once("close", () => resolve(output));
      });
    }

    test("logs in, works in the machine's shell and leaves", async () => {
      const visitor = await readFile(join(folder, "secrets/host-password"), "utf8");
      const output = await talk(password, [
        ["tower-a login: ", "ops\r"],
        ["Password: ", `${visitor}\r`],
        ["ops@tower-a:~$ ", "echo $((6*7)); hostname\r"],
        ["42", "exit\r"],
        ["tower-a login: ", "\u001d"],
      ]);
      expect(output).toContain("serial-over-lan redirection ok");
      expect(output).toMatch(/42\r+\n.*tower-a\r+\n/s);
      expect(output).not.toContain("EOF from socket");
      await expect.poll(() => lab.world.machine("tower-a").management?.open.size).toBe(0);
    });

    test("is refused with the wrong password", async () => {
      expect(await talk("Wrong-Words-1", [])).toContain("session authentication failed");
    });

    test("sees the machine start", async () => {
      const seen = talk(password, [["Welcome to Debian", "\u001d"]]);
      await expect.poll(() => lab.world.machine("tower-a").management?.open.size).toBe(1);
      lab.world.reset("tower-a");
      const output = await seen;
      expect(output).toContain("Memory     65536 MB tested");
      expect(output).toContain("Linux version");
    });
  },
);
