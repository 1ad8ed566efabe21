import { implement } from "@orpc/server";
import type { ActionOffer, Preview, StartRequest, Task, TaskOutput } from "../../shared/action.ts";
import type { CapacityView, Loss } from "../../shared/capacity.ts";
import { contract } from "../../shared/contract.ts";
import type { DrainView } from "../../shared/drain.ts";
import type { EstateState } from "../../shared/estate-state.ts";
import type { Happenings } from "../../shared/happenings.ts";
import type { JournalEvent } from "../../shared/journal.ts";
import type { ListQuery, ListRow } from "../../shared/live.ts";
import type { Overview } from "../../shared/overview.ts";
import type {
  DryStep,
  JudgedPlan,
  ListedProcedure,
  PlanAnswer,
  RunFrame,
  RunSummary,
  RunUpdate,
  StartRun,
} from "../../shared/procedure-calls.ts";
import type { Question } from "../../shared/question.ts";
import type { RemoteTaskLog, RemoteTasks } from "../../shared/remote-tasks.ts";
import type { ConsoleOffer, ResourceDetail } from "../../shared/resource-detail.ts";
import type { Recording } from "../../shared/screen.ts";
import type { SecretsState } from "../../shared/secrets-state.ts";
import type { SnapshotTree } from "../../shared/snapshots.ts";
import { sameText } from "../../shared/text.ts";
import type { Topology } from "../../shared/topology.ts";
import { emptyPlan, emptyRun } from "./empty-run.ts";
import { Feed } from "./feed.ts";
import { MemoryAllowlists } from "./memory-allowlists.ts";
import { MemoryCertificates } from "./memory-certificates.ts";
import { MemoryInside } from "./memory-inside.ts";
import { listFrameOf } from "./memory-list.ts";
import { MemoryMain } from "./memory-main.ts";
import { MemoryPeople } from "./memory-people.ts";
import { MemoryPra } from "./memory-pra.ts";
import { MemoryProtection } from "./memory-protection.ts";
import { MemoryRules } from "./memory-rules.ts";
import { MemorySessions } from "./memory-sessions.ts";
import { MemoryVaults } from "./memory-vaults.ts";
import {
  detail,
  hostRow,
  noRelations,
  nothing,
  preview,
  rebootOffer,
  start,
  status,
  task,
} from "./samples.ts";

export { hostRow, preview, rebootOffer, start, task } from "./samples.ts";

