import {
  type ConsentAnswer,
  cancelConsent,
  displayTime,
  settleConsent,
  startConsent,
  submitConsent,
} from "../../../world/consent.ts";
import { WsmanFault } from "../wsman/fault.ts";
import { type ManagedClass, type Subject, status } from "./class.ts";

/** IPS_OptInService.OptInRequired. */
const policies = { none: 0, kvm: 1, all: 4_294_967_295 } as const;

const answers: Record<ConsentAnswer, number> = {
  accepted: status.success,
  "wrong-state": status.notReady,
  blocked: status.blocked,
  "wrong-code": status.wrongConsentCode,
};

function told(subject: Subject, answer: ConsentAnswer): number {
  if (answer !== "wrong-state") subject.world.announce(subject.machine, "management");
  return answers[answer];
}

export const optInService: ManagedClass = {
  instances: ({ world, management }) => {
    const { consent, controlMode } = management;
    settleConsent(consent, world.clock.now());
    return [
      [
        ["CanModifyOptInPolicy", controlMode === "admin" ? 1 : 0],
        ["CreationClassName", "IPS_OptInService"],
        ["ElementName", "Intel(r) AMT OptIn Service"],
        ["Name", "Intel(r) AMT OptIn Service"],
        ["OptInCodeTimeout", 120],
        ["OptInDisplayTimeout", displayTime / 1000],
        ["OptInRequired", policies[controlMode === "client" ? "all" : consent.policy]],
        ["OptInState", consent.state],
        ["SystemCreationClassName", "CIM_ComputerSystem"],
        ["SystemName", "Intel(r) AMT"],
      ],
    ];
  },
  put: ({ management }, given) => {
    const wanted = given.number("OptInRequired");
    if (wanted === null) return;
    const found = (["none", "kvm", "all"] as const).find((name) => policies[name] === wanted);
    if (!found) throw new WsmanFault("wrong-values");
    if (management.controlMode === "client" && found !== "all") throw new WsmanFault("access-denied");
    management.consent.policy = found;
  },
  methods: {
    StartOptIn: (subject) =>
      told(subject, startConsent(subject.management.consent, subject.world.clock.now(), subject.newCode())),
    SendOptInCode: (subject, input) => {
      const digits = input.number("OptInCode");
      if (digits === null) throw new WsmanFault("wrong-body");
      const code = String(digits).padStart(6, "0");
      return told(subject, submitConsent(subject.management.consent, subject.world.clock.now(), code));
    },
    CancelOptIn: (subject) =>
      told(subject, cancelConsent(subject.management.consent, subject.world.clock.now())),
  },
};
