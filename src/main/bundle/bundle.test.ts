import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bundleSchema } from "../../shared/bundle.ts";
import { estateSchema } from "../../shared/estate.ts";
import { type BundleContents, digestOf } from "./contents.ts";
import { BundleKeeper, type BundleParts } from "./keeper.ts";
import { layOut } from "./lay-out.ts";
import { identitiesIn, seal, stanzasOf, unseal } from "./seal.ts";
import { readBundle } from "./store.ts";

const { reach } = estateSchema.parse({ passerelle: 1, name: "Two sites" });
const day = 86_400_000;
let folder: string;
let identity: string;
let recipient: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "passerelle-bundle-"));
  identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function contents(more: Partial<BundleContents> = {}): BundleContents {
  const source = "passerelle: 1\n";
  return {
    format: "passerelle-bundle",
    version: 1,
    madeAt: 0,
    workstation: "bridge.example",
    estate: {
      path: "estate.yaml",
      digest: "d",
      files: [{ path: "estate.yaml", source, sha256: digestOf(source) }],
    },
    knownHosts: "host.example ssh-ed25519 AAAA\n",
    secrets: { "keychain:root": "open sesame" },
    missing: [],
    journal: { sequence: 3, hash: "00" },
    ...more,
  };
}

/** A keeper over one estate whose clock, rules and origin the test moves. */
function keeperOf(more: Partial<BundleParts> = {}) {
  const at = { now: 1_750_000_000_000, digest: "one", keep: 2 };
  const written: string[] = [];
  const reported: string[] = [];
  const parts: BundleParts = {
    estate: () => ({
      reach,
      bundle: bundleSchema.parse({ recipients: { ada: recipient }, every: "24h", keep: at.keep }),
    }),
    origin: () => ({
      path: "/srv/estate/estate.yaml",
      folder: "/srv/estate",
      digest: at.digest,
      files: [{ file: "/srv/estate/estate.yaml", source: "passerelle: 1\n" }],
    }),
    declaredSecrets: () => [{ reference: "keychain:root" }, { reference: "keychain:gone" }],
    secrets: {
      resolve: async (reference) => {
        if (reference === "keychain:gone") throw new Error("not there");
        return { reveal: () => "open sesame" };
      },
    },
    journal: { page: () => ({ events: [] }) },
    write: (event) => {
      written.push(event.type);
      return { ...event, sequence: 1, at: 0, actor: "", workstation: "", previousHash: "", hash: "" };
    },
    dataFolder: folder,
    workstation: "bridge.example",
    openedFrom: null,
    report: (error) => reported.push(error.code),
    now: () => at.now,
    ...more,
  };
  return { keeper: new BundleKeeper(parts), at, written, reported };
}

const bundles = async () => (await readdir(join(folder, "bundles"))).filter((name) => name.endsWith(".age"));

describe("a sealed bundle", () => {
  it("is opened by each of its recipients and by nobody else, and shows for how many it is", async () => {
    const other = await generateX25519Identity();
    const sealed = await seal(contents(), [recipient, await identityToRecipient(other)]);
    expect(stanzasOf(sealed)).toBe(2);
    expect(await unseal(sealed, { identities: [other] })).toEqual(contents());
    expect(await unseal(sealed, { identities: [await generateX25519Identity(), identity] })).toEqual(
      contents(),
    );
    const stranger = { identities: [await generateX25519Identity()] };
    await expect(unseal(sealed, stranger)).rejects.toMatchObject({ code: "bundle.cannot-open" });
    await expect(unseal(sealed, { passphrase: "guess" })).rejects.toMatchObject({
      code: "bundle.cannot-open",
    });
    expect(Buffer.from(sealed).includes("open sesame")).toBe(false);
  });

  it("that was cut off, changed, filled with something else, or is no bundle is refused, and no secret is said", async () => {
    const sealed = await seal(contents(), [recipient]);
    const changed = Uint8Array.from(sealed);
    changed[changed.length - 5] = (changed[changed.length - 5] ?? 0) ^ 1;
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    const foreign = await encrypter.encrypt('{"format":"open sesame"}');
    const lying = await seal(
      contents({
        estate: { path: "", digest: "", files: [{ path: "a.yaml", source: "a", sha256: digestOf("b") }] },
      }),
      [recipient],
    );
    const bad = [
      sealed.slice(0, 90),
      sealed.slice(0, -20),
      changed,
      foreign,
      lying,
      new Uint8Array(),
      Buffer.from("PK"),
    ];
    for (const one of bad) {
      const thrown = await unseal(one, { identities: [identity] }).catch((error: unknown) => error);
      expect(thrown).toMatchObject({ code: "bundle.damaged" });
      expect(JSON.stringify(thrown)).not.toContain("sesame");
    }
  });

  it("never leads out of the folder that it is laid out in", async () => {
    for (const path of ["../x.yaml", "/etc/x.yaml", "a/../../x", "a//b", "C:\\x", "a\0b"]) {
      const files = [{ path, source: "a", sha256: digestOf("a") }];
      const sealed = await seal(contents({ estate: { path: "", digest: "", files } }), [recipient]);
      await expect(unseal(sealed, { identities: [identity] })).rejects.toMatchObject({
        code: "bundle.damaged",
      });
    }
  });

  it("is laid out without its secrets, and leaves the host keys that are there", async () => {
    const estate = await layOut(contents(), folder);
    expect(await readFile(estate, "utf8")).toBe("passerelle: 1\n");
    expect(await readFile(join(folder, "known_hosts"), "utf8")).toContain("host.example");
    await layOut(contents({ knownHosts: "other.example ssh-ed25519 BBBB\n" }), folder);
    expect(await readFile(join(folder, "known_hosts"), "utf8")).toContain("host.example");
    const names = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of names.filter((one) => one.isFile()))
      expect(await readFile(join(entry.parentPath, entry.name), "utf8")).not.toContain("open sesame");
  });
});

