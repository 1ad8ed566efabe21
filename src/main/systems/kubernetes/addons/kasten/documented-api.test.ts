import { expect, test } from "vitest";
import { layTestAuthority } from "../testing/addon-bench.ts";
import { undocumented } from "./testing/documented-api.ts";
import { Regions } from "./testing/regions.ts";

layTestAuthority();

test("every object of Kasten that is created has the documented fields alone", async () => {
  const regions = await Regions.start("north");
  const sent: { kind?: unknown; apiVersion?: unknown }[] = [];
  const ask = regions.access.ask.bind(regions.access);
  regions.access.ask = (request) => {
    if (request.method === "POST" && request.path.includes("kasten")) sent.push(request.body as object);
    return ask(request);
  };
  try {
    const policy = "cluster-north/kasten-policies/kasten-io/import-billing";
    const latest = { of: "billing", latest: true };
    await regions.run("kasten.import", policy, "backup-policy");
    await regions.run("kasten.test-restore", "cluster-north/cluster", "cluster", latest);
    await regions.run("kasten.restore", "cluster-north/cluster", "cluster", latest);
    expect(sent.map(({ kind }) => kind)).toEqual([
      "RunAction",
      "RestorePoint",
      "RestoreAction",
      "RestorePoint",
      "RestoreAction",
    ]);
    for (const body of sent) expect(undocumented(body)).toEqual([]);
  } finally {
    await regions.close();
  }
});

test("a field that is not documented, or of another type, is found", () => {
  const subject = { kind: "Policy", name: "a", namespace: "b" };
  const run = { apiVersion: "actions.kio.kasten.io/v1alpha1", kind: "RunAction" };
  expect(undocumented({ ...run, spec: { subject } })).toEqual([]);
  expect(undocumented({ ...run, spec: { subject: { ...subject, uid: "c" } } })).toEqual([
    ".spec.subject.uid",
  ]);
  expect(undocumented({ ...run, spec: { subject: { ...subject, name: 3 } } })).toEqual([
    ".spec.subject.name is no string",
  ]);
  expect(undocumented({ ...run, spec: {} })).toEqual([".spec.subject is missing"]);
  expect(undocumented({ kind: "Pod" })).toEqual(["kind Pod"]);
});
