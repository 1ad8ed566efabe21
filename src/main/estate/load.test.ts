import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { amtSystemSchema } from "../../shared/systems/amt.ts";
import { dnsSystemSchema } from "../../shared/systems/dns.ts";
import { s3SystemSchema } from "../../shared/systems/s3.ts";
import { sshSystemSchema } from "../../shared/systems/ssh.ts";
import { swiftSystemSchema } from "../../shared/systems/swift.ts";
import { vncSystemSchema } from "../../shared/systems/vnc.ts";
import { vsphereSystemSchema } from "../../shared/systems/vsphere.ts";
import { checkEstate } from "./check.ts";
import { mostFaults } from "./faults.ts";
import { soundEstate } from "./fixtures/sound-estate.ts";
import { loadEstate } from "./load.ts";

const configs = { ssh: sshSystemSchema, amt: amtSystemSchema, vnc: vncSystemSchema };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-estate-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, source: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, source);
  return file;
}

/** The faults of one file as `line:column message`, with the file's own path taken out. */
async function faultsOf(source: string | Buffer): Promise<string[]> {
  const file = write("estate.yaml", source);
  const { lines } = await checkEstate(file, configs);
  return lines.map((line) => line.replaceAll(`${file}:`, ""));
}

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

describe("hard limits", () => {
  test.each([
    ["tabs", "name: x\nsites:\n\tatelier: {}\n", "3:1 A tab is used as indentation. (expected spaces)"],
    [
      "several documents",
      `${soundEstate}---\nname: x\n`,
      '28:1 The file holds several YAML documents. (expected one document, without a second "---")',
    ],
    ["empty", "", "1:1 The file is empty."],
    ["only a comment", "# nothing yet\n", "1:1 The file is empty."],
    ["only a word", "estate\n", "1:1 The file's content is not valid. (expected a map of keys)"],
    ["an anchor in itself", "name: &a [*a]\n", '1:11 The alias "a" stands inside the value that it names.'],
    ["an unknown anchor", "name: *a\n", '1:7 The alias "a" names no anchor before it.'],
    ["a tag", "name: !env HOME\n", "1:7 A YAML tag is not known here. (expected the value without its tag)"],
    ["a list as key", "? [a]\n: b\n", "1:3 A list or a map is used as a key. (expected a word as key)"],
    ["a control character", "name: a\u0000b\n", "1:8 A control character is not allowed here."],
  ])("%s", async (_, source, expected) => {
    expect(await faultsOf(source)).toContain(expected);
  });

  test("invalid UTF-8 is found at its place", async () => {
    const source = Buffer.concat([
      Buffer.from("passerelle: 1\nname: caf"),
      Buffer.from([0xe9]),
      Buffer.from("\n"),
    ]);
    expect(await faultsOf(source)).toEqual(["2:10 The file is not valid UTF-8 here."]);
  });

  test("ten megabytes are refused without being parsed", async () => {
    expect(await faultsOf(Buffer.alloc(10_000_000, "- a\n"))).toEqual(["1:1 The file is larger than 5 MB."]);
  });

  test("anchors that explode are refused", async () => {
    const levels = Array.from({ length: 30 }, (_, level) =>
      level === 0
        ? "a0: &a0 [x, x, x, x, x, x, x, x, x, x]"
        : `a${level}: &a${level} [${Array(10)
            .fill(`*a${level - 1}`)
            .join(", ")}]`,
    );
    expect((await faultsOf(levels.join("\n"))).join("\n")).toContain(
      "The aliases here multiply into too many values.",
    );
  });

  test("values nested without end are refused", async () => {
    for (const source of [
      "[".repeat(200_000),
      "{a: ".repeat(50_000),
      "- ".repeat(20_000),
      `name: ${"[".repeat(60)}${"]".repeat(60)}`,
    ]) {
      expect((await faultsOf(source)).join("\n")).toMatch(/nested/);
    }
  });

  test("a five megabyte file of the smallest values is refused before it is built", async () => {
    expect(await faultsOf(`[${"1,".repeat(2_400_000)}]`)).toEqual(["1:1 The file holds too many values."]);
  });

  test("twenty thousand keys in one map are read in one pass", async () => {
    const hosts = Array.from({ length: 20_000 }, (_, index) => `      h-${index}: { address: 192.0.2.1 }\n`);
    expect(await faultsOf(soundEstate + hosts.join(""))).toEqual([]);
  });

  test("a missing file, a pipe, a loop of links and an unreadable file", async () => {
    const missing = await checkEstate(join(folder, "none.yaml"), configs);
    expect(missing.lines.join()).toContain("The file does not exist.");
    const pipe = join(folder, "pipe.yaml");
    execFileSync("mkfifo", [pipe]);
    expect((await checkEstate(pipe, configs)).lines.join()).toContain("This is not a regular file.");
    const loop = join(folder, "loop.yaml");
    symlinkSync(loop, loop);
    expect((await checkEstate(loop, configs)).lines.join()).toContain("The symbolic link leads to itself.");
  });

  test("a file of somebody else's", async (context) => {
    context.skip(process.getuid?.() === 0, "root may read every file");
    const closed = write("closed.yaml", soundEstate);
    chmodSync(closed, 0o000);
    expect((await checkEstate(closed, configs)).lines.join()).toContain("may not be read by this user");
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

describe("machines with AMT", () => {
  const amt = (lines: string) => `${soundEstate}  remote-hands:
    type: amt
    password: keychain:amt
    machines:
${lines}`;

  test("may be hosts of an ssh system, or machines of their own", async () => {
    const source =
      amt(`      tower-a: { address: 192.0.2.10, tls: { pin: "${"ab:".repeat(31)}cd" }, via: bounce }
      tower-z: { address: 192.0.2.12, port: 8081, tls: true, allowlist: office }
`);
    expect(await loadEstate(write("estate.yaml", source), configs)).toMatchObject({
      ok: true,
      estate: { systems: { "remote-hands": { user: "admin", tls: false, every: "30s" } } },
    });
  });

  test.each([
    ["named like a VM", "web-1: { address: 192.0.2.10 }", /The identifier "web-1" is already taken/],
    ["named like a hop", "bounce: { address: 192.0.2.10 }", /The identifier "bounce" is already taken/],
    [
      "behind a hop that is none",
      "x: { address: 192.0.2.10, via: bunce }",
      /"bunce" is not the name of a hop.*did you mean "bounce"/,
    ],
    ["with a pin that is none", "x: { address: 192.0.2.10, tls: { pin: abc } }", /tls|pin/],
    ["with a user that AMT cannot have", 'x: { address: 192.0.2.10, user: "a:b" }', /AMT user name/],
  ])("%s are told", async (_what, line, fault) => {
    const faults = await faultsOf(amt(`      ${line}\n`));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(fault);
  });

  test("twice, and without a password, are told", async () => {
    const source = `${amt("      tower-a: { address: 192.0.2.10 }\n")}  more-hands:
    type: amt
    machines:
      tower-a: { address: 192.0.2.11 }
`;
    const faults = await faultsOf(source);
    expect(faults.join("\n")).toMatch(/The identifier "tower-a" is already taken/);
    expect(faults.join("\n")).toMatch(/The machine "tower-a" has no AMT password/);
    expect(faults).toHaveLength(2);
  });
});

describe("screens over VNC", () => {
  const vnc = (lines: string) => `${soundEstate}  screens:
    type: vnc
    password: keychain:vnc
    screens:
${lines}`;

  test("may be hosts and VMs of other systems, or VMs of their own", async () => {
    const source = vnc(`      tower-a: { address: 192.0.2.10, port: 5901, via: bounce, allowlist: office }
      web-1: { address: 192.0.2.11, tls: anonymous, user: operator }
      old-vm: { address: 192.0.2.12, parent: tower-a, site: atelier, tls: { pin: "${"ab:".repeat(31)}cd" } }
`);
    expect(await loadEstate(write("estate.yaml", source), configs)).toMatchObject({
      ok: true,
      estate: {
        systems: {
          screens: {
            screens: { "web-1": { port: 5900, kind: "vm" }, "old-vm": { tls: { fromStart: false } } },
          },
        },
      },
    });
  });

  test.each([
    ["named like a site", "atelier: { address: 192.0.2.10 }", /The identifier "atelier" is already taken/],
    ["named like a hop", "bounce: { address: 192.0.2.10 }", /The identifier "bounce" is already taken/],
    [
      "on a host that is none",
      "x: { address: 192.0.2.10, parent: tower-q }",
      /"tower-q" is not the name of a host/,
    ],
    [
      "that live on themselves",
      "x: { address: 192.0.2.10, parent: x }",
      /The parents of "x" lead back to it/,
    ],
    ["with TLS of a kind that is none", "x: { address: 192.0.2.10, tls: maybe }", /tls/],
    ["at a port that is none", "x: { address: 192.0.2.10, port: 70000 }", /port/],
  ])("%s are told", async (_what, line, fault) => {
    const faults = await faultsOf(vnc(`      ${line}\n`));
    expect(faults.join("\n")).toMatch(fault);
    expect(faults).toHaveLength(1);
  });

  test("twice are told, and a circle of parents over two systems", async () => {
    const source = `${vnc("      web-1: { address: 192.0.2.11 }\n      old-vm: { address: 192.0.2.12, parent: new-vm }\n")}  more-screens:
    type: vnc
    screens:
      web-1: { address: 192.0.2.11 }
      new-vm: { address: 192.0.2.13, parent: old-vm }
`;
    const faults = (await faultsOf(source)).join("\n");
    expect(faults).toMatch(/The identifier "web-1" is already taken/);
    expect(faults).toMatch(/The parents of "old-vm" lead back to it/);
    expect(faults).toMatch(/The parents of "new-vm" lead back to it/);
  });
});
