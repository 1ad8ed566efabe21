import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { dnsSystemSchema } from "../../shared/systems/dns.ts";
import { s3SystemSchema } from "../../shared/systems/s3.ts";
import { swiftSystemSchema } from "../../shared/systems/swift.ts";
import { vsphereSystemSchema } from "../../shared/systems/vsphere.ts";
import { checkEstate } from "./check.ts";
import { mostFaults } from "./faults.ts";
import { soundEstate } from "./fixtures/sound-estate.ts";
import { loadEstate } from "./load.ts";
import { configs, EstateFiles } from "./testing/estate-files.ts";

let files: EstateFiles;
let folder: string;
beforeEach(() => {
  files = new EstateFiles();
  ({ folder } = files);
});
afterEach(() => files.remove());

const write = (name: string, source: string | Buffer) => files.write(name, source);
const faultsOf = (source: string | Buffer) => files.faultsOf(source);

/** The sound estate with one edit. */
function edited(from: string, to: string): string {
  expect(soundEstate).toContain(from);
  return soundEstate.replace(from, to);
}

test("a sound estate is read with the defaults of its schemas", async () => {
  const result = await loadEstate(write("estate.yaml", soundEstate), configs);
  expect(result).toMatchObject({
    ok: true,
    estate: {
      name: "Atelier",
      reach: { hops: { bounce: { port: 22 } }, knownHosts: [] },
      systems: { towers: { type: "ssh", every: "30s", hosts: { "tower-a": { kind: "host", port: 22 } } } },
    },
    origin: { folder },
  });
});

test("sites and environments that a vCenter's datacenters and tags stand for must be there", async () => {
  const vcenter = [
    "  vc:",
    "    type: vsphere",
    "    address: vcenter.example",
    "    user: console@vsphere.example",
    "    password: keychain:vc",
    "    datacenters: { East: atelier, West: atelie }",
    "    environments: { category: Environment, tags: { Production: production, Test: producton } }",
  ].join("\n");
  const file = write("vcenter.yaml", soundEstate.replace("systems:\n", `systems:\n${vcenter}\n`));
  const { lines } = await checkEstate(file, { ...configs, vsphere: vsphereSystemSchema });
  expect(lines.map((line) => line.replace(/^.*?:(\d+:\d+) /, "$1 "))).toEqual([
    expect.stringMatching(/^\d+:41 "atelie" is not the name of a site\..*did you mean "atelier"/),
    expect.stringMatching(
      /^\d+:82 "producton" is not the name of an environment\..*did you mean "production"/,
    ),
  ]);
});

test("hops and environments of name servers and records must be there", async () => {
  const names = [
    "  names:",
    "    type: dns",
    "    servers: { one: { address: 192.0.2.53, via: bouncer } }",
    "    zones: { shop: { name: shop.example, servers: [one] } }",
    "    records: { www: { name: www.shop.example, type: A, environment: producton } }",
  ].join("\n");
  const file = write("names.yaml", soundEstate.replace("systems:\n", `systems:\n${names}\n`));
  const { lines } = await checkEstate(file, { ...configs, dns: dnsSystemSchema });
  expect(lines).toEqual([
    expect.stringMatching(/"bouncer" is not the name of a hop\..*did you mean "bounce"/),
    expect.stringMatching(/"producton" is not the name of an environment\..*did you mean "production"/),
  ]);
});

test("sites, hops and environments of storage accounts and buckets must be there, and so must a replication's ends", async () => {
  const storage = (ends: string, other: string) =>
    [
      "  objects:",
      "    type: swift",
      `    ends: { one: { ${ends}login: { method: v1, url: "https://192.0.2.60/auth/v1.0", user: "a:b", password: "keychain:a" } } }`,
      `    replications: { files: { key: "keychain:k", between: [{ end: one, container: a }, { end: ${other}, container: b }] } }`,
      "  depot:",
      "    type: s3",
      "    url: https://192.0.2.61:9000",
      "    accessKey: console",
      '    secretKey: "keychain:depot"',
      "    buckets: { exports: { environment: producton } }",
    ].join("\n");
  const all = { ...configs, swift: swiftSystemSchema, s3: s3SystemSchema };
  const check = async (words: string) =>
    (await checkEstate(write("storage.yaml", soundEstate.replace("systems:\n", `systems:\n${words}\n`)), all))
      .lines;
  expect(await check(storage("via: bouncer, ", "one"))).toEqual([
    expect.stringMatching(/"bouncer" is not the name of a hop\..*did you mean "bounce"/),
    expect.stringMatching(/"producton" is not the name of an environment\..*did you mean "production"/),
  ]);
  expect((await check(storage("", "two"))).join("\n")).toContain("ends stand under `ends`");
});

