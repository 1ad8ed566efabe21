import type { Plan } from "../../shared/plan.ts";
import type { PraRequest } from "../../shared/pra.ts";
import type { Resource } from "../../shared/resource.ts";
import { roleOfRisk } from "../../shared/roles.ts";
import { JournalQueue } from "../actions/journal-queue.ts";
import { redactEvent } from "../actions/redaction.ts";
import { ActionRunner } from "../actions/runner.ts";
import type { Decision } from "../actions/two-people-guard.ts";
import { consoleGuards } from "../console-guards.ts";
import { InsideDesk } from "../inside/desk.ts";
import { oneAtATime } from "../one-at-a-time.ts";
import type { Caller } from "../people/caller.ts";
import type { Passes } from "../people/passes.ts";
import { permitPlan, planRights, rightLost } from "../people/plan-rights.ts";
import { runPeople } from "../people/run-people.ts";
import { ProcedureEngine } from "../procedures/engine/engine.ts";
import type { EngineParts } from "../procedures/engine/parts.ts";
import { expansionOf, ProcedureService } from "../procedures/service.ts";
import type { Declared } from "./declared.ts";
import type { Ground } from "./ground.ts";
import type { Knowledge } from "./knowledge.ts";
import { observingLimit } from "./observing.ts";
import type { People } from "./people.ts";
import type { Reach } from "./reach.ts";

interface WorkParts {
  people: People;
  reach: Reach["reach"];
  /** The plan that a mode of a PRA plan would be made into; null where none can be. */
  praPlan(wanted: PraRequest): Plan | null;
  /** What an approver is shown at the gate of a run. */
  shownAt: NonNullable<EngineParts["shownAt"]>;
}

/** Whatever changes something: actions behind their guards, and the procedures that are made of them. */
export function openWork(ground: Ground, declared: Declared, knowledge: Knowledge, parts: WorkParts) {
  const { endings, journal, me, now, redaction, report } = ground;
  const { registry, inventory, capacity, fleet } = knowledge;
  const { reach, shownAt } = parts;
  const { people, rights, passes } = parts.people;
  const { callers } = me;
  const estate = () => declared.watcher.estate;

  const queue = new JournalQueue(
    {
      writeAll: (events) =>
        journal.writeAll(events.map((event) => redactEvent(event, (data) => redaction.data(data)))),
    },
    () => me.actor,
  );
  const runner = endings.closing(
    new ActionRunner({
      registry,
      journal,
      queue,
      resource: (id) => inventory.get(id),
      guards: consoleGuards({
        journal,
        inventory,
        capacity,
        checkAllowlist: (resource, { id }) => reach.checkAllowlist(resource, registry.systemOf(id, resource)),
        estate,
        now,
        isMe: (name) => people.roster.personOf(name) === me.actor,
        judge: (risk, { site, environment }) =>
          rights.judge(callers.current, roleOfRisk[risk], { site, environment }),
        decided: () => decisionOf(callers.current, passes),
      }),
      now,
      get actor() {
        return me.actor;
      },
      redact: (words) => redaction.text(words),
    }),
  );
  const known = {
    action: (id: string, resource: Resource) => registry.find(id, resource),
    resource: (id: string) => inventory.get(id),
    resources: () => inventory.all(),
    /** Of who has a key of their own it can be told that they are somebody else. */
    get secondPerson() {
      return people.roster.hasSecondPerson;
    },
  };
  const engine = endings.closing(
    new ProcedureEngine({
      runner,
      journal,
      queue,
      resource: known.resource,
      refresh: (id, signal) => {
        const limited = AbortSignal.any([signal, AbortSignal.timeout(observingLimit)]);
        // What nobody has declared yet is found by reading what could hold it.
        return inventory.get(id) === null ? fleet.observeAll(limited) : fleet.observe([id], limited);
      },
      // A window's fleet reads on a schedule; that of a command reads only what it is told to.
      lookAt: ground.interactive
        ? (id) => fleet.lookAt([id])
        : oneAtATime((id) => fleet.observe([id], AbortSignal.timeout(observingLimit))),
      expand: (plan, node) => expansionOf(plan, node, known),
      redact: (words) => redaction.text(words),
      people: runPeople(people, { rights, passes, resource: known.resource }),
      permit: (plan) => permitPlan({ rights, resource: known.resource }, callers.current, plan),
      inNameOf: ({ leader, rights: begunWith }, work) => {
        const person = people.roster.personOf(leader);
        return callers.as({ kind: "run", person, name: leader, ...(begunWith && { begunWith }) }, work);
      },
      asDecided: (work) => {
        const caller = callers.current ?? { kind: "console", person: null, name: me.account };
        return callers.as({ ...caller, decidedByTwo: true }, work);
      },
      unasked: (work) => callers.as({ kind: "console", person: null, name: me.account }, work),
      outside: (action, resource) => inside.reasonAgainst({ of: "steps", steps: [{ action, resource }] }),
      rightLost: (run) => rightLost({ rights, passes, desk: people, resource: known.resource }, run),
      shownAt,
      get actor() {
        return me.actor;
      },
      holder: `${ground.workstation}:${ground.folder}`,
      now,
      report,
    }),
  );
  const procedures = new ProcedureService(engine, {
    builtIn: declared.builtIn,
    estate: () => estate()?.procedures ?? {},
    knows: (action) => registry.knows(action),
    known,
    admit: (plan) => inside.demandFor(plan),
  });
  const inside: InsideDesk = new InsideDesk({
    outside: (system, resource) => reach.outside(system, resource),
    resource: known.resource,
    systemOf: (action, resource) => registry.systemOf(action, resource),
    systemWith: (resource, part) => fleet.systemWith(resource, part),
    consolesOf: (resource) => fleet.consoles(resource).map(({ system }) => system),
    task: (id) => {
      const task = runner.taskOf(id);
      return task === null ? [] : task.children === null ? [task] : runner.children(id);
    },
    run: (id) => engine.run(id),
    pra: parts.praPlan,
    secretUsers: (name) => fleet.secretUsers(`keychain:${name}`),
    judgement: () => reach.judgement,
    onChange: (listener) => reach.onChange(listener),
  });
  endings.add(declared.watcher.onChange(() => void engine.reconsider()));
  let judged = reach.judgement;
  endings.add(
    reach.onChange(() => {
      if (reach.judgement === judged) return;
      judged = reach.judgement;
      engine.look();
    }),
  );
  const rightsParts = { rights, desk: people, resource: known.resource };
  const rightsIn = (plan: Plan) => planRights(rightsParts, callers.current, plan);
  return { runner, engine, procedures, rightsIn, inside };
}

/** On whose word somebody acts. The console itself carries out only what was decided upon before. */
function decisionOf(caller: Caller | null, passes: Pick<Passes, "of">): Decision | null {
  if (caller?.decidedByTwo) return "two-people";
  if (caller?.kind === "console") return "console";
  return typeof caller?.person === "string" && passes.of(caller.person) !== null ? "break-glass" : null;
}

/** What `openWork` opens. */
export type Work = ReturnType<typeof openWork>;
