import { OpsError } from "../../../shared/errors.ts";
import type { ApprovalRequest, SignedApproval } from "../../../shared/people.ts";
import type { PlanNodeOf } from "../../../shared/plan.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import { canonicalHash } from "../../journal/chain.ts";
import { fillOutcomes } from "../definition/placeholders.ts";
import type { ActiveRun } from "./active-run.ts";
import type { EngineClock } from "./engine-clock.ts";
import * as faults from "./faults.ts";
import type { FoldedNode, FoldedRun } from "./folded-run.ts";
import type { EngineParts, RunPeople } from "./parts.ts";
import { outcomeOf } from "./readiness.ts";
import { firstPersons } from "./second-person.ts";
import { stepIn } from "./steps-of.ts";

/** A person's answer at a gate. */
export interface GateDecision {
  accept: boolean;
  planHash: string;
  reason: string;
  /** Who decides, where nobody signs; whoever uses this console when left out. */
  by?: string | undefined;
  /** The operator whose signature it should be. */
  operator?: string | undefined;
  /** What `ssh-keygen -Y sign` made of a request of this gate. */
  signature?: string | undefined;
}

/** Milliseconds that a request may be answered in, if its gate is open so long. */
const requestLasts = 3_600_000;

/** A signature for something else is looked for in so many of the newest runs. */
const runsLookedAt = 50;

type OpenGate = FoldedNode & { node: PlanNodeOf<"gate"> };

/**
 * The gates of runs that this console has. Times are those of the engine's clock, which neither a jump of the wall clock
 * nor the clock of whoever signs can move: a signature says nothing about when it was made, the request does.
 */
export class Gates {
  readonly #parts: EngineParts;
  readonly #clock: EngineClock;
  readonly #own: (id: string) => Promise<ActiveRun>;
  readonly #all: () => Iterable<FoldedRun>;

  constructor(
    parts: EngineParts,
    clock: EngineClock,
    own: (id: string) => Promise<ActiveRun>,
    all: () => Iterable<FoldedRun>,
  ) {
    this.#parts = parts;
    this.#clock = clock;
    this.#own = own;
    this.#all = all;
  }

  /**
   * Puts a gate to another person, or to whoever may when `to` is null, and gives what is to be signed. Asked again while
   * nothing has changed, it gives the same request, so that it may be sent to several. Whoever names themself gets what
   * another has put to them: they sign at a window of their own. Throws OpsError
   * `run.not-possible`, `run.unknown-operator`, `run.own-request` or the journal's.
   */
  async ask(id: string, node: string, to: string | null): Promise<ApprovalRequest> {
    const run = await this.#own(id);
    const found = openGate(run.folded, node);
    const { people, actor } = this.#parts;
    const put = to !== null && people?.personOf(actor) === to ? this.#putTo(run.folded, found, to) : null;
    if (put !== null) return put;
    const request = this.#newest(run.folded, found) ?? this.#request(run.folded, found);
    if (to !== null) {
      if (people?.isOperator(to) !== true) throw faults.unknownOperator(to);
      const two = found.node.gate.approvers === 2;
      if (two && firstPersons(run.folded, request, people.personOf).has(to)) throw faults.ownRequest();
    }
    const known = found.requests.some((one) => one.to === to && isSame(one.request, request));
    if (!known) await run.decide("run.approval-asked", { node, request, to });
    return request;
  }

  /**
   * Approves or refuses a gate; where two people must agree only by the signature of the second. Anybody may refuse. Throws
   * OpsError `run.not-possible`, `run.plan-changed`, `run.needs-reason` (to refuse), `run.own-request`,
   * `run.needs-signature`, `run.approval-expired`, `run.state-changed`, `run.approval-elsewhere` or what is wrong with the signature.
   */
  async decide(id: string, node: string, decision: GateDecision): Promise<void> {
    const run = await this.#own(id);
    const found = openGate(run.folded, node);
    const { accept, planHash, reason } = decision;
    if (planHash !== run.folded.plan.hash) throw faults.planChanged();
    if (!accept && reason.trim() === "") throw faults.needsReason();
    const approval = this.#signed(run.folded, found, decision);
    const by = approval?.operator ?? decision.by ?? this.#parts.actor;
    const signed = approval === null ? {} : { approval };
    if (!accept) return run.decide("run.gate-refused", { node, by, reason, ...signed });
    const { people } = this.#parts;
    if (people?.mayApprove?.(people.personOf(by), run.folded.plan) === false) throw faults.noApprover(by);
    const pass = found.node.gate.approvers === 2 ? this.#refuseFirst(run.folded, by, approval) : null;
    await run.decide("run.gate-approved", { node, planHash, by, ...signed, ...(pass && { pass }) });
  }

