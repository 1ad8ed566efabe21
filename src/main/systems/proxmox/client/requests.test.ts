import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { publishedMethods, withoutNames } from "../testing/published-schema.ts";
import { formOf, pathOf, type RequestShape, requests } from "./requests.ts";

const published = new Map(publishedMethods().map((each) => [`${each.method} ${each.path}`, each.parameters]));
const guests = ["qemu", "lxc"];

/**
 * Parameters of Proxmox VE 8 that the schema of 9 has no more or has elsewhere, by request; those that stand here are sent
 * to a node of version 8 alone.
 */
const onlyIn8: Readonly<Record<string, readonly string[]>> = {};

describe("every request", () => {
  it("is compared with a whole schema", () => {
    expect(published.size).toBeGreaterThan(500);
    expect(published.get("POST /nodes/{}/qemu/{}/migrate")).toContain("with-local-disks");
    expect(published.get("POST /nodes/{}/qemu/{}/config")).toContain("ipconfig[n]");
  });

  it.each(Object.entries(requests as Record<string, RequestShape>))(
    "%s is one that Proxmox publishes, with its parameters",
    (name, { method, path, required = [], optional = [] }) => {
      // A parameter that one kind of guest alone has is given for that kind alone: it must be known to one of them.
      const paths = path.includes("{guest}") ? guests.map((guest) => path.replace("{guest}", guest)) : [path];
      const known = paths.map((each) => published.get(`${method} ${withoutNames(each)}`));
      expect(known).not.toContain(undefined);
      const all = new Set([...known.flatMap((each) => each ?? []), ...(onlyIn8[name] ?? [])]);
      expect([...required, ...optional].filter((each) => !all.has(each))).toEqual([]);
      // The schema names what is required first.
      for (const each of known) expect(each?.slice(0, required.length)).toEqual(required);
    },
  );
});

describe("the path of a request", () => {
  it("is filled in and escaped", () => {
    expect(pathOf("guestStatus", { node: "pve-1", guest: "lxc", vmid: 100 })).toBe(
      "/api2/json/nodes/pve-1/lxc/100/status/current",
    );
    expect(pathOf("taskStatus", { node: "a", upid: "UPID:a:1:2:3:x:1:b@pve!c:" })).toBe(
      "/api2/json/nodes/a/tasks/UPID%3Aa%3A1%3A2%3A3%3Ax%3A1%3Ab%40pve!c%3A/status",
    );
  });

  it("cannot be led elsewhere by what is filled in", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (node, storage) => {
        let path: string;
        try {
          path = pathOf("storageContent", { node, storage });
        } catch (error) {
          expect([node, storage].some((each) => ["", ".", ".."].includes(each))).toBe(true);
          expect(error).toBeInstanceOf(Error);
          return;
        }
        expect(new URL(path, "https://pve.example").pathname.split("/")).toHaveLength(8);
      }),
    );
  });
});

describe("the form of a request", () => {
  it("has 1 and 0 for switches, and nothing for what is undefined", () => {
    expect(formOf({ online: true, force: false, target: undefined, description: "é & b" })).toBe(
      "online=1&force=0&description=%C3%A9+%26+b",
    );
  });
});