describe("each fault names its place, what was expected and a near miss", () => {
  const cases: [string, string, string, string][] = [
    [
      "unknown key",
      "via: bounce",
      "vai: bounce",
      '21:5 The key "vai" is not known here. (expected one of type, site, environment, via, allowlist, user, authentication, every, hosts; did you mean "via"?)',
    ],
    [
      "unknown word",
      "supportWindow: gold",
      "supportWindow: golden",
      '4:32 The value of "supportWindow" is not valid. (expected one of gold, silver-6, silver-5; did you mean "gold"?)',
    ],
    [
      "unknown type",
      "type: ssh",
      "type: shh",
      '19:11 "shh" is not a type of system. (expected one of ssh, amt, vnc; did you mean "ssh"?)',
    ],
    [
      "unknown hop",
      "via: bounce",
      "via: bouncer",
      '21:10 "bouncer" is not the name of a hop. (expected the identifier of a hop of this estate; did you mean "bounce"?)',
    ],
    [
      "unknown site",
      "    site: atelier\n    via",
      "    site: atelie\n    via",
      '20:11 "atelie" is not the name of a site. (expected the identifier of a site of this estate; did you mean "atelier"?)',
    ],
    [
      "unknown environment",
      "environment: production",
      "environment: prod",
      '6:42 "prod" is not the name of an environment. (expected the identifier of an environment of this estate; did you mean "production"?)',
    ],
    [
      "unknown allowlist",
      "allowlist: office",
      "allowlist: ofice",
      '14:18 "ofice" is not the name of an allowlist. (expected the identifier of an allowlist of this estate; did you mean "office"?)',
    ],
    [
      "unknown parent",
      "parent: tower-a",
      "parent: tower-b",
      '27:55 "tower-b" is not the name of a host. (expected the identifier of a host of this estate; did you mean "tower-a"?)',
    ],
    [
      "host on itself",
      "parent: tower-a",
      "parent: web-1",
      '27:55 The parents of "web-1" lead back to it. (expected parents that end at a host without one)',
    ],
    [
      "hop through itself",
      "user: operator\n      allowlist",
      "via: bounce\n      user: operator\n      allowlist",
      '13:12 The hop "bounce" is reached through itself. (expected hops that end at one reached directly)',
    ],
    [
      "host named like a hop",
      "tower-a: { address",
      "bounce: { address",
      '26:7 The identifier "bounce" is already taken in 11. (expected an identifier that no other site, hop or host has)',
    ],
    [
      "wrong type",
      "address: bounce.example",
      "address: 12",
      '12:16 The value of "address" is not valid. (expected a host name or an IP address)',
    ],
    [
      "mistyped address",
      "192.0.2.10",
      "192.0.2.300",
      '26:27 The value of "address" is not valid. (expected a host name or an IP address)',
    ],
    [
      "mistyped range",
      "192.0.2.0/24",
      "192.0.2.0/33",
      '9:14 The value of "office[0]" is not valid. (expected an address range such as "192.0.2.0/24" or "2001:db8::/32")',
    ],
    ["no name", "name: Atelier\nenv", "env", '1:1 The key "name" is missing. (expected text)'],
    [
      "mistyped identifier",
      "  towers:",
      "  Towers:",
      '18:3 The key "Towers" is not allowed. (expected an identifier of lower-case letters, digits and hyphens)',
    ],
    [
      "reserved system",
      "  towers:",
      "  bounces:",
      '18:3 The name "bounces" is kept for the console\'s own use. (expected another name for the system)',
    ],
    [
      "wrong zone",
      "Europe/Paris",
      "Europe/Pari",
      '4:66 "Europe/Pari" is not a time zone. (expected an IANA name such as "Europe/Paris"; did you mean "Europe/Paris"?)',
    ],
    [
      "twice the same key",
      "  towers:",
      "  towers: {}\n  towers:",
      '19:3 The key "towers" is already defined on line 18.',
    ],
    ["reserved key", "tower-a: {", "__proto__: {", '26:7 The key "__proto__" is reserved.'],
    [
      "unknown way to log in",
      "- password:",
      "- pasword:",
      '24:9 The key "pasword" is not known here. (expected one of agent, key, passphrase, password, certificate, keyboardInteractive; did you mean "password"?)',
    ],
  ];
  test.each(cases)("%s", async (_, from, to, expected) => {
    expect(await faultsOf(edited(from, to))).toContain(expected);
  });

  test("a host without user or log-in, its own or its system's", async () => {
    const source = soundEstate.replace(/ {4}user: operator\n {4}authentication:\n.*\n/, "");
    const faults = await faultsOf(source);
    expect(faults.filter((line) => line.includes("has no user to log in as"))).toHaveLength(2);
    expect(faults.filter((line) => line.includes("has no way to log in"))).toHaveLength(2);
  });

  test("a host key that no key can have", async () => {
    const key = (last: string) => `SHA256:${"A".repeat(42)}${last}`;
    const withKey = (last: string) =>
      edited("address: 192.0.2.10", `address: 192.0.2.10, hostKey: "${key(last)}"`);
    expect(await faultsOf(withKey("B"))).toEqual([expect.stringContaining("No host key can have this")]);
    expect(await faultsOf(withKey("A"))).toEqual([]);
  });

  test("all faults come at once, in the order of the file, up to a hundred", async () => {
    const hosts = Array.from({ length: 300 }, (_, index) => `      h-${index}: { adress: 192.0.2.1 }\n`);
    const result = await loadEstate(write("estate.yaml", soundEstate + hosts.join("")), configs);
    expect(result.ok ? [] : result.faults).toHaveLength(mostFaults);
    const lines = result.ok ? [] : result.faults.map((fault) => fault.line);
    expect(lines).toEqual(lines.toSorted((one, other) => one - other));
  });

  test("a value is never repeated where a secret may have been written", async () => {
    const source = edited("keychain:towers", "correct-horse-battery").replace(
      "agent: true",
      "password: tr0ub4dor",
    );
    const words = JSON.stringify(
      await loadEstate(write("estate.yaml", source), configs).then((result) => !result.ok && result.faults),
    );
    expect(words).toContain("a secret reference");
    expect(words).not.toMatch(/correct-horse|tr0ub4dor/);
  });

  test("in French too", async () => {
    const { lines } = await checkEstate(
      write("estate.yaml", edited("via: bounce", "via: bouncer")),
      configs,
      "fr",
    );
    expect(lines[0]).toContain(
      "« bouncer » n'est pas le nom d'un rebond. (attendu : l'identifiant d'un rebond de ce parc ; vouliez-vous dire « bounce » ?)",
    );
  });
});

