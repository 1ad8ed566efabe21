import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type EstateCopy, estateCopySchema } from "../../../shared/estate-copy.ts";
import { anonymised } from "./anonymise.ts";
import { vocabularyOf } from "./vocabulary.ts";

const vocabulary = vocabularyOf([
  { id: "vsphere.power-on", input: z.object({ how: z.enum(["gently", "hard"]) }) },
  { id: "web.check", input: z.object({}) },
]);
const key = new Uint8Array(32).fill(7);

/** What belongs to somebody: long enough not to be part of a word by chance. */
const name = fc.stringMatching(/^[a-z]{7,10}$/).filter((each) => !vocabulary.words.has(each));
const network = fc.constantFrom("192.0.2", "198.51.100", "203.0.113");
const ipv4 = fc.tuple(network, fc.integer({ min: 1, max: 254 })).map((parts) => parts.join("."));
const ipv6 = fc.integer({ min: 1, max: 65_535 }).map((host) => `2001:db8:1:2::${host.toString(16)}`);

const originals = fc.record({
  names: fc.uniqueArray(name, { minLength: 12, maxLength: 12 }),
  domain: fc.tuple(name, fc.constantFrom("net", "fr", "shop", "example")).map((parts) => parts.join(".")),
  v4: fc.uniqueArray(ipv4, { minLength: 3, maxLength: 3 }),
  v6: ipv6,
});
type Originals = typeof originals extends fc.Arbitrary<infer Value> ? Value : never;

/** A copy with these names at every kind of place where there is one. */
function copyWith({ names, domain, v4, v6 }: Originals): EstateCopy {
  const [estate, site, app, person, cluster, host, vm, record, step, brand, town, bucket] = names as [
    ...Array<string>,
  ] as [string, string, string, string, string, string, string, string, string, string, string, string];
  const zone = { name: domain, servers: ["ns"], changes: true };
  const url = `https://${app}.${domain}/${brand}`;
  return estateCopySchema.parse({
    passerelleCopy: 1,
    name: `Estate of ${estate}`,
    madeAt: 5,
    environments: { production: { rpo: "1h" } },
    sites: { [site]: { name: `${town} (main)`, environment: "production" } },
    operators: {
      [person]: {
        name: `Doctor ${person}`,
        keys: [`ssh-ed25519 ${"A".repeat(68)} ${person}@${domain}`],
        accounts: [person],
      },
    },
    plans: {},
    procedures: {
      [`save-${app}`]: {
        title: { en: `Save ${brand}, call +33 1 99 00 12 34`, fr: `Sauver ${brand}` },
        variables: { [step]: { type: "text", default: `${host}.${domain}` } },
        steps: [
          {
            id: `check-${app}`,
            action: "web.check",
            on: `checks/${app}`,
            when: `${step} == "${host}.${domain}"`,
            input: { how: "gently", note: `\${${step}} in ${town} at ${v4[0]}` },
          },
        ],
      },
    },
    systems: {
      [`checks-${town}`]: {
        type: "web",
        resolvers: { [`resolver-${town}`]: { address: v4[1], port: 53 } },
        checks: { [app]: { url, address: v6, answered: true, expectServedBy: site } },
      },
      names: {
        type: "dns",
        servers: { ns: { address: v4[2], port: 53 } },
        resolvers: {},
        zones: { own: zone },
        records: {
          [record]: {
            name: `${app}.${domain}.`,
            type: "CNAME",
            values: { [site]: [`${site}.${domain}`] },
            value: [`${site}.${domain}`],
            ttl: 60,
          },
        },
        hosts: [{ name: `${site}.${domain}`, address: v4[0] }],
      },
      [cluster]: {
        type: "ssh",
        hosts: {
          [host]: {
            name: `${host}.${domain}`,
            kind: "host",
            address: v4[0],
            isOff: false,
            processors: 4,
            memory: 1,
            system: "debian",
            pending: 0,
            failedUnits: [`${vm}.service`],
          },
        },
      },
      store: { type: "s3", address: `s3.${domain}`, port: 443, buckets: {} },
    },
    leftOut: {
      systems: [{ id: bucket, type: "dumps" }],
      resources: [`${bucket}/sets/${brand}`],
      steps: [{ procedure: `save-${app}`, step: `check-${app}` }],
    },
  });
}

