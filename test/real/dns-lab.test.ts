import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AuthoritativeServer } from "../../src/lab/servers/dns/authoritative-server.ts";
import { CachingResolver } from "../../src/lab/servers/dns/caching-resolver.ts";
import { makeZone } from "../../src/lab/servers/dns/zone.ts";
import { ManualClock } from "../../src/lab/world/clock.ts";
import { dig } from "./bind.ts";
import { describeCounterpart, findCounterpart, findProgram } from "./counterpart.ts";

const run = promisify(execFile);
const limit = 30_000;
const secret = Buffer.from("a secret of thirty-two bytes....");

describeCounterpart(
  "dig and nsupdate against the lab's name servers",
  findCounterpart(["nsupdate", "dig"], ["-V"], /nsupdate (\S+)/),
  () => {
    let folder: string;
    let server: AuthoritativeServer;
    let resolver: CachingResolver;
    let ports: { server: number; resolver: number };
    const clock = new ManualClock();
    let refuses = false;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "passerelle-dns-lab-"));
      const words = "w".repeat(200);
      server = new AuthoritativeServer({
        zones: [
          makeZone(
            "shop.example",
            ["ns.shop.example"],
            [
              { name: "billing.shop.example", type: "CNAME", ttl: 60, value: "east.edge.example" },
              ...["a", "b", "c", "d"].map((each) => ({
                name: "long.shop.example",
                type: "TXT" as const,
                ttl: 60,
                value: each + words,
              })),
            ],
          ),
          makeZone(
            "edge.example",
            ["ns.shop.example"],
            [
              { name: "east.edge.example", type: "A", ttl: 60, value: "192.0.2.10" },
              { name: "east.edge.example", type: "AAAA", ttl: 60, value: "2001:db8::10" },
            ],
          ),
        ],
        isPrimary: true,
        keys: new Map([["ops", secret]]),
        fault: () => (refuses ? "refuses-updates" : null),
        now: Date.now,
      });
      resolver = new CachingResolver({ servers: () => [server], fault: () => null, clock });
      ports = { server: await server.listen(), resolver: await resolver.listen() };
    });
    afterAll(async () => {
      await resolver.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    });

    const nsupdate = async (lines: string[], key = secret, algorithm = "hmac-sha256") => {
      const script = join(folder, "script");
      await writeFile(
        script,
        [`server 127.0.0.1 ${ports.server}`, "zone shop.example", ...lines, "send", ""].join("\n"),
      );
      const given = `${algorithm}:ops:${key.toString("base64")}`;
      await run(findProgram("nsupdate") ?? "", ["-t", "5", "-y", given, script], { timeout: limit });
    };
    const asked = (...words: string[]) => dig(ports.server, ...words);

    test(
      "answers over both transports, cut off where they are too long for a datagram",
      async () => {
        expect(await asked("billing.shop.example", "A")).toBe("east.edge.example.\n192.0.2.10");
        expect(await asked("+tcp", "east.edge.example", "AAAA")).toBe("2001:db8::10");
        expect(await asked("shop.example", "NS")).toBe("ns.shop.example.");
        expect(await asked("shop.example", "SOA")).toMatch(/^ns\.shop\.example\. ops\.shop\.example\. 1 /);
        const whole = await asked("long.shop.example", "TXT");
        expect(whole.split("\n")).toHaveLength(4);
        expect(await asked("+noedns", "+ignore", "long.shop.example", "TXT")).toBe("");
      },
      limit,
    );

    test(
      "takes signed updates on their conditions, and a resolver remembers",
      async () => {
        const resolved = () => dig(ports.resolver, "billing.shop.example", "CNAME");
        expect(await resolved()).toBe("east.edge.example.");
        await nsupdate([
          "prereq yxrrset billing.shop.example. CNAME east.edge.example.",
          "update delete billing.shop.example. CNAME",
          "update add billing.shop.example. 60 CNAME north.edge.example.",
        ]);
        expect(await asked("billing.shop.example", "CNAME")).toBe("north.edge.example.");
        expect(await asked("shop.example", "SOA")).toContain(" 2 ");
        expect(await resolved()).toBe("east.edge.example.");
        clock.advance(61_000);
        expect(await resolved()).toBe("north.edge.example.");
        await nsupdate(["update add fresh.shop.example. 60 A 192.0.2.77"], secret, "hmac-sha512");
        expect(await asked("fresh.shop.example", "A")).toBe("192.0.2.77");
      },
      limit,
    );

    test(
      "refuses what does not hold, is signed with another secret, or is told to be refused",
      async () => {
        const change = ["update add other.shop.example. 60 A 192.0.2.78"];
        await expect(nsupdate(["prereq nxdomain billing.shop.example.", ...change])).rejects.toThrow(
          /YXDOMAIN/,
        );
        await expect(nsupdate(["prereq yxrrset other.shop.example. A", ...change])).rejects.toThrow(
          /NXRRSET/,
        );
        await expect(nsupdate(change, Buffer.from("another secret of some length"))).rejects.toThrow(
          /BADSIG/,
        );
        await expect(nsupdate(["update add www.edge.example. 60 A 192.0.2.1"])).rejects.toThrow(/NOTZONE/);
        refuses = true;
        await expect(nsupdate(change)).rejects.toThrow(/REFUSED/);
        refuses = false;
        expect(await asked("other.shop.example", "A")).toBe("");
      },
      limit,
    );
  },
);
