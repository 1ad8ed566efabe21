import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { authoritiesOf, chainOf } from "../../src/main/x509/chain.ts";
import { judgeFit } from "../../src/main/x509/fit.ts";
import { coversName } from "../../src/main/x509/names.ts";
import { readPem, wordsOf } from "../../src/main/x509/read.ts";
import { keyAlgorithms, makeKey, makeRequest } from "../../src/main/x509/request.ts";

const run = promisify(execFile);
let folder: string;
const at = (name: string) => join(folder, name);
const openssl = (...words: string[]) => run("openssl", words, { cwd: folder, timeout: 20_000 });
const pem = async (name: string) => (await run("cat", [at(name)])).stdout;

/** Whether a command of OpenSSL is content. */
const isWell = (...words: string[]) =>
  openssl(...words).then(
    () => true,
    () => false,
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "passerelle-openssl-"));
  const authority = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign"];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  for (const name of ["root", "stranger"]) {
    await openssl(
      "req",
      "-x509",
      ...key,
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.pem`,
      "-days",
      "3650",
      "-subj",
      `/CN=${name}`,
      ...authority,
    );
  }
  await writeFile(at("middle.ext"), "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n");
  await openssl("req", "-new", ...key, "-keyout", "middle.key", "-out", "middle.csr", "-subj", "/CN=middle");
  await openssl(
    "x509",
    "-req",
    "-in",
    "middle.csr",
    "-CA",
    "root.pem",
    "-CAkey",
    "root.key",
    "-CAcreateserial",
    "-days",
    "900",
    "-extfile",
    "middle.ext",
    "-out",
    "middle.pem",
  );
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Has OpenSSL sign a request of ours as an authority would. */
async function signed(algorithm: (typeof keyAlgorithms)[number], names: string[]) {
  const key = await makeKey(algorithm);
  const request = makeRequest(names, key);
  await writeFile(at("leaf.csr"), request);
  await openssl(
    "x509",
    "-req",
    "-in",
    "leaf.csr",
    "-CA",
    "middle.pem",
    "-CAkey",
    "middle.key",
    "-CAcreateserial",
    "-days",
    "90",
    "-copy_extensions",
    "copyall",
    "-out",
    "leaf.pem",
  );
  return { key: key.export({ type: "pkcs8", format: "pem" }).toString(), request };
}

describe("OpenSSL", () => {
  it.each(keyAlgorithms)("takes our request of a key %s, with its names, and signs it", async (algorithm) => {
    const names = ["shop.example", "*.east.shop.example", "192.0.2.7", "2001:db8::7"];
    const { key } = await signed(algorithm, names);
    const { stdout } = await openssl("req", "-in", "leaf.csr", "-noout", "-verify", "-text");
    for (const name of ["DNS:shop.example", "DNS:*.east.shop.example", "IP Address:192.0.2.7"]) {
      expect(stdout).toContain(name);
    }
    const [leaf] = readPem(await pem("leaf.pem")) ?? [];
    if (!leaf) throw new Error("OpenSSL signed nothing");
    expect(wordsOf(leaf).names.slice(0, 3)).toEqual(names.slice(0, 3));
    const whole = `${await pem("leaf.pem")}${await pem("middle.pem")}${await pem("root.pem")}`;
    const found = judgeFit(whole, { key, names, endsBefore: null, now: Date.now() });
    expect(found).toMatchObject({ fingerprint: leaf.fingerprint256 });
  });

  it("and we agree on chains: whole, with a link missing, and of a stranger", async () => {
    await signed("ec-p256", ["shop.example"]);
    const [leaf, middle, root, stranger] = await Promise.all(
      ["leaf", "middle", "root", "stranger"].map((name) => pem(`${name}.pem`)),
    );
    const cases = [
      { shown: `${leaf}${middle}`, trusted: "root", words: ["-untrusted", "middle.pem"] },
      { shown: `${leaf}`, trusted: "root", words: [] },
      { shown: `${leaf}${middle}`, trusted: "stranger", words: ["-untrusted", "middle.pem"] },
    ];
    for (const { shown, trusted, words } of cases) {
      const theirs = await isWell(
        "verify",
        "-no-CApath",
        "-no-CAstore",
        "-CAfile",
        `${trusted}.pem`,
        ...words,
        "leaf.pem",
      );
      const own = authoritiesOf([String(trusted === "root" ? root : stranger)]);
      const ours = chainOf(readPem(shown) ?? [], own);
      expect([trusted, shown.length, ours.trust === "authority"]).toEqual([trusted, shown.length, theirs]);
      expect(ours.state === "complete").toBe(theirs);
    }
  });

  it("and we agree on which names a certificate may be shown for", async () => {
    await signed("ec-p256", ["shop.example", "*.east.shop.example", "192.0.2.7"]);
    const [leaf] = readPem(await pem("leaf.pem")) ?? [];
    if (!leaf) throw new Error("OpenSSL signed nothing");
    const { names } = wordsOf(leaf);
    for (const host of [
      "shop.example",
      "SHOP.example",
      "a.east.shop.example",
      "east.shop.example",
      "a.b.east.shop.example",
      "other.example",
    ]) {
      const { stdout } = await openssl("x509", "-in", "leaf.pem", "-noout", "-checkhost", host);
      expect([host, coversName(names, host)]).toEqual([host, stdout.includes("does match")]);
    }
    for (const address of ["192.0.2.7", "192.0.2.8"]) {
      const { stdout } = await openssl("x509", "-in", "leaf.pem", "-noout", "-checkip", address);
      expect([address, coversName(names, address)]).toEqual([address, stdout.includes("does match")]);
    }
  });
});
