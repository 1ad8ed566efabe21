import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startLabSwift } from "../../src/lab/servers/swift/index.ts";
import { scaledClock } from "../../src/lab/world/clock.ts";
import { BucketClient } from "../../src/main/systems/s3/client.ts";
import { OpenedSwift } from "../../src/main/systems/swift/testing/opened.ts";
import { s3SystemSchema } from "../../src/shared/systems/s3.ts";
import { describeCounterpart, type Found, findCounterpart, findProgram } from "./counterpart.ts";
import { type SwiftCluster, startSwift, swiftPrograms } from "./swift-cluster.ts";

const run = promisify(execFile);
const limit = 120_000;
const signal = () => AbortSignal.timeout(limit);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "passerelle-swift-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Swift's servers tell no version; the package of its ring builder does, which comes with them. */
const debian = findCounterpart(["dpkg-query"], ["-s", "swift-proxy"], /^Version: (\S+)/m);
const programs: Found = swiftPrograms.every((name) => findProgram(name) !== null)
  ? debian
  : { absent: "swift's servers and memcached not installed" };

describeCounterpart("OpenStack Swift against our clients", programs, () => {
  let cluster: SwiftCluster;
  let swift: OpenedSwift;
  const files = "objects/replications/files";

  beforeAll(async () => {
    cluster = await startSwift(join(folder, "cluster"));
    const login = (account: string) => ({
      method: "v1",
      url: `http://127.0.0.1:${cluster.port}/auth/v1.0`,
      user: `${account}:ops`,
      password: "keychain:ops",
    });
    swift = new OpenedSwift({
      ends: {
        east: { login: login("east") },
        north: { login: login("north"), containers: ["files", "gone"] },
      },
      replications: {
        files: {
          between: [
            { end: "east", container: "files", address: "//shop/east/AUTH_east/files" },
            { end: "north", container: "files", address: "//shop/north/AUTH_north/files" },
          ],
          key: "keychain:sync",
          patience: "20s",
        },
      },
    });
    swift.secrets = { "keychain:ops": "word", "keychain:sync": "a-key" };
    const headers = { "x-container-sync-key": "a-key" };
    await put("north", "/files", headers);
    await put("east", "/files", {
      ...headers,
      "x-container-sync-to": "//shop/north/AUTH_north/files",
    });
    // A pair that is nobody's but the test's: what arrives there shows that the containers were gone through.
    await put("north", "/beacon", { "x-container-sync-key": "another" });
    await put("east", "/beacon", {
      "x-container-sync-key": "another",
      "x-container-sync-to": "//shop/north/AUTH_north/beacon",
    });
    cluster.startSync();
  }, 2 * limit);
  afterAll(async () => {
    await swift?.system.close();
    await cluster?.stop();
  });

  async function ask(
    method: string,
    account: string,
    path: string,
    headers = {},
    body?: string,
  ): Promise<Response> {
    const login = await fetch(`http://127.0.0.1:${cluster.port}/auth/v1.0`, {
      headers: { "x-auth-user": `${account}:ops`, "x-auth-key": "word" },
    });
    const token = login.headers.get("x-auth-token") ?? "";
    const url = `${login.headers.get("x-storage-url")}${path}`;
    return fetch(url, { method, headers: { ...headers, "x-auth-token": token }, body: body ?? null });
  }

  /** A container or an object. */
  async function put(account: string, path: string, headers = {}, body?: string): Promise<void> {
    expect((await ask("PUT", account, path, headers, body)).status).toBeLessThan(300);
  }

  async function arrival(account: string, path: string): Promise<void> {
    await vi.waitFor(async () => expect((await ask("HEAD", account, path)).status).toBe(200), {
      timeout: limit,
      interval: 500,
    });
  }

  test(
    "accounts, containers and the direction are read",
    async () => {
      await put("east", "/files/a%20b/%C3%A9", {}, "hello");
      await swift.observe();
      expect(swift.error("objects/ends/east")).toBeNull();
      expect([...swift.declared.keys()]).toContain("objects/containers/east/files");
      expect(swift.facts("objects/containers/north/files")).toMatchObject({ "swift.policy": "Policy-0" });
      expect(swift.error("objects/containers/north/gone")).toBe("swift.no-container");
      expect(swift.facts(files)).toMatchObject({ "replication.from": "east", "replication.to": "north" });
      expect(swift.problems(files)).toEqual([]);
    },
    limit,
  );

  test(
    "the lag is measured, the direction inverted and put back, each proven by an object that arrives",
    async () => {
      const measured = await swift.action("swift.measure-lag", files, {}).run();
      expect(measured.verified.proven).toBe(true);
      const inverted = await swift.action("swift.invert-sync", files, { to: "north" }).run();
      expect(inverted.verified).toMatchObject({ proven: true, data: { from: "north", to: "east" } });
      const east = await ask("HEAD", "east", "/files");
      expect(east.headers.get("x-container-sync-to")).toBeNull();
      await put("north", "/files/back", {}, "1");
      await arrival("east", "/files/back");
      await swift.observe();
      expect(swift.facts(files)).toMatchObject({ "replication.from": "north" });
      expect((await inverted.undo())?.proven).toBe(true);
      await swift.observe();
      expect(swift.facts(files)).toMatchObject({ "replication.from": "east" });
      expect(swift.problems(files)).toEqual([]);
      await cluster.stopSync();
    },
    limit,
  );

  test(
    "a source whose sends are refused by the new one's key writes nothing into it",
    async () => {
      // Given up, and not asked: the old source goes on sending with the usual key.
      const { fencingKey } = await import("../../src/main/systems/swift/replication.ts");
      const fence = fencingKey("a-key", { end: "north", container: "files" });
      await ask("POST", "north", "/files", {
        "x-container-sync-key": fence,
        "x-container-sync-to": "//shop/east/AUTH_east/files",
      });
      await put("east", "/files/stray", {}, "1");
      await put("north", "/files/new", {}, "1");
      cluster.startSync();
      // Between what arrived in one pass over all containers and what was put only then, every other had its turn.
      for (const name of ["first", "second"]) {
        await put("east", `/beacon/${name}`, {}, "1");
        await arrival("north", `/beacon/${name}`);
      }
      expect((await ask("HEAD", "north", "/files/stray")).status).toBe(404);
      expect((await ask("HEAD", "east", "/files/new")).status).toBe(404);
      await swift.observe();
      expect(swift.problems(files)).toEqual(["swift.both-ways", "swift.fenced"]);
      const corrected = await swift.action("swift.invert-sync", files, { to: "north" }).run();
      expect(corrected.verified.proven).toBe(true);
      expect((await ask("HEAD", "east", "/files/new")).status).toBe(200);
      expect((await ask("HEAD", "north", "/files/stray")).status).toBe(404);
    },
    limit,
  );

  test(
    "its S3 API: buckets, the newest object, versioning, and a lock that it does not know",
    async () => {
      const port = cluster.port;
      const client = (secretKey: string, accessKey = "east:ops") =>
        new BucketClient({
          name: "Swift's S3",
          subject: "s3/service",
          config: s3SystemSchema.parse({
            type: "s3",
            url: `http://127.0.0.1:${port}`,
            accessKey,
            secretKey: "keychain:s3",
          }),
          dial: async () => connect(port, "127.0.0.1"),
          secrets: { resolve: async () => ({ reveal: () => secretKey }) },
          folder: () => folder,
        });
      const ours = client("word");
      const before = Math.floor(Date.now() / 1000) * 1000 - 1000;
      await put("east", "/exports");
      for (const name of ["k/a", "k/b%20%26", "z"]) await put("east", `/exports/${name}`, {}, "12345");
      expect(await ours.buckets(signal())).toEqual(["beacon", "exports", "files"]);
      const found = await ours.contents("exports", "k/", 10_000, signal());
      expect(found).toMatchObject({ objects: 2, bytes: 10, cut: false });
      expect(found.newest?.at).toBeGreaterThanOrEqual(before);
      expect(["k/a", "k/b &"]).toContain(found.newest?.name);
      expect(await ours.versioning("exports", signal())).toBe("off");
      expect(await ours.lock("exports", signal())).toBeNull();
      await expect(ours.contents("nowhere", "", 1000, signal())).rejects.toMatchObject({
        code: "s3.no-bucket",
      });
      await expect(client("wrong").buckets(signal())).rejects.toMatchObject({ code: "s3.login-refused" });
      await expect(client("word", "nobody").buckets(signal())).rejects.toMatchObject({
        code: "s3.login-refused",
      });
      ours.close();
    },
    limit,
  );
});

