import { afterEach, beforeEach, expect, test } from "vitest";
import { vcenterUser } from "../../../../lab/servers/vim25/credentials.ts";
import { openRegions } from "../../../../lab/servers/vim25/testing/test-region.ts";
import { OpenedVsphere } from "../testing/opened.ts";

let lab: Awaited<ReturnType<typeof openRegions>>;
let opened: OpenedVsphere;

beforeEach(async () => {
  lab = await openRegions();
  opened = new OpenedVsphere(lab.port, { pin: lab.pin, user: vcenterUser }, { pause: 20 });
  opened.password = lab.password;
  await opened.observe();
});
afterEach(async () => {
  await opened.system.close();
  await lab.close();
  expect(lab.failures).toEqual([]);
});

const host = "esx-5.east.example";
const idle = (id: string) => opened.action(id).idle?.(opened.resource("host", host))?.en ?? null;

test("a host in standby is no problem, is woken once, and is proven to be on", async () => {
  expect(await opened.run("vsphere.enter-maintenance", host)).toMatchObject({
    verification: { proven: true },
  });
  lab.world.virtual.standBy("east-esx-5", "somebody");
  await opened.until(() => opened.fact("host", host, "power.state") === "sleeping");
  expect(opened.resource("host", host)).toMatchObject({ health: "ok", problems: [] });
  expect([idle("vsphere.host-power-on"), idle("vsphere.leave-maintenance")]).toEqual([
    null,
    "The host is not connected to vCenter.",
  ]);
  const { verification, committed, context, parsed, probe } = await opened.run("vsphere.host-power-on", host);
  expect([verification?.proven, committed]).toEqual([true, 1]);
  const { settle } = opened.action("vsphere.host-power-on");
  expect(await settle(context, parsed, probe)).toMatchObject({ effect: "happened" });
});

test("a host that does not wake up has not, in words", async () => {
  await opened.run("vsphere.enter-maintenance", host);
  lab.world.virtual.standBy("east-esx-5", "somebody");
  await opened.until(() => opened.fact("host", host, "power.state") === "sleeping");
  lab.world.inject(["task-fails", "east-esx-5"]);
  const { verification } = await opened.run("vsphere.host-power-on", host);
  expect(verification).toMatchObject({ proven: false, disproven: true });
});
