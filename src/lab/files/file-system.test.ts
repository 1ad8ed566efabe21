import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../world/clock.ts";
import { MachineView } from "../world/view.ts";
import { World } from "../world/world.ts";
import { absolutePath, type FileSystem } from "./file-system.ts";
import { machineFiles } from "./machine-files.ts";
import { FileError, rootUser } from "./node.ts";

const ops = { name: "ops", id: 1000, home: "/home/ops" };
const bytes = (words: string) => new TextEncoder().encode(words);
const codeOf = (work: () => unknown) => {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof FileError ? error.code : error;
  }
};

describe("FileSystem", () => {
  let files: FileSystem;
  let world: World;
  const read = (path: string, user = ops) => {
    const content = files.open(path, user);
    return typeof content === "string" ? content : new TextDecoder().decode(content);
  };

  beforeEach(() => {
    world = new World({ seed: 1, clock: new ManualClock() });
    files = machineFiles(new MachineView(world, world.machine("tower-a")), ["/usr/bin/df"]).files;
  });

  it("writes, appends, truncates, renames and removes", () => {
    files.create("/home/ops/a", ops, "truncate")(bytes("one\n"));
    files.create("/home/ops/a", ops, "append")(bytes("two\n"));
    expect(read("/home/ops/a")).toBe("one\ntwo\n");
    files.rename("/home/ops/a", "/tmp/b", ops);
    expect(codeOf(() => read("/home/ops/a"))).toBe("ENOENT");
    files.create("/tmp/b", ops, "truncate");
    expect(read("/tmp/b")).toBe("");
    files.remove("/tmp/b", ops);
    expect(files.status("/tmp/b", ops)).toBeNull();
  });

  it("lets two writers of one file see each other's bytes", () => {
    const first = files.create("/tmp/log", ops, "append");
    const second = files.create("/tmp/log", ops, "append");
    first(bytes("a"));
    second(bytes("b"));
    first(bytes("c"));
    expect(read("/tmp/log")).toBe("abc");
  });

  it("keeps to the permissions", () => {
    expect(codeOf(() => read("/etc/shadow"))).toBe("EACCES");
    expect(read("/etc/shadow", rootUser)).toContain("root");
    expect(codeOf(() => files.create("/etc/new", ops, "truncate"))).toBe("EACCES");
    expect(codeOf(() => files.list("/root", ops))).toBe("EACCES");
    expect(codeOf(() => files.create("/proc/uptime", rootUser, "truncate"))).toBe("EACCES");
    files.create("/tmp/of-root", rootUser, "truncate");
    expect(codeOf(() => files.remove("/tmp/of-root", ops))).toBe("EACCES");
  });

  it("follows links, and gives up on those that lead round in a circle", () => {
    expect(read("/etc/os-release")).toContain("VERSION_CODENAME=bookworm");
    expect(files.allows("/bin/df", ops, "execute")).toBe(true);
    files.makeLink("/tmp/x", "/tmp/y", ops);
    files.makeLink("/tmp/y", "x", ops);
    expect(codeOf(() => read("/tmp/x"))).toBe("ELOOP");
  });

  it("is full when the disk is full, and at its quota", () => {
    const append = files.create("/tmp/big", ops, "truncate");
    const megabyte = new Uint8Array(1024 * 1024);
    expect(
      codeOf(() => {
        for (let count = 0; count < 100; count += 1) append(megabyte);
      }),
    ).toBe("ENOSPC");
    files.remove("/tmp/big", ops);
    files.create("/tmp/small", ops, "truncate")(bytes("fits again"));
    world.inject(["disk-full", "tower-a"]);
    expect(codeOf(() => files.create("/tmp/other", ops, "truncate"))).toBe("ENOSPC");
    world.clear();
    files.create("/tmp/other", ops, "truncate");
  });

  it("shows files that come and go with the machine's state", () => {
    expect(files.status("/run/reboot-required", ops)).toBeNull();
    expect(files.list("/boot", ops)).toEqual(["vmlinuz-6.1.0-27-amd64"]);
    world.machine("tower-a").installedKernel = "6.1.0-28-amd64";
    expect(read("/var/run/reboot-required")).toContain("restart required");
    expect(files.list("/lib/modules", ops)).toEqual(["6.1.0-27-amd64", "6.1.0-28-amd64"]);
  });

  it("never leaves its root, whatever the path", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "/", ".", "..", " ") }), (path) => {
        const absolute = absolutePath(path, "/home/ops");
        expect(absolute).toMatch(/^\//);
        expect(absolute.split("/")).not.toContain("..");
        expect(absolutePath(absolute, "/other")).toBe(absolute);
      }),
    );
  });
});