/** The whole contract over a few values that a test changes; what the window asked for is kept to be looked at. */
export class MemoryConsole {
  readonly status = new Feed(status());
  readonly overview = new Feed<Overview>({ cards: [], needs: [], muted: 0, changes: [] });
  readonly hosts = new Feed<ListRow[]>([hostRow("tower-a"), hostRow("tower-b", { health: "warning" })]);
  readonly tasks = new Feed<{ tasks: Task[] }>({ tasks: [] });
  readonly children = new Feed<{ tasks: Task[] }>({ tasks: [] });
  readonly output = new Feed<TaskOutput[]>([]);
  readonly questions = new Feed<{ questions: Question[] }>({ questions: [] });
  /** The shell that the window says it is in. */
  shell: "browser" | "electron" = "browser";
  /** The questions whose page was to be opened, and whether the desktop can. */
  readonly openedPages: string[] = [];
  opensPages = true;
  readonly secrets = new Feed<SecretsState>({
    provider: "keychain",
    locked: false,
    passphraseFileExists: false,
    text: sameText("keychain"),
    secrets: [],
  });
  readonly estate = new Feed<EstateState>({
    name: "Atelier",
    file: "atelier.yaml",
    valid: true,
    loadedAt: start,
    fromLastGood: false,
    faults: [],
    contents: [],
  });
  readonly journal = new Feed<JournalEvent[]>([]);
  readonly recordings = new Feed<Recording[]>([]);
  readonly drain = new Feed<{ drain: DrainView | null }>({ drain: null });
  /** What was wished of drains, in order: `pause east/nodes/node-1`. */
  readonly drainWishes: string[] = [];
  readonly procedures = new Feed<{ procedures: ListedProcedure[] }>({ procedures: [] });
  readonly runs = new Feed<{ runs: RunSummary[] }>({ runs: [] });
  readonly run = new Feed(emptyRun);
  planned: PlanAnswer = { plan: emptyPlan, problems: [], typeToConfirm: null };
  /** Who has the rights that it asks for. */
  planRights: JudgedPlan["rights"] = null;
  drySteps: DryStep[] = [];
  readonly runsStarted: StartRun[] = [];
  /** What was decided about runs, in order: `skip run-1 drain: because`. */
  readonly runDecisions: string[] = [];
  offers: ActionOffer[] = [rebootOffer()];
  consoles: ConsoleOffer[] = [];
  has: ResourceDetail["has"] = nothing;
  readonly happenings = new Feed<Happenings>({ happenings: [], readAt: null, cut: false, error: null });
  readonly capacity = new Feed<CapacityView>({ clusters: [], parities: [] });
  /** What the loss of hosts is told to bring, by their identifiers. */
  losses: (hosts: readonly string[]) => Loss[] = () => [];
  /** By what it is asked around; "" for a whole site. */
  readonly topology = new Feed<Record<string, Topology>>({});
  readonly snapshots = new Feed<SnapshotTree>({ snapshots: [], current: null, readAt: null, error: null });
  readonly remoteTasks = new Feed<RemoteTasks>({ tasks: [], readAt: null, cut: false, error: null });
  readonly remoteTaskLog = new Feed<RemoteTaskLog>({ lines: [], ended: false });
  /** Logs, forwards and manifests. */
  readonly sessions = new MemorySessions();
  /** Disaster-recovery plans and the runs of them. */
  readonly pra = new MemoryPra();
  /** Operators, approvals, notes. */
  readonly people = new MemoryPeople();
  readonly vaults = new MemoryVaults();
  /** The view over all backups. */
  readonly protection = new MemoryProtection();
  readonly allowlists = new MemoryAllowlists();
  readonly certificates = new MemoryCertificates();
  readonly rules = new MemoryRules();
  readonly inside = new MemoryInside();
  contents: ResourceDetail["contents"] = {};
  /** The screens that were asked for: `tower-a`, `tower-a recorded`, `replay r1 from 500 at 2`. */
  readonly screensAsked: string[] = [];
  previews: (resource: string, input: StartRequest["input"]) => Preview = (resource) => preview(resource);
  /** How many resources each preview was asked for, and what its answer waits for. */
  readonly asked: number[] = [];
  mayAnswer: Promise<void> = Promise.resolve();
  readonly started: StartRequest[] = [];
  readonly answered: { id: string; accept: boolean; answers: string[] }[] = [];
  readonly stored: { name: string; value: string }[] = [];
  readonly queries: ListQuery[] = [];
  readonly main = new MemoryMain(this.#router());

  #router() {
    const answer = implement(contract);
    return answer.router({
      about: answer.about.handler(() => ({
        version: "0.1.0",
        shell: this.shell,
        actor: "operator",
        workstation: "desk.example",
        lab: false,
        dataFolder: "/data",
      })),
      status: { watch: answer.status.watch.handler(({ signal }) => this.status.watch(signal)) },
      overview: { watch: answer.overview.watch.handler(({ signal }) => this.overview.watch(signal)) },
      resources: {
        list: answer.resources.list.handler(({ input, signal }) => this.#list(input, signal)),
        watch: answer.resources.watch.handler(({ input, signal }) => this.#watch(input.id, signal)),
        refresh: answer.resources.refresh.handler(({ input }) => ({ asked: input.ids.length })),
        happenings: answer.resources.happenings.handler(({ signal }) => this.happenings.watch(signal)),
      },
      ...this.sessions.answers(answer),
      ...this.protection.answers(answer),
      ...this.allowlists.answers(answer),
      ...this.certificates.answers(answer),
      ...this.rules.answers(answer),
      ...this.inside.answers(answer),
      ...this.pra.answers(answer),
      ...this.people.answers(answer),
      ...this.vaults.answers(answer),
      actions: {
        offers: answer.actions.offers.handler(() => this.offers),
        preview: answer.actions.preview.handler(async ({ input }) => {
          this.asked.push(input.resources.length);
          await this.mayAnswer;
          return input.resources.map((id) => this.previews(id, input.input));
        }),
        start: answer.actions.start.handler(({ input }) => {
          this.started.push(input);
          return { task: "task-1" };
        }),
      },
      tasks: {
        watch: answer.tasks.watch.handler(({ signal }) => this.tasks.watch(signal)),
        children: answer.tasks.children.handler(({ signal }) => this.children.watch(signal)),
        output: answer.tasks.output.handler(({ signal }) => this.output.watch(signal)),
        cancel: answer.tasks.cancel.handler(() => ({ cancelled: true })),
        undo: answer.tasks.undo.handler(() => ({ task: "task-2" })),
        settle: answer.tasks.settle.handler(({ input }) => task(input.id)),
      },
      drains: {
        watch: answer.drains.watch.handler(({ signal }) => this.drain.watch(signal)),
        wish: answer.drains.wish.handler(({ input }) => {
          this.drainWishes.push(`${input.wish} ${input.id}`);
          return { heeded: true };
        }),
      },
      capacity: {
        watch: answer.capacity.watch.handler(({ signal }) => this.capacity.watch(signal)),
        without: answer.capacity.without.handler(({ input }) => ({ losses: this.losses(input.hosts) })),
      },
      topology: {
        watch: answer.topology.watch.handler(({ input, signal }) => this.#topology(input, signal)),
      },
      snapshots: { watch: answer.snapshots.watch.handler(({ signal }) => this.snapshots.watch(signal)) },
      remoteTasks: {
        watch: answer.remoteTasks.watch.handler(({ signal }) => this.remoteTasks.watch(signal)),
        log: answer.remoteTasks.log.handler(({ signal }) => this.remoteTaskLog.watch(signal)),
      },
      procedures: {
        ...this.people.answersOfRuns(answer),
        list: answer.procedures.list.handler(({ signal }) => this.procedures.watch(signal)),
        plan: answer.procedures.plan.handler(() => ({ ...this.planned, rights: this.planRights })),
        dryRun: answer.procedures.dryRun.handler(() => ({ planHash: "", steps: this.drySteps })),
        start: answer.procedures.start.handler(({ input }) => {
          this.runsStarted.push(input);
          return { run: "run-1" };
        }),
        runs: answer.procedures.runs.handler(({ signal }) => this.runs.watch(signal)),
        run: answer.procedures.run.handler(({ signal }) => wholeRuns(this.run.watch(signal))),
        planOf: answer.procedures.planOf.handler(() => this.planned.plan ?? emptyPlan),
        takeOver: answer.procedures.takeOver.handler(({ input }) => ({
          taken: this.#decide("takeOver", input),
        })),
        pause: answer.procedures.pause.handler(({ input }) => ({ paused: this.#decide("pause", input) })),
        resume: answer.procedures.resume.handler(({ input }) => ({ resumed: this.#decide("resume", input) })),
        cancel: answer.procedures.cancel.handler(({ input }) => ({
          cancelled: this.#decide("cancel", input),
        })),
        rollBack: answer.procedures.rollBack.handler(({ input }) => ({
          rollingBack: this.#decide("rollBack", input),
        })),
        retry: answer.procedures.retry.handler(({ input }) => ({ retried: this.#decide("retry", input) })),
        skip: answer.procedures.skip.handler(({ input }) => ({ skipped: this.#decide("skip", input) })),
        adopt: answer.procedures.adopt.handler(({ input }) => ({ adopted: this.#decide("adopt", input) })),
        compensate: answer.procedures.compensate.handler(({ input }) => ({
          compensating: this.#decide("compensate", input),
        })),
        approve: answer.procedures.approve.handler(({ input }) => ({
          approved: this.#decide(input.accept ? "approve" : "refuse", input),
        })),
        evidence: answer.procedures.evidence.handler(({ input }) => {
          throw new Error(`no evidence of ${input.id}`);
        }),
        report: answer.procedures.report.handler(({ input }) => ({
          html: `<title>${input.id} ${input.language}</title>`,
        })),
        reportPdf: answer.procedures.reportPdf.handler(() => ({ pdf: btoa("%PDF-1.7") })),
      },
      terminal: { open: answer.terminal.open.handler(() => ({ channel: "session/token" })) },
      screen: {
        open: answer.screen.open.handler(({ input }) => {
          this.screensAsked.push(`${input.resource}${input.record ? " recorded" : ""}`);
          return { channel: "session/token" };
        }),
        recordings: answer.screen.recordings.handler(({ input, signal }) =>
          this.#recordings(input.resource, signal),
        ),
        replay: answer.screen.replay.handler(({ input }) => {
          this.screensAsked.push(`replay ${input.id} from ${input.from} at ${input.speed}`);
          return { channel: "session/token" };
        }),
        recordingPiece: answer.screen.recordingPiece.handler(() => ({ total: 0, piece: "" })),
        forgetRecording: answer.screen.forgetRecording.handler(({ input }) => {
          this.recordings.set(this.recordings.value.filter(({ id }) => id !== input.id));
          return { forgotten: true };
        }),
      },
      journal: {
        page: answer.journal.page.handler(({ input }) => ({
          events: this.journal.value
            .filter(({ sequence }) => input.before === null || sequence < input.before)
            .slice(0, input.limit),
          types: ["action.intent"],
        })),
        watch: answer.journal.watch.handler(({ signal }) => this.#head(signal)),
        verify: answer.journal.verify.handler(() => ({
          intact: false,
          events: 3,
          lastHash: "00",
          brokenAt: 2,
          fault: "changed",
        })),
      },
      secrets: {
        watch: answer.secrets.watch.handler(({ signal }) => this.secrets.watch(signal)),
        unlock: answer.secrets.unlock.handler(() => ({ created: true })),
        set: answer.secrets.set.handler(({ input }) => {
          this.stored.push(input);
          return { stored: true };
        }),
        test: answer.secrets.test.handler(() => []),
        rotate: answer.secrets.rotate.handler(() => ({
          rotated: false,
          trials: [{ subject: "tower-a", accepted: false, text: sameText("Refused.") }],
        })),
        forget: answer.secrets.forget.handler(() => ({ forgotten: true })),
      },
      questions: {
        watch: answer.questions.watch.handler(({ signal }) => this.questions.watch(signal)),
        answer: answer.questions.answer.handler(({ input }) => {
          this.answered.push(input);
          this.questions.set({
            questions: this.questions.value.questions.filter(({ id }) => id !== input.id),
          });
          return { answered: true };
        }),
        open: answer.questions.open.handler(({ input }) => {
          this.openedPages.push(input.id);
          return { opened: this.opensPages };
        }),
      },
      estate: {
        watch: answer.estate.watch.handler(({ signal }) => this.estate.watch(signal)),
        readList: answer.estate.readList.handler(() => ({
          yaml: "",
          machines: [],
          faults: [],
          secrets: [],
          stored: 0,
        })),
      },
      search: answer.search.handler(({ input }) => ({
        rows: this.hosts.value.filter(({ name }) => name.includes(input.text)),
      })),
    });
  }

  #decide(what: string, { id, node, reason }: { id: string; node?: string; reason?: string }): boolean {
    this.runDecisions.push(`${[what, id, node].filter(Boolean).join(" ")}${reason ? `: ${reason}` : ""}`);
    return true;
  }

  async *#list(query: ListQuery, signal: AbortSignal | undefined) {
    this.queries.push(query);
    for await (const all of this.hosts.watch(signal)) yield listFrameOf(all, query);
  }

  async *#watch(id: string, signal: AbortSignal | undefined) {
    for await (const all of this.hosts.watch(signal)) {
      const row = all.find((each) => each.id === id);
      yield row
        ? detail(row, this)
        : {
            resource: null,
            relations: noRelations,
            contents: {},
            offers: [],
            consoles: [],
            has: nothing,
            history: {},
          };
    }
  }

  async *#topology(
    { site, around }: { site: string; around: string | null },
    signal: AbortSignal | undefined,
  ) {
    const nothing = { site, siteName: site, around: null, things: [], links: [], more: [] };
    for await (const all of this.topology.watch(signal)) yield all[around ?? ""] ?? all[""] ?? nothing;
  }

  async *#recordings(resource: string | null, signal: AbortSignal | undefined) {
    for await (const all of this.recordings.watch(signal)) {
      yield { recordings: all.filter((each) => resource === null || each.resource === resource) };
    }
  }

  async *#head(signal: AbortSignal | undefined) {
    for await (const events of this.journal.watch(signal)) yield { head: events[0]?.sequence ?? 0 };
  }
}

/** Each state of a run as a window is told of it when it looks for the first time. */
async function* wholeRuns(frames: AsyncIterable<RunFrame>): AsyncGenerator<RunUpdate, void, void> {
  for await (const run of frames) yield { kind: "whole", run };
}
