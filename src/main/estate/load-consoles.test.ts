import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { soundEstate } from "./fixtures/sound-estate.ts";
import { loadEstate } from "./load.ts";
import { configs, EstateFiles } from "./testing/estate-files.ts";

let files: EstateFiles;
beforeEach(() => {
  files = new EstateFiles();
});
afterEach(() => files.remove());

const write = (name: string, source: string | Buffer) => files.write(name, source);
const faultsOf = (source: string | Buffer) => files.faultsOf(source);

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
