import { afterEach, beforeEach, expect, test } from "vitest";
import { run, runnerWith, typesOf } from "../../actions/fixtures/started-runner.ts";
import { Questions } from "../../reach/questions.ts";
import { machineActions } from "./actions.ts";
import type { MachineAccess } from "./machine-access.ts";
import { FakeAmt } from "./testing/fake-amt.ts";
import { accessTo, FakeClock } from "./testing/surroundings.ts";

let amt: FakeAmt;
let clock: FakeClock;
let access: MachineAccess;
beforeEach(async () => {
  amt = await FakeAmt.start();
  amt.firmware.power = [8];
  amt.firmware.available = [2];
  clock = new FakeClock();
  access = accessTo({ "tower-a": amt.port }, clock);
});
afterEach(async () => {
  access.close();
  await amt.close();
});

const questions = new Questions({ interactive: false, now: () => clock.now() });
const runner = () => runnerWith(machineActions(access, { onChanged: () => undefined, questions }));
const powerRequests = () => amt.received.filter(({ body }) => body.includes("RequestPowerStateChange_INPUT"));

test("a power-on is journalled before it is sent and ends verified", async () => {
  amt.firmware.onPower = () => {
    amt.firmware.power = [8, 2];
  };
  const task = await run(runner(), { action: "amt.power-on" });
  expect(task).toMatchObject({ state: "verified", error: null });
  expect(typesOf(task.id)).toEqual(["requested", "intent", "result", "verified"]);
});

test("one whose connection dies after it was sent is an unknown effect, settled by reading, and sent once", async () => {
  amt.misbehave = (body) => {
    if (!body.includes("_INPUT")) return null;
    // The firmware has heard it all the same.
    amt.firmware.power = [2];
    return "close";
  };
  const task = await run(runner(), { action: "amt.power-on" });
  expect(task.state).toBe("verified");
  expect(typesOf(task.id)).toEqual(["requested", "intent", "result", "settled"]);
  expect(powerRequests()).toHaveLength(1);
});

test("one that was lost on its way stays unknown while it may still come", async () => {
  amt.misbehave = (body) => (body.includes("_INPUT") ? "close" : null);
  const task = await run(runner(), { action: "amt.power-on" });
  expect(task.state).toBe("unknown-effect");
  expect(powerRequests()).toHaveLength(1);
});

test("one to a machine that is gone has failed and changed nothing", async () => {
  const asking = runner();
  let reads = 0;
  amt.misbehave = () => {
    reads += 1;
    // The probe is answered, and then nothing listens any more.
    if (reads === 1) queueMicrotask(() => void amt.close());
    return null;
  };
  amt.keepAlive = false;
  const task = await run(asking, { action: "amt.power-on" });
  expect(task.state).toBe("failed");
  expect(powerRequests()).toHaveLength(0);
  amt = await FakeAmt.start();
});