describeCounterpart(
  "python3-swiftclient against the lab's Swift",
  findCounterpart(["swift"], ["--version"], /swiftclient\s+(\S+)/),
  () => {
    test(
      "uploads, lists, sets a target and a key, downloads and deletes",
      async () => {
        const lab = startLabSwift({
          clock: scaledClock(20, Date.now()),
          region: "east",
          users: [{ account: "shop", user: "ops", password: "word" }],
          realm: { name: "shop", key: "realm" },
          peer: () => null,
          certificate: null,
          onFailure: (error) => {
            throw error;
          },
        });
        const port = await lab.listen(0);
        const swift = async (...words: string[]) => {
          const login = ["-A", `http://127.0.0.1:${port}/auth/v1.0`, "-U", "shop:ops", "-K", "word"];
          return (
            await run(findProgram("swift") ?? "", [...login, ...words], { timeout: limit, cwd: folder })
          ).stdout;
        };
        try {
          await writeFile(join(folder, "words.txt"), "hello");
          await swift("upload", "files", "words.txt", "--object-name", "a b/é.txt");
          expect(await swift("list", "files")).toBe("a b/é.txt\n");
          expect(await swift("stat")).toMatch(/Containers: 1\s+Objects: 1\s+Bytes: 5/);
          await swift("post", "-t", "//shop/north/AUTH_shop/files", "-k", "key", "files");
          expect(await swift("stat", "files")).toMatch(
            /Sync To: \/\/shop\/north\/AUTH_shop\/files\s+Sync Key: key/,
          );
          await swift("download", "files", "a b/é.txt", "-o", "back.txt");
          expect(await readFile(join(folder, "back.txt"), "utf8")).toBe("hello");
          await swift("delete", "files", "a b/é.txt");
          expect(await swift("list", "files")).toBe("");
          const refused = swift("-K", "wrong", "list");
          await expect(refused).rejects.toThrow();
        } finally {
          await lab.close();
        }
      },
      limit,
    );
  },
);
