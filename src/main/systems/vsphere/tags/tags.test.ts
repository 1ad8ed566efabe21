import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeRest, status } from "../testing/fake-rest.ts";
import { FakeVcenter } from "../testing/fake-vcenter.ts";
import { OpenedVsphere } from "../testing/opened.ts";

let vcenter: FakeVcenter;
let rest: FakeRest;
let opened: OpenedVsphere;

beforeEach(async () => {
  vcenter = new FakeVcenter();
  rest = new FakeRest();
  vcenter.rest = rest;
  await vcenter.start();
  vcenter.objects.set("host-1", { type: "HostSystem", properties: { name: "esx-1" } });
  for (const id of ["vm-1", "vm-2"]) vcenter.vm(id, { "runtime.host": "@HostSystem host-1" });
  rest.tag("urn:tag:1", "Environment", "Production", "VirtualMachine vm-1");
  rest.tag("urn:tag:2", "Backup", "nightly", "VirtualMachine vm-1", "HostSystem host-1");
});
afterEach(async () => {
  await opened.system.close();
  await vcenter.stop();
  expect(rest.sessions.size).toBe(0);
});

async function open(config: object = {}): Promise<void> {
  opened = new OpenedVsphere(
    vcenter.port,
    { pin: vcenter.pin, name: "vCenter", environment: "elsewhere", ...config },
    { pause: 20 },
  );
  await opened.observe();
}
const tags = (name: string, kind: "vm" | "host" = "vm") =>
  opened.fact(kind, name, "hypervisor.tags") as string[] | null;
const problems = () => opened.resource("service", "vCenter").problems;
const environment = (name: string) => opened.resource("vm", name).environment;
const environments = { category: "Environment", tags: { Production: "production", Trial: "trials" } };

test("are shown on what they are on, followed, and kept while they cannot be read, which is told", async () => {
  await open();
  await opened.until(() => tags("vm-1")?.length === 2);
  expect(tags("vm-1")).toEqual(["Backup: nightly", "Environment: Production"]);
  expect(tags("vm-2")).toEqual([]);
  expect(tags("esx-1", "host")).toEqual(["Backup: nightly"]);
  expect(problems()).toEqual([]);
  rest.intercept = ({ url }, response) => {
    if (url.endsWith("/tag")) status(response, 403);
    return url.endsWith("/tag");
  };
  await opened.until(() => problems()[0]?.code === "vsphere.tags-unread");
  expect(problems()[0]?.text.fr).toBe(
    "Ses étiquettes ne sont pas lues. L'utilisateur n'est pas autorisé à lire les étiquettes de vCenter.",
  );
  expect(tags("vm-1")).toHaveLength(2);
  expect(opened.errors).toBe(0);
  rest.intercept = null;
  rest.tag("urn:tag:2", "Backup", "nightly", "VirtualMachine vm-2");
  await opened.until(() => String(tags("vm-2")) === "Backup: nightly" && tags("vm-1")?.length === 1);
  expect(problems()).toEqual([]);
});

test("name the environment of a VM, or of what it is in; a tag that stands for none is told", async () => {
  rest.tag("urn:tag:3", "Environment", "Trial", "HostSystem host-1");
  await open({ environments });
  await opened.until(() => environment("vm-1") === "production" && environment("vm-2") === "trials");
  rest.tags.delete("urn:tag:3");
  rest.tag("urn:tag:1", "Environment", "Production", "VirtualMachine vm-2");
  rest.tag("urn:tag:4", "Environment", "Staging", "VirtualMachine vm-1");
  await opened.until(() => environment("vm-1") === "elsewhere" && environment("vm-2") === "production");
  await opened.until(
    () =>
      problems()[0]?.text.en ===
      "Tags of the category Environment stand for no environment of the estate file: Staging.",
  );
});

test("of a vCenter without a REST API are missed only where they name environments", async () => {
  rest.newer = "none";
  rest.older = false;
  await open();
  await opened.until(() => rest.count("POST /rest") > 1);
  await opened.observe();
  expect(problems()).toEqual([]);
  await opened.system.close();
  await open({ environments });
  await opened.until(() => problems()[0]?.code === "vsphere.tags-unread");
  expect(opened.fact("vm", "vm-1", "power.state")).toBe("on");
});

test("are not asked of an ESXi host by itself", async () => {
  vcenter.about = "<apiType>HostAgent</apiType>";
  await open();
  await opened.observe();
  expect(rest.asked).toEqual([]);
  expect(tags("vm-1")).toBeNull();
});