describe("an anonymous copy", () => {
  it("has no name, address or domain of the estate left", () => {
    fc.assert(
      fc.property(originals, (given) => {
        const words = JSON.stringify(anonymised(copyWith(given), key, vocabulary)).toLowerCase();
        for (const each of [...given.names, given.domain, given.v6]) expect(words).not.toContain(each);
        for (const each of given.v4) expect(words).not.toMatch(new RegExp(`(?<!\\d)${each}(?!\\d)`));
        expect(words).not.toContain("aaaa");
        expect(words).not.toContain("99 00 12 34");
      }),
      { numRuns: 50 },
    );
  });

  it("hides ordinary words where a site, an application or a host is called so", () => {
    const given = {
      names: [
        "estates",
        "regions",
        "documents",
        "person",
        "cluster",
        "templates",
        "unit",
        "one",
        "two",
        "x",
        "y",
        "z",
      ],
      domain: "archive.net",
      v4: ["192.0.2.1", "192.0.2.2", "192.0.2.3"],
      v6: "2001:db8::1",
    };
    const words = JSON.stringify(anonymised(copyWith(given), key, vocabulary));
    expect(words).not.toMatch(/regions|documents|templates|archive\.net/i);
    expect(words).toContain('"save-');
  });

  it("is built the same: what referred to each other does, and networks stay networks", () => {
    fc.assert(
      fc.property(originals, (given) => {
        const copy = anonymised(copyWith(given), key, vocabulary);
        const [site = ""] = Object.keys(copy.sites);
        const [[procedure = "", saving] = []] = Object.entries(copy.procedures);
        const [step] = saving?.steps ?? [];
        const [variable = ""] = Object.keys(saving?.variables ?? {});
        expect(procedure).toMatch(/^save-/);
        expect(copy.leftOut.steps).toEqual([{ procedure, step: step?.id }]);
        expect(step?.when).toBe(`${variable} == "${saving?.variables[variable]?.default}"`);
        expect(step?.input?.how).toBe("gently");
        const { names } = copy.systems;
        if (names?.type !== "dns") throw new Error("the names are gone");
        const [record] = Object.values(names.records);
        const [zone] = Object.values(names.zones);
        const [[id = "", server] = []] = Object.entries(names.servers);
        expect(zone?.servers).toEqual([id]);
        expect(record?.values).toEqual({ [site]: record?.value });
        expect(names.hosts[0]?.name).toBe(record?.value[0]);
        expect(record?.name.endsWith(`.${zone?.name}.`)).toBe(true);
        expect(zone?.name).toMatch(/^[a-z]+\.example$/);
        const sameBefore = new Set(given.v4.map((each) => each.slice(0, each.lastIndexOf(".")))).size;
        const addresses = [server?.address, names.hosts[0]?.address, resolverOf(copy)];
        const after = new Set(addresses.map((each) => each?.slice(0, each.lastIndexOf(".")))).size;
        expect(after).toBe(sameBefore);
      }),
      { numRuns: 50 },
    );
  });

  it("has the same pseudonyms each time, and others with another key", () => {
    fc.assert(
      fc.property(originals, (given) => {
        const copy = copyWith(given);
        const once = anonymised(copy, key, vocabulary);
        expect(anonymised(copy, key, vocabulary)).toEqual(once);
        const other = anonymised(copy, new Uint8Array(32).fill(8), vocabulary);
        expect(Object.keys(other.sites)).not.toEqual(Object.keys(once.sites));
      }),
      { numRuns: 20 },
    );
  });
});

function resolverOf(copy: EstateCopy): string | undefined {
  const checks = Object.values(copy.systems).find(({ type }) => type === "web");
  return checks?.type === "web" ? Object.values(checks.resolvers)[0]?.address : undefined;
}