describe("the keeper of the bundle", () => {
  it("makes one that is whole, private, and lacks what was not to be had, and keeps so many", async () => {
    const { keeper, at, written } = keeperOf();
    for (let n = 0; n < 3; n += 1) {
      await keeper.make();
      at.now += 1000;
    }
    expect(await bundles()).toHaveLength(2);
    const { note, error, late } = await keeper.check();
    expect({ error, late, missing: note?.missing }).toEqual({
      error: null,
      late: false,
      missing: ["keychain:gone"],
    });
    const file = join(folder, "bundles", note?.file ?? "");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const opened = await unseal(await readBundle(file), { identities: [identity] });
    expect(opened.secrets).toEqual({ "keychain:root": "open sesame" });
    expect(opened.estate).toMatchObject({ path: "estate.yaml", files: [{ path: "estate.yaml" }] });
    expect(written).toEqual(["bundle.made", "bundle.made", "bundle.made"]);
  });

  it("makes another one when it is due, when the estate is another one, and when the last is damaged", async () => {
    const { keeper, at, written } = keeperOf();
    const look = async () => {
      keeper.look();
      await keeper.settled();
      return written.length;
    };
    expect(await look()).toBe(1);
    at.now += day / 2;
    expect(await look()).toBe(1);
    at.now += day / 2;
    expect(await look()).toBe(2);
    at.digest = "two";
    expect(await look()).toBe(3);
    const newest = keeper.state().note?.file ?? "";
    await writeFile(join(folder, "bundles", newest), "age-encryption.org/v1\n");
    at.now += 1000;
    expect(await look()).toBe(4);
    at.now += 3 * day;
    expect(keeper.state()).toMatchObject({ late: true, age: 3 * day });
  });

  it("says what is in the way, keeps what there was, and makes none where none is wanted", async () => {
    const { keeper, at, reported } = keeperOf();
    await keeper.make();
    const [before] = await bundles();
    await rm(join(folder, "bundles", "newest.json"));
    await writeFile(join(folder, "in-the-way"), "");
    const blocked = keeperOf({
      estate: () => ({
        reach,
        bundle: bundleSchema.parse({ recipients: { ada: recipient }, folder: join(folder, "in-the-way") }),
      }),
    });
    blocked.keeper.look();
    await blocked.keeper.settled();
    expect(blocked.reported).toEqual(["bundle.cannot-write"]);
    expect(blocked.keeper.state()).toMatchObject({ late: true, error: { code: "bundle.cannot-write" } });
    expect(await bundles()).toEqual([before]);
    at.now += 1;
    const none = keeperOf({ estate: () => ({ reach }) });
    none.keeper.look();
    await none.keeper.settled();
    expect(none.keeper.state()).toMatchObject({ wanted: false, late: false });
    await expect(none.keeper.make()).rejects.toMatchObject({ code: "bundle.not-wanted" });
    expect(reported).toEqual([]);
    const opened = keeperOf({ openedFrom: at.now - day });
    opened.at.now = at.now;
    expect(opened.keeper.state()).toMatchObject({ wanted: false, openedAge: day });
    await chmod(folder, 0o700);
  });
});

it("takes identities out of what age-keygen writes", () => {
  expect(identitiesIn(`# created: now\n# public key: age1x\n${identity}\n`, "key.txt")).toEqual([identity]);
  expect(() => identitiesIn("# nothing\n", "key.txt")).toThrow(/no identity of age/);
});
