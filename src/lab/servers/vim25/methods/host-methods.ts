import { isTrue, numberOf } from "../soap/element.ts";
import { type Call, type Methods, returnsTask } from "./call.ts";

const hostOf = (call: Call) => call.center.needHost(call.on).id;

/** HostSystem. */
export const hostMethods: Methods = {
  EnterMaintenanceMode_Task(call) {
    const seconds = numberOf(call.arguments, "timeout") ?? 0;
    return returnsTask(
      call.center.virtual.enterMaintenance(hostOf(call), call.session.user, {
        evacuateAll: isTrue(call.arguments, "evacuatePoweredOffVms"),
        timeout: Math.max(0, seconds) * 1000,
      }),
    );
  },
  ExitMaintenanceMode_Task: (call) =>
    returnsTask(call.center.virtual.leaveMaintenance(hostOf(call), call.session.user)),
  RebootHost_Task: (call) =>
    returnsTask(
      call.center.virtual.rebootHost(hostOf(call), call.session.user, isTrue(call.arguments, "force")),
    ),
  PowerDownHostToStandBy_Task: (call) =>
    returnsTask(call.center.virtual.standBy(hostOf(call), call.session.user)),
  PowerUpHostFromStandBy_Task: (call) =>
    returnsTask(call.center.virtual.wakeHost(hostOf(call), call.session.user)),
  ShutdownHost_Task: (call) =>
    returnsTask(
      call.center.virtual.shutDownHost(hostOf(call), call.session.user, isTrue(call.arguments, "force")),
    ),
};