describe("a folder", () => {
  const [head = "", systems = ""] = soundEstate.split(/(?=^systems:)/m);

  test("is joined from its files, hidden folders left out", async () => {
    mkdirSync(join(folder, "systems"));
    mkdirSync(join(folder, ".git"));
    write("estate.yaml", head);
    write("systems/towers.yml", `passerelle: 1\n${systems}`);
    write("sites.yaml", "sites:\n  annexe: { environment: production }\n");
    write(".git/config.yaml", "name: other\n");
    write("notes.txt", "\tnot yaml");
    const result = await loadEstate(folder, configs);
    expect(result).toMatchObject({
      ok: true,
      estate: { sites: { atelier: {}, annexe: {} } },
      origin: { folder },
    });
  });

  test("with a key in two files names both", async () => {
    write("a.yaml", soundEstate);
    write("b.yaml", "sites:\n  annexe: {}\n  atelier: {}\nname: Other\n");
    const { lines } = await checkEstate(folder, configs);
    expect(lines).toEqual([
      `${folder}/b.yaml:3:3 The key "sites.atelier" is already defined in ${folder}/a.yaml:6.`,
      `${folder}/b.yaml:4:1 The key "name" is already defined in ${folder}/a.yaml:2.`,
    ]);
  });

  test("places the faults of each file in that file", async () => {
    write("a.yaml", head);
    write("b.yaml", systems.replace("via: bounce", "via: bounc"));
    const { lines } = await checkEstate(folder, configs);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`${folder}/b.yaml:5:10 "bounc" is not the name of a hop.`);
  });

  test("without YAML, with a loop of links, or too deep is a fault", async () => {
    expect((await checkEstate(folder, configs)).lines.join()).toContain("The folder holds no YAML file.");
    write("estate.yaml", soundEstate);
    symlinkSync(folder, join(folder, "again"));
    expect((await checkEstate(folder, configs)).lines.join()).toContain(
      "leads back to a folder that holds it",
    );
    rmSync(join(folder, "again"));
    mkdirSync(join(folder, ...Array(12).fill("deeper")), { recursive: true });
    expect((await checkEstate(folder, configs)).lines.join()).toContain("nested more than 8 deep");
  });
});
