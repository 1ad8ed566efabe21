import { expect, test } from "vitest";
import { readPem } from "../x509/read.ts";
import { readRequest } from "../x509/request.ts";
import { seenSchedule } from "./kubernetes/addons/velero/schedules.ts";
import { stepsOf } from "./kubernetes/manifests/locate.ts";
import { fieldsIn } from "./proxmox/actions/restore-source.ts";
import { parseDf } from "./ssh/parse/df.ts";
import { parseMdstat } from "./ssh/parse/mdstat.ts";
import { childOf, readXml } from "./xml.ts";

/**
 * Two megabytes each, made so that an expression that goes back over its steps would take hours: the square of their length.
 * Whoever reads them has cut them first, or needs not go back.
 */
const length = 2_000_000;
const many = (words: string) => words.repeat(Math.floor(length / words.length));

test("the schedule of a backup", () => {
  const metadata = { name: "a", namespace: "velero", labels: {}, annotations: {} };
  const object = { metadata, spec: { schedule: `TZ=_\n${many("\t")}\nZ` } };
  const item = { metadata, object, cells: null } as unknown as Parameters<typeof seenSchedule>[1];
  expect(seenSchedule("cluster-east", item)).not.toBeNull();
});

test("the field that an API server complains of", () => {
  expect(stepsOf(many("[")).length).toBeLessThan(2000);
});

test("the configuration of a guest in its backup", () => {
  expect(fieldsIn(`name: db-1 \nbad:-${many("\t")}\u0000`)).toEqual({ name: "db-1", bad: "-" });
});

test("the file systems and disks of a host", () => {
  expect(parseDf(`\u0000${many("\t")}\t%\t0\t0\t0\t0%\t/`, null)).toEqual([]);
  expect(parseMdstat(`Personalities : [raid1]\nmd0 : active raid1 ${many("[")}\u2028[`)).toMatchObject([
    { name: "md0", members: [] },
  ]);
});

test("certificates, and requests for them", () => {
  expect(readPem(many("-----BEGIN CERTIFICATE-----\n"))).toBeNull();
  expect(readRequest(many("-----BEGIN CERTIFICATE REQUEST-----\n"))).toBeNull();
});

test("an XML document of one long word", () => {
  expect(childOf(readXml(`<a><b>${many("&amp;")}</b></a>`), "", "b")?.text).toHaveLength(length / 5);
});
