import type { Duplex } from "node:stream";
import { isConsented, noteConsentUse } from "../../world/consent.ts";
import type { Machine } from "../../world/machine.ts";
import type { Management } from "../../world/management.ts";
import type { World } from "../../world/world.ts";
import type { DoorState } from "../network.ts";
import { serveRfb } from "./serve.ts";

const minute = 60_000;

/** Why the engine lets nobody in at its screen port now; null when it does. */
function refusalOf(world: World, management: Management): string | null {
  if (management.screenPort.password === null) return "No password configured";
  if (management.open.has("kvm")) return "Another session is open";
  const { consent, controlMode } = management;
  const isLetIn = isConsented(consent, "kvm", controlMode, world.clock.now());
  return isLetIn ? null : "User consent is required";
}

/**
 * The classic screen port of a management engine (IG, KVM and Intel AMT): there while it is enabled, whether or not
 * the machine runs; one session at a time, ended when nobody has typed for so many minutes.
 */
export function serveClassicPort(
  world: World,
  machine: Machine,
  management: Management,
  onFailure: (error: unknown) => void,
): { state(): DoorState; serve(stream: Duplex): void } {
  const serve = (stream: Duplex) => {
    let isAdmitted = false;
    let calledOff = () => {};
    const awaitInput = () => {
      calledOff();
      const { screenTimeout } = management;
      if (screenTimeout > 0) calledOff = world.clock.after(screenTimeout * minute, () => session.close());
    };
    const session = serveRfb(stream, {
      world,
      machine,
      dialect: "amt",
      password: management.screenPort.password,
      name: "Intel(r) AMT KVM",
      refusal: refusalOf(world, management),
      onAdmitted: () => {
        if (refusalOf(world, management) !== null) {
          // Somebody else was faster with the password.
          session.close();
          return;
        }
        isAdmitted = true;
        management.open.add("kvm");
        noteConsentUse(management.consent, world.clock, true);
        world.announce(machine, "management");
        awaitInput();
      },
      onInput: awaitInput,
      onEnd: () => {
        calledOff();
        if (!isAdmitted) return;
        management.open.delete("kvm");
        noteConsentUse(management.consent, world.clock, false);
        world.announce(machine, "management");
      },
      onFailure,
    });
  };
  return {
    state: () => {
      if (world.fault("amt-asleep", machine.id)) return "silent";
      return management.screenPort.enabled && management.kvmEnabled ? "open" : "refused";
    },
    serve,
  };
}
