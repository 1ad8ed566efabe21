import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { OpsError } from "../../../shared/errors.ts";
import { amtSystemSchema } from "../../../shared/systems/amt.ts";
import { readMachineList } from "./read.ts";
import { toEstateYaml } from "./to-yaml.ts";

const pin = Array.from({ length: 32 }, (_each, index) => (index + 16).toString(16)).join(":");

describe("a list of machines", () => {
  it("is a table with a heading, whatever separates its columns and in whatever order they stand", () => {
    for (const separator of [",", ";", "\t"]) {
      const list = [
        ["Name", "Address", "TLS", "Empreinte", "User"].join(separator),
        "# a remark",
        ["Tower A", "192.0.2.10", "", "", "operator"].join(separator),
        ["tower-b", "tower-b.atelier.example", "1", pin, ""].join(separator),
      ].join("\r\n");
      expect(readMachineList(list)).toEqual({
        machines: [
          {
            id: "tower-a",
            line: 3,
            entry: { name: "Tower A", address: "192.0.2.10", user: "operator" },
            secret: null,
          },
          {
            id: "tower-b",
            line: 4,
            entry: { address: "tower-b.atelier.example", tls: { pin } },
            secret: null,
          },
        ],
        faults: [],
      });
    }
  });

  it("may be a computer list as JSON; its passwords become secrets and stand in no entry", () => {
    const computers = [
      { name: "tower-a", host: "192.0.2.10", user: "admin", pass: "Marked-Secret-1", tls: 0, tags: [] },
      { name: "tower-b", host: "192.0.2.11", user: "admin", pass: "", tls: 1 },
    ];
    for (const words of [JSON.stringify({ webappversion: "1", computers }), JSON.stringify(computers)]) {
      const { machines, faults } = readMachineList(words);
      expect(faults).toEqual([]);
      expect(machines.map(({ entry }) => entry)).toEqual([
        { address: "192.0.2.10", user: "admin", password: "keychain:amt-tower-a", tls: false },
        { address: "192.0.2.11", user: "admin", tls: true },
      ]);
      expect(machines[0]?.secret).toEqual({ name: "amt-tower-a", value: "Marked-Secret-1" });
      expect(toEstateYaml(machines, { system: "hands", via: null, site: null })).not.toContain("Marked");
    }
  });

  it("becomes a system that the estate's schema takes", () => {
    const { machines } = readMachineList("name,address,port\nTour É,192.0.2.12,16993\n");
    const yaml = toEstateYaml(machines, { system: "hands", via: "bounce", site: "atelier" });
    const { hands } = parse(yaml).systems;
    expect(amtSystemSchema.parse(hands)).toMatchObject({
      site: "atelier",
      via: "bounce",
      machines: { "tour-e": { name: "Tour É", address: "192.0.2.12", port: 16993 } },
    });
  });

  it("says line by line what does not fit, and takes the rest", () => {
    const list = [
      "name,address,port,tls,pin",
      "a,192.0.2.1,,,",
      "b,,,,",
      "c,300.1.1.1,,,",
      "d,192.0.2.4,99999,,",
      "e,192.0.2.5,,,not-a-fingerprint",
      "A,192.0.2.6,,,",
      "!!!,192.0.2.7,,,",
    ].join("\n");
    const { machines, faults } = readMachineList(list);
    expect(machines.map(({ id }) => id)).toEqual(["a"]);
    expect(faults.map(({ line, text }) => `${line} ${text.en}`)).toEqual([
      "3 The address is missing.",
      '4 The column "address" does not fit.',
      '5 The column "port" does not fit.',
      '6 The column "pin" does not fit.',
      '7 "a" stands in line 2 already.',
      '8 No identifier can be made of "!!!".',
    ]);
  });

  it.each([
    ["nothing", ""],
    ["a heading alone", "name,address\n"],
    ["no address", "name,colour\na,red\n"],
    ["broken quotes", 'name,address\n"a,192.0.2.1\n'],
    ["broken JSON", '{"computers": ['],
    ["JSON of another kind", '{"machines": []}'],
    ["JSON that nests", `${"[".repeat(50_000)}`],
    ["far too much", `name,address\n${"x".repeat(1_000_001)}`],
  ])("that holds %s is refused in words", (_what, words) => {
    expect(() => readMachineList(words)).toThrow(OpsError);
  });

  it("never breaks, whatever it is given, and never repeats a password in what it says", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), fc.boolean(), (words, isTable) => {
        try {
          const { faults } = readMachineList(isTable ? `name,address,password\n${words}` : words);
          for (const { text } of faults) expect(text.en).not.toContain("Marked");
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(OpsError);
        }
      }),
    );
    const { faults } = readMachineList("name,address,password\nx,Marked-Secret-2,\n");
    expect(JSON.stringify(faults)).not.toContain("Marked");
  });
});
