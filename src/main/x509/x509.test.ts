import { X509Certificate } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { issue } from "../../lab/servers/kubernetes/access/certificates.ts";
import { authoritiesOf, chainOf } from "./chain.ts";
import { judgeFit } from "./fit.ts";
import { coversName } from "./names.ts";
import { certifiedKeyDigest, readPem, wordsOf } from "./read.ts";
import { readRequest } from "./request.ts";

const now = new Date(Date.UTC(2026, 0, 15));
const authority = (commonName: string, issuer: Parameters<typeof issue>[2]["issuer"] = null) => ({
  subject: { commonName },
  ...issue({ commonName }, { for: "authority" }, { issuer, now, days: 900 }),
});
const root = authority("root");
const middle = authority("middle", root);
const leaf = issue(
  { commonName: "shop.example" },
  { for: "server", names: ["shop.example", "*.east.shop.example"], addresses: ["192.0.2.7"] },
  { issuer: middle, now, days: 90 },
);
const certificates = (...pems: string[]) => pems.map((pem) => new X509Certificate(pem));

describe("a chain", () => {
  const trusted = authoritiesOf([root.cert]);
  it.each([
    ["whole", [leaf.cert, middle.cert], "complete", "authority"],
    ["with its root", [leaf.cert, middle.cert, root.cert], "complete", "authority"],
    ["in another order", [leaf.cert, root.cert, middle.cert], "unordered", "authority"],
    ["with a link missing", [leaf.cert], "incomplete", null],
    ["of nothing", [], null, null],
  ])("%s", (_what, pems, state, trust) => {
    expect(chainOf(certificates(...pems), trusted)).toMatchObject({ state, trust });
  });

  it("that nobody here knows is whole when it brings its root, and of whoever signed itself", () => {
    expect(chainOf(certificates(leaf.cert, root.cert, middle.cert), null)).toMatchObject({
      state: "unordered",
      trust: null,
    });
    expect(chainOf(certificates(root.cert), null)).toMatchObject({ state: "self-signed", trust: null });
    expect(chainOf(certificates(leaf.cert), null)).toMatchObject({ state: null, trust: null });
  });
});

describe("names", () => {
  it.each([
    ["shop.example", true],
    ["SHOP.example.", true],
    ["a.east.shop.example", true],
    ["east.shop.example", false],
    ["a.b.east.shop.example", false],
    ["192.0.2.7", true],
    ["192.0.2.8", false],
    ["", false],
  ])("a certificate may be shown for %s: %s", (host, expected) => {
    expect(coversName(wordsOf(new X509Certificate(leaf.cert)).names, host)).toBe(expected);
  });

  it("a wildcard stands for one label and never for a whole domain", () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
    fc.assert(
      fc.property(label, label, label, (one, two, domain) => {
        expect(coversName([`*.${domain}.example`], `${one}.${domain}.example`)).toBe(true);
        expect(coversName([`*.${domain}.example`], `${one}.${two}.${domain}.example`)).toBe(false);
        expect(coversName(["*.example"], `${one}.example`)).toBe(false);
        expect(coversName(["*"], one)).toBe(false);
      }),
    );
  });
});

describe("what was written by somebody else", () => {
  it("is read without a throw, whatever it is", () => {
    const broken = fc
      .tuple(fc.nat(leaf.cert.length), fc.string())
      .map(([at, put]) => leaf.cert.slice(0, at) + put + leaf.cert.slice(at + 1));
    fc.assert(
      fc.property(fc.oneof(fc.string(), broken), (words) => {
        const place = { names: [], endsBefore: null, now: now.getTime() };
        expect(() => [
          readPem(words),
          readRequest(words),
          judgeFit(words, { ...place, key: leaf.key }),
          judgeFit(leaf.cert, { ...place, key: words }),
        ]).not.toThrow();
      }),
    );
    expect(readPem(leaf.cert.repeat(21))).toBeNull();
    expect(readPem("x".repeat(300_000))).toBeNull();
  });

  it("is of no key where its public key is no point of its curve", () => {
    const read = new X509Certificate(leaf.cert);
    const point = read.publicKey.export({ type: "spki", format: "der" }).subarray(-64);
    const bent = Buffer.from(read.raw);
    bent.fill(0xff, bent.indexOf(point), bent.indexOf(point) + point.length);
    const pem = `-----BEGIN CERTIFICATE-----\n${bent.toString("base64")}\n-----END CERTIFICATE-----\n`;
    const [certificate] = readPem(pem) ?? [];
    if (!certificate) throw new Error("the certificate as a whole can be read");
    expect(certifiedKeyDigest(certificate)).toBeNull();
    expect(wordsOf(certificate)).toMatchObject({ subject: "shop.example" });
    expect(judgeFit(pem, { key: leaf.key, names: [], endsBefore: null, now: now.getTime() })).toMatchObject({
      en: expect.stringContaining("another key"),
    });
  });
});

describe("a certificate that is to be installed", () => {
  it("is sent with its chain in order, and judged before", () => {
    const place = { key: leaf.key, names: ["shop.example"], endsBefore: null, now: now.getTime() };
    const found = judgeFit(`${leaf.cert}${root.cert}${middle.cert}`, place);
    expect("pem" in found && (readPem(found.pem) ?? []).map(({ subject }) => subject)).toEqual([
      "CN=shop.example",
      "CN=middle",
      "CN=root",
    ]);
    expect(judgeFit(middle.cert, place)).toMatchObject({ en: expect.stringContaining("authority") });
    expect(judgeFit(leaf.cert, { ...place, key: root.key })).toMatchObject({
      en: expect.stringContaining("another key"),
    });
  });
});
