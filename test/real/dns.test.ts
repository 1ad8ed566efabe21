import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Action } from "../../src/main/actions/action.ts";
import { dataOfWords } from "../../src/main/dns/record-data.ts";
import { dialLoopback, FakeNameServer } from "../../src/main/dns/testing/fake-name-server.ts";
import { contextOf, resource } from "../../src/main/systems/alertmanager/testing/fake-alertmanager.ts";
import { dnsSystem } from "../../src/main/systems/dns/index.ts";
import type { System } from "../../src/main/systems/system.ts";
import type { Observation } from "../../src/shared/resource.ts";
import { dnsSystemSchema } from "../../src/shared/systems/dns.ts";
import { type Bind, dig, startBind, tsigKey } from "./bind.ts";
import { describeCounterpart, findCounterpart, findProgram } from "./counterpart.ts";
import { freePort } from "./free-port.ts";

const run = promisify(execFile);
const limit = 30_000;
const bind9 = findCounterpart(["named", "dig", "nsupdate", "tsig-keygen"], ["-v"], /BIND (\S+)/);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "passerelle-dns-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const shopZone = `$TTL 300
@ IN SOA ns1.shop.example. ops.shop.example. 1 3600 600 86400 60
@ IN NS ns1.shop.example.
@ IN NS ns2.shop.example.
ns1 IN A 127.0.0.1
ns2 IN A 127.0.0.1
www IN CNAME edge.east.example.
mail IN TXT "v=spf1 \\"quoted\\"" "and more"
lost IN CNAME nowhere.east.example.
round IN CNAME about.east.example.
`;
const eastZone = `$TTL 300
@ IN SOA ns1.shop.example. ops.shop.example. 7 3600 600 86400 60
@ IN NS ns1.shop.example.
edge IN A 192.0.2.10
other IN A 192.0.2.20
about IN CNAME round.shop.example.
`;

describeCounterpart("BIND 9 with TSIG against our client", bind9, () => {
  let primary: Bind;
  let secondary: Bind;
  let resolver: Bind;
  let system: System;
  let secrets: Record<string, string>;
  let clockAhead = 0;

  beforeAll(async () => {
    const ports = [await freePort(), await freePort(), await freePort()];
    const [one = 0, two = 0, three = 0] = ports;
    const [ops, strong] = [await tsigKey("ops", "hmac-sha256"), await tsigKey("strong", "hmac-sha512")];
    secrets = { "keychain:ops": ops.secret, "keychain:strong": strong.secret };
    primary = await startBind(join(folder, "one"), {
      port: one,
      options: `recursion no; notify explicit; notify-delay 0; also-notify { 127.0.0.1 port ${two}; };`,
      statements: `${ops.words}${strong.words}
zone "shop.example" { type primary; file "shop"; update-policy { grant ops zonesub ANY; grant strong name other.shop.example. A; }; };
zone "east.example" { type primary; file "east"; };`,
      files: { shop: shopZone, east: eastZone },
      zone: "shop.example",
    });
    secondary = await startBind(join(folder, "two"), {
      port: two,
      options: "recursion no; notify no;",
      statements: `zone "shop.example" { type secondary; file "shop"; primaries { 127.0.0.1 port ${one}; }; };
