import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { accessSync, constants } from "node:fs";
import { chown, copyFile, mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listingOf, listingScript } from "../../src/main/systems/dumps/listing.ts";
import { checkScript, readCheck } from "../../src/main/systems/dumps/readability.ts";
import { HostAccess } from "../../src/main/systems/host-access.ts";
import { FakeReach, localShell } from "../../src/main/systems/ssh/testing/fake-reach.ts";
import { describeCounterpart, type Found, findCounterpart, findProgram } from "./counterpart.ts";

const run = promisify(execFile);
const limit = 60_000;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "passerelle-dumps-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A host that is this machine, with these programs alone. */
function accessWith(path: string): HostAccess {
  const target = { id: "db", name: "db", address: "192.0.2.31", port: 22, user: "ops", authentication: [] };
  return new HostAccess({
    system: "dumps",
    reach: new FakeReach(localShell(["sh"], { PATH: path })),
    now: Date.now,
    targets: new Map([["db", { ...target, via: null, allowlist: null, hostKey: null }]]),
  });
}
const everything = process.env.PATH ?? "/usr/bin:/bin";
const check = async (path: string, format: "gzip" | "pg-custom" | null, programs = everything) => {
  const options = { signal: AbortSignal.timeout(limit), deadline: limit };
  return readCheck(await accessWith(programs).ask("db", (mark) => checkScript(mark, path), options), format);
};

describeCounterpart("gzip against our checks", findCounterpart(["gzip"], ["--version"], /gzip (\S+)/), () => {
  test(
    "a file that is whole, cut off, and altered in the middle",
    async () => {
      const plain = join(folder, "rows");
      await writeFile(plain, randomBytes(100_000));
      await run(findProgram("gzip") ?? "", ["-k", plain]);
      const [whole, cut, altered] = ["rows.gz", "cut.gz", "altered.gz"].map((name) => join(folder, name)) as [
        string,
        string,
        string,
      ];
      expect((await check(whole, "gzip")).isReadable).toBe(true);
      await copyFile(whole, cut);
      await truncate(cut, (await stat(cut)).size - 1000);
      expect((await check(cut, "gzip")).isReadable).toBe(false);
      const bytes = await readFile(whole);
      bytes.writeUInt8(bytes.readUInt8(50_000) ^ 0xff, 50_000);
      await writeFile(altered, bytes);
      expect((await check(altered, "gzip")).isReadable).toBe(false);
      expect((await check(plain, null)).isReadable).toBeNull();
      const options = { signal: AbortSignal.timeout(limit), deadline: limit };
      const asked = [{ id: "rows", directory: folder, pattern: "*.gz" }];
      const listing = listingOf(
        await accessWith(everything).ask("db", (mark) => listingScript(mark, asked), options),
        "rows",
      );
      if (listing.state !== "listed") throw new Error(listing.state);
      const { size, mtimeMs, birthtimeMs } = await stat(whole);
      const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000) * 1000;
      expect(listing.files.map(({ name }) => name).sort()).toEqual(["altered.gz", "cut.gz", "rows.gz"]);
      expect(listing.files.find(({ name }) => name === "rows.gz")).toEqual({
        name: "rows.gz",
        size,
        modifiedAt: seconds(mtimeMs),
        bornAt: birthtimeMs > 0 ? seconds(birthtimeMs) : null,
      });
    },
    limit,
  );
});

/** The newest PostgreSQL of Debian; its server is not in PATH. */
function findPostgres(): { bin: string; found: Found } {
  const bin = "/usr/lib/postgresql/15/bin";
  try {
    for (const program of ["initdb", "pg_ctl", "pg_dump", "pg_restore"])
      accessSync(join(bin, program), constants.X_OK);
  } catch {
    return { bin, found: { absent: "postgresql-15 not installed" } };
  }
  if (userInfo().uid === 0 && findProgram("runuser") === null)
    return { bin, found: { absent: "runuser not installed" } };
  return { bin, found: findCounterpart(["pg_dump"], ["--version"], /PostgreSQL\) (\S+)/) };
}

const { bin, found } = findPostgres();
describeCounterpart("pg_dump against our checks", found, () => {
  let home: string;

  /** PostgreSQL runs as no root. */
  const asUser = (program: string, ...words: string[]) => {
    const path = join(bin, program);
    const [first, ...rest] =
      userInfo().uid === 0 ? ["runuser", "-u", "postgres", "--", path, ...words] : [path, ...words];
    return run(findProgram(first ?? "") ?? first ?? "", rest, { timeout: limit, cwd: home });
  };

  beforeAll(async () => {
    home = join(folder, "postgres");
    await mkdir(home, { mode: 0o755 });
    if (userInfo().uid === 0) {
      const { stdout } = await run("id", ["-u", "postgres"]);
      await chown(home, Number(stdout), -1);
      await chown(folder, Number(stdout), -1);
    }
    await asUser("initdb", "-D", join(home, "data"), "-A", "trust", "-U", "postgres");
    await asUser(
      "pg_ctl",
      "-D",
      join(home, "data"),
      "-w",
      "-l",
      join(home, "log"),
      "-o",
      `-k ${home} -c listen_addresses='' -c fsync=off`,
      "start",
    );
    const table = "create table rows as select n, md5(n::text) as words from generate_series(1, 20000) n";
    await asUser("psql", "-h", home, "-U", "postgres", "-c", table, "postgres");
  }, limit);
  afterAll(async () => {
    await asUser("pg_ctl", "-D", join(home, "data"), "-m", "immediate", "stop");
  }, limit);

  test(
    "a dump that is whole and one that is cut off, with pg_restore and without",
    async () => {
      const [whole, cut] = [join(home, "whole.dump"), join(home, "cut.dump")];
      await asUser("pg_dump", "-h", home, "-U", "postgres", "-Fc", "-f", whole, "postgres");
      await copyFile(whole, cut);
      await truncate(cut, (await stat(cut)).size - 2000);
      const bare = join(home, "bin");
      await mkdir(bare);
      for (const name of ["sh", "head", "tail", "od", "tr", "timeout", "id", "true"]) {
        await writeFile(join(bare, name), `#!/bin/sh\nexec ${findProgram(name) ?? name} "$@"\n`, {
          mode: 0o755,
        });
      }
      expect(await check(whole, "pg-custom")).toMatchObject({
        isReadable: true,
        text: { en: "pg_restore read it to its end." },
      });
      expect((await check(cut, "pg-custom")).isReadable).toBe(false);
      expect(await check(whole, "pg-custom", bare)).toMatchObject({
        isReadable: true,
        text: { en: "Its beginning and its end are as they must be." },
      });
      expect((await check(cut, null, bare)).isReadable).toBe(false);
      expect((await check(whole, "gzip")).isReadable).toBe(false);
    },
    limit,
  );
});
