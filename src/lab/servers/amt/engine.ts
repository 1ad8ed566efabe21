import { randomInt } from "node:crypto";
import { performance } from "node:perf_hooks";
import { pause } from "../../world/clock.ts";
import type { Machine } from "../../world/machine.ts";
import { logEvent, type Management, type RedirectionKind } from "../../world/management.ts";
import { randomFor } from "../../world/random.ts";
import type { World } from "../../world/world.ts";
import { amtUser } from "./credentials.ts";
import { type Asking, DigestLogIn } from "./digest.ts";
import type { Subject } from "./model/class.ts";
import { Enumerations } from "./wsman/enumerations.ts";
import type { Reply } from "./wsman/reply.ts";
import { WsmanService } from "./wsman/service.ts";

/** World milliseconds for one answer, while the machine runs and while the engine lives on standby power. */
const answerTime = { running: 20, off: 120 } as const;
/** Requests that wait while one is worked on; a further one is turned away. */
const waitingLimit = 8;

/** The management engine of one machine: its log-in, its service, and the sessions that it carries. */
export class AmtEngine implements Subject {
  readonly world: World;
  readonly machine: Machine;
  readonly management: Management;
  readonly digest: DigestLogIn;
  private readonly service: WsmanService;
  private readonly sessions = new Map<RedirectionKind, () => void>();
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  /** `seed` decides when a nonce is forgotten. */
  constructor(
    world: World,
    machine: Machine,
    management: Management,
    login: { password: string; seed: number },
  ) {
    this.world = world;
    this.machine = machine;
    this.management = management;
    this.digest = new DigestLogIn(
      { realm: management.digestRealm, user: amtUser, password: login.password },
      management.plainPorts ? ["auth"] : ["auth", "auth-int"],
      randomFor(login.seed, `digest ${machine.id}`),
    );
    this.service = new WsmanService(this, new Enumerations(() => performance.now()));
  }

  /** Decides on a log-in, counts it, and writes a wrong one into the event log. */
  logIn(asking: Asking): "accepted" | "refused" | "stale" {
    return this.count(this.digest.check(asking));
  }

  /** Counts a log-in that was decided on. */
  count<Answer extends "accepted" | "refused" | "stale">(answer: Answer): Answer {
    const { logIns } = this.management;
    logIns.tried += 1;
    if (answer === "accepted") logIns.accepted += 1;
    if (answer === "refused") logEvent(this.management, "refused", this.world.clock.now());
    return answer;
  }

  /** Answers a request of WS-Management, one after the other; null when too many wait already. */
  async answer(words: string, signal: AbortSignal): Promise<Reply | null> {
    if (this.waiting >= waitingLimit) return null;
    this.waiting += 1;
    const before = this.last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.last = promise;
    try {
      await before;
      const time = this.machine.power === "off" ? answerTime.off : answerTime.running;
      await pause(this.world.clock, time, signal);
      return this.service.answer(words);
    } finally {
      this.waiting -= 1;
      resolve();
    }
  }

  /** Takes a session's place; false when there is one of that kind already. `end` breaks it. */
  openSession(kind: RedirectionKind, end: () => void): boolean {
    if (this.sessions.has(kind)) return false;
    this.sessions.set(kind, end);
    this.management.open.add(kind);
    this.world.announce(this.machine, "management");
    return true;
  }

  /** Gives a session's place back. */
  closeSession(kind: RedirectionKind): void {
    if (!this.sessions.delete(kind)) return;
    this.management.open.delete(kind);
    this.world.announce(this.machine, "management");
  }

  endSession(kind: RedirectionKind): void {
    this.sessions.get(kind)?.();
  }

  /** What was switched off ends. */
  settingsChanged(): void {
    const { kvmEnabled, solEnabled, iderEnabled } = this.management;
    if (!kvmEnabled) this.endSession("kvm");
    if (!solEnabled) this.endSession("sol");
    if (!iderEnabled) this.endSession("ider");
    this.world.announce(this.machine, "management");
  }

  newCode(): string {
    return String(randomInt(1_000_000)).padStart(6, "0");
  }

  /** Whether it answers at all: it sleeps by a fault, or when its link is not kept in the machine's power state. */
  isAwake(): boolean {
    if (this.world.fault("amt-asleep", this.machine.id)) return false;
    return this.machine.power !== "off" || this.management.linkPolicy.includes(14);
  }
}