zone "east.example" { type secondary; file "east"; primaries { 127.0.0.1 port ${one}; }; };`,
      files: {},
      zone: "shop.example",
    });
    resolver = await startBind(join(folder, "three"), {
      port: three,
      options: "recursion yes; empty-zones-enable no;",
      statements: `zone "example" { type forward; forward only; forwarders { 127.0.0.1 port ${one}; }; };`,
      files: {},
      zone: "shop.example",
    });
    const server = (port: number, more: object = {}) => ({ address: "127.0.0.1", port, ...more });
    const config = dnsSystemSchema.parse({
      type: "dns",
      servers: { one: server(one), two: server(two) },
      resolvers: { office: server(three, { transport: "udp" }) },
      keys: {
        ops: { secret: "keychain:ops" },
        strong: { secret: "keychain:strong", algorithm: "hmac-sha512" },
        wrong: { name: "ops", secret: "keychain:strong" },
      },
      zones: {
        shop: { name: "shop.example", servers: ["one", "two"], key: "ops" },
        east: { name: "east.example", servers: ["one", "two"], key: "wrong" },
      },
      records: {
        www: {
          name: "www.shop.example",
          type: "CNAME",
          values: { east: ["edge.east.example"], other: ["other.east.example"] },
        },
        mail: { name: "mail.shop.example", type: "TXT" },
        lost: { name: "lost.shop.example", type: "CNAME" },
        round: { name: "round.shop.example", type: "CNAME" },
        fresh: { name: "fresh.shop.example", type: "A" },
        edge: { name: "edge.east.example", type: "A" },
      },
      propagation: "15s",
    });
    system = dnsSystem.create(config, {
      id: "names",
      reach: { dial: dialLoopback } as never,
      secrets: { resolve: async (reference) => ({ reveal: () => secrets[reference] ?? "" }) },
      questions: {} as never,
      now: () => Date.now() + clockAhead,
    });
  }, limit);
  afterAll(async () => {
    await system.close();
    await Promise.all([primary, secondary, resolver].map((each) => each.stop()));
  });

  async function see(...ids: string[]): Promise<Record<string, Extract<Observation, { facts: object }>>> {
    const seen: Observation[] = [];
    const sink = {
      declare: () => {},
      redeclare: () => {},
      observe: (observations: Observation[]) => void seen.push(...observations),
    };
    await system.observe(sink, AbortSignal.timeout(limit), ids);
    return Object.fromEntries(
      seen.flatMap((each) => ("facts" in each ? [[each.resource.split("/").at(-1), each]] : [])),
    );
  }

  const of = (id: string) => resource(`names/records/${id}`, "dns-record");
  const action = () => system.actions[0] as Action;
  async function change(id: string, input: object) {
    const context = contextOf(of(id));
    const wanted = action().input.parse(input);
    const probe = await action().probe(context, wanted);
    if (probe.state !== "needed") return { probe, context, wanted, proof: null };
    const applied = await action().apply(context, wanted, probe);
    return { probe, context, wanted, proof: await action().verify(context, wanted, probe, applied) };
  }

  test(
    "zones, chains across them, and what is wrong with them, are read as they are",
    async () => {
      const ids = ["www", "mail", "lost", "round"].map((id) => `names/records/${id}`);
      const { www, mail, lost, round, shop } = await see(...ids, "names/zones/shop");
      expect(www?.health).toBe("ok");
      expect(www?.facts).toMatchObject({
        "dns.value": ["edge.east.example"],
        "dns.pointsTo": "east",
        "dns.ttl": 300,
        "dns.agreed": true,
        "dns.chain": ["www.shop.example", "edge.east.example", "192.0.2.10"],
        "dns.staleResolvers": 0,
      });
      expect(mail?.facts["dns.value"]).toEqual(['"v=spf1 \\"quoted\\"" "and more"']);
      expect(lost?.problems.map(({ code }) => code)).toEqual(["dns.chain-broken"]);
      expect(round?.problems.map(({ code }) => code)).toContain("dns.chain-loop");
      expect(shop?.facts["dns.serial"]).toMatch(/^\d+$/);
      expect(await dig(primary.port, "www.shop.example", "CNAME")).toBe("edge.east.example.");
    },
    limit,
  );

  test(
    "a record is changed, proven at both servers, told as stale at the resolver, and changed back",
    async () => {
      await see("names/records/www");
      const { probe, proof, context, wanted } = await change("www", { value: "other" });
      expect(probe.steps?.[1]?.en).toMatch(/may give the old answer for 300 s, until \d{4}-/);
      expect(proof?.proven).toBe(true);
      for (const { port } of [primary, secondary]) {
        expect(await dig(port, "www.shop.example", "CNAME")).toBe("other.east.example.");
      }
      const { www } = await see("names/records/www");
      expect(www?.facts).toMatchObject({ "dns.pointsTo": "other", "dns.staleResolvers": 1 });
      expect(www?.facts["dns.staleUntil"]).toBeGreaterThan(Date.now());
      expect(www?.problems.map(({ code }) => code)).toEqual(["dns.resolver-stale"]);
      expect((await change("www", { value: "other" })).probe.state).toBe("done");
      expect((await action().settle(context, wanted, probe)).effect).toBe("happened");
      expect((await action().undo?.(context, wanted, probe))?.proven).toBe(true);
      expect(await dig(secondary.port, "www.shop.example", "CNAME")).toBe("edge.east.example.");
    },
    limit,
  );

  test(
    "a record that was not there is made with its TTL, and undone it is gone",
    async () => {
      const { probe, proof, context, wanted } = await change("fresh", {
        value: "192.0.2.1,192.0.2.2",
        ttl: 60,
      });
      expect(proof?.proven).toBe(true);
      expect((await dig(secondary.port, "fresh.shop.example", "A")).split("\n").sort()).toEqual([
        "192.0.2.1",
        "192.0.2.2",
      ]);
      expect((await action().undo?.(context, wanted, probe))?.proven).toBe(true);
      expect(await dig(primary.port, "fresh.shop.example", "A")).toBe("");
    },
    limit,
  );

  test(
    "what somebody else changed meanwhile stays, and a wrong key changes nothing",
    async () => {
      const context = contextOf(of("mail"));
      const wanted = action().input.parse({ value: "v=spf1 -all" });
      const probe = await action().probe(context, wanted);
      const script = join(folder, "update");
      await writeFile(
        script,
        `server 127.0.0.1 ${primary.port}\nzone shop.example\nupdate delete mail.shop.example TXT\nupdate add mail.shop.example 300 TXT "theirs"\nsend\n`,
      );
      const key = `hmac-sha256:ops:${secrets["keychain:ops"]}`;
      await run(findProgram("nsupdate") ?? "", ["-y", key, script], { timeout: limit });
      await expect(action().apply(context, wanted, probe)).rejects.toMatchObject({
        code: "dns.changed-meanwhile",
      });
      expect(await dig(primary.port, "mail.shop.example", "TXT")).toBe('"theirs"');
      const [trial] = system.trials?.("keychain:ops") ?? [];
      await trial?.tryLogin(null, AbortSignal.timeout(limit));
      await expect(
        trial?.tryLogin(secrets["keychain:strong"] ?? "", AbortSignal.timeout(limit)),
      ).rejects.toMatchObject({ code: "dns.key-refused" });
      clockAhead = 3_600_000;
      await expect(change("www", { value: "other" })).rejects.toMatchObject({ code: "dns.clock-apart" });
      clockAhead = 0;
      await expect(change("edge", { value: "192.0.2.99" })).rejects.toMatchObject({
        code: "dns.key-refused",
      });
      expect(await dig(primary.port, "edge.east.example", "A")).toBe("192.0.2.10");
    },
    limit,
  );
});

describeCounterpart("nsupdate and dig against our reading of their messages", bind9, () => {
  test(
    "what they sign is taken, what they sign with another secret is not",
    async () => {
      const server = new FakeNameServer("shop.example");
      const secret = Buffer.from("a secret of thirty-two bytes....");
      server.key = { name: "ops", algorithm: "hmac-sha512", secret };
      const data = dataOfWords("A", "192.0.2.1") ?? Buffer.alloc(0);
      server.records = [{ name: "www.shop.example", type: "A", ttl: 300, data }];
      await server.start();
      try {
        const update = async (by: Buffer) => {
          const script = join(folder, "against-ours");
          await writeFile(
            script,
            `server 127.0.0.1 ${server.port}\nzone shop.example\nprereq yxrrset www.shop.example A 192.0.2.1\nupdate delete www.shop.example A\nupdate add www.shop.example 60 A 192.0.2.7\nsend\n`,
          );
          const key = `hmac-sha512:ops:${by.toString("base64")}`;
          await run(findProgram("nsupdate") ?? "", ["-v", "-t", "5", "-y", key, script], { timeout: limit });
        };
        await expect(update(Buffer.from("another secret"))).rejects.toThrow(/BADSIG|NOTAUTH/);
        expect(await dig(server.port, "+tcp", "www.shop.example", "A")).toBe("192.0.2.1");
        await update(secret);
        expect(await dig(server.port, "+tcp", "www.shop.example", "A")).toBe("192.0.2.7");
      } finally {
        await server.stop();
      }
    },
    limit,
  );
});