  /** The rights by which the first person may be the second as well; null where it is another person. */
  #refuseFirst(run: FoldedRun, by: string, approval: SignedApproval | null): string | null {
    const personOf = this.#parts.people?.personOf ?? ((name: string) => name);
    const asked = approval?.request ?? { requestedBy: run.leader };
    const first = firstPersons(run, asked, personOf).has(personOf(by));
    const pass = first ? (this.#parts.people?.passOf?.(personOf(by)) ?? null) : null;
    if (first && pass === null) throw faults.ownRequest();
    if (approval === null) throw faults.needsSignature();
    return pass;
  }

  #signed(run: FoldedRun, found: OpenGate, decision: GateDecision): SignedApproval | null {
    const { signature, operator, accept } = decision;
    const { people } = this.#parts;
    if (signature === undefined || signature.trim() === "") return null;
    if (people === undefined) throw faults.noSignatures();
    const verdict = accept ? "approve" : "refuse";
    const own = found.requests.map(({ request }) => request);
    let checked: ReturnType<RunPeople["check"]>;
    try {
      checked = people.check(signature, own, verdict);
    } catch (thrown) {
      // It may be good, but for something else: that is worth knowing.
      const other = thrown instanceof OpsError && thrown.code === "approval.other-message";
      const elsewhere = other ? this.#elsewhere(people, signature, verdict) : null;
      throw elsewhere === null ? thrown : faults.approvalElsewhere(elsewhere.title, elsewhere.procedure);
    }
    const { request } = checked;
    if (operator !== undefined && operator !== checked.operator) throw faults.otherSigner(checked.operator);
    if (request.expiresAt <= this.#clock.now()) throw faults.approvalExpired();
    if (request.planHash !== run.plan.hash) throw faults.planChanged();
    if (request.observed !== this.#observed(run, found)) throw faults.stateChanged();
    return checked;
  }

  /** The step of any run, or an earlier try of this one, that a signature was asked for. */
  #elsewhere(people: RunPeople, signature: string, verdict: "approve" | "refuse") {
    for (const run of [...this.#all()].slice(-runsLookedAt).reverse()) {
      const events = this.#parts.journal.forTask(run.id);
      const requests = events.flatMap(({ type, data }) =>
        type === "run.approval-asked" ? (data.request as ApprovalRequest) : [],
      );
      if (requests.length === 0) continue;
      try {
        const { node } = people.check(signature, requests, verdict).request;
        const title = run.nodes.get(node)?.node.title ?? text(node, node);
        return { title, procedure: run.plan.title };
      } catch {
        // Not of this run.
      }
    }
    return null;
  }

  /** The last request of this console's user, if it can still be answered for a while and nothing has changed since. */
  #newest(run: FoldedRun, found: OpenGate): ApprovalRequest | null {
    const last = found.requests.at(-1)?.request;
    if (last === undefined || last.requestedBy !== this.#parts.actor) return null;
    const open = last.expiresAt - this.#clock.now() > requestLasts / 2 || last.expiresAt === found.until;
    return open && last.observed === this.#observed(run, found) ? last : null;
  }

  /** The last request that somebody else has put to an operator, or to whoever may, if it can still be answered. */
  #putTo(run: FoldedRun, found: OpenGate, operator: string): ApprovalRequest | null {
    const observed = this.#observed(run, found);
    const put = found.requests.findLast(
      ({ to, request }) =>
        (to === null || to === operator) &&
        this.#parts.people?.personOf(request.requestedBy) !== operator &&
        request.expiresAt > this.#clock.now() &&
        request.observed === observed,
    );
    return put?.request ?? null;
  }

  #request(run: FoldedRun, found: OpenGate): ApprovalRequest {
    const now = this.#clock.now();
    return {
      version: 1,
      run: run.id,
      procedure: run.plan.procedure,
      node: found.node.id,
      text: this.#words(run, found),
      planHash: run.plan.hash,
      observed: this.#observed(run, found),
      requestedBy: this.#parts.actor,
      requestedAt: now,
      expiresAt: Math.min(now + requestLasts, found.until ?? Number.POSITIVE_INFINITY),
    };
  }

  /** What is signed must be what is journalled: secrets are withheld before, not after. */
  #words(run: FoldedRun, { node }: OpenGate): LocalText {
    const { gate } = node;
    const words = gate.late ? fillOutcomes(gate.text, (id) => outcomeOf(run, id) ?? "…") : gate.text;
    const redact = this.#parts.redact ?? ((one: string) => one);
    return text(redact(words.en), redact(words.fr));
  }

  #observed(run: FoldedRun, { node }: OpenGate): string {
    const shown = node.gate.shows?.length ? this.#parts.shownAt?.(run.id, run.plan, node) : undefined;
    return shown === undefined ? "" : canonicalHash(JSON.parse(JSON.stringify(shown)));
  }
}

function openGate(run: FoldedRun, id: string): OpenGate {
  const found = stepIn(run, id);
  const { node } = found;
  if (node.kind !== "gate" || found.state !== "running") throw faults.notPossible(found.state);
  return { ...found, node };
}

function isSame(one: ApprovalRequest, other: ApprovalRequest): boolean {
  return canonicalHash(one) === canonicalHash(other);
}
