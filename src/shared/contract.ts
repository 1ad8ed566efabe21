import { eventIterator, oc } from "@orpc/contract";
import { z } from "zod";
import {
  actionOfferSchema,
  previewSchema,
  startRequestSchema,
  taskOutputSchema,
  taskSchema,
} from "./action.ts";
import { capacityViewSchema, lossSchema } from "./capacity.ts";
import { drainViewSchema, drainWishSchema } from "./drain.ts";
import { estateFaultSchema, identifierSchema } from "./estate.ts";
import { offeredPortSchema, portForwardRequestSchema, portForwardSchema } from "./forwards.ts";
import { happeningsSchema } from "./happenings.ts";
import { journalEventSchema, journalFilterSchema, journalVerdictSchema } from "./journal.ts";
import { listFrameSchema, listQuerySchema, listRowSchema } from "./live.ts";
import {
  logFrameSchema,
  logPatternSchema,
  logRequestSchema,
  logSearchSchema,
  logWindowSchema,
} from "./logs.ts";
import { manifestCheckSchema, manifestEditSchema, manifestSchema } from "./manifest.ts";
import { planSchema } from "./plan.ts";
import {
  dryStepSchema,
  gateDecisionSchema,
  listedProcedureSchema,
  planAnswerSchema,
  procedureRequestSchema,
  runDecisionSchema,
  runSummarySchema,
  runUpdateSchema,
  startRunSchema,
  stepDecisionSchema,
} from "./procedure-calls.ts";
import { remoteTaskLogSchema, remoteTasksSchema } from "./remote-tasks.ts";
import { healthSchema, resourceKindSchema, resourceSchema } from "./resource.ts";
import { recordingSchema } from "./screen.ts";
import { snapshotTreeSchema } from "./snapshots.ts";
import { localTextSchema } from "./text.ts";

const identified = z.object({ id: z.string().max(700) });
const secretName = z.string().regex(/^[A-Za-z0-9._-]{1,100}$/);
const secretValue = z.string().min(1).max(65_536);

/** The chips of the masthead and the counts of the navigation, pushed when they change. */
export const statusSchema = z.object({
  estate: z.object({
    name: z.string(),
    valid: z.boolean(),
    faults: z.int(),
    lastGoodAt: z.number().nullable(),
  }),
  reach: z.object({
    state: z.enum(["inside", "outside", "unknown"]),
    text: localTextSchema,
    hops: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        state: z.enum(["idle", "connecting", "connected", "failed"]),
        text: localTextSchema,
        channels: z.int(),
        since: z.number().nullable(),
      }),
    ),
    forwards: z.array(z.object({ localPort: z.int(), target: z.string(), users: z.int() })),
  }),
  secrets: z.object({
    state: z.enum(["keychain", "passphrase-file", "locked", "none"]),
    text: localTextSchema,
  }),
  journal: z.object({ state: z.enum(["writing", "failed"]), events: z.int(), text: localTextSchema }),
  questions: z.int(),
  counts: z.record(z.string(), z.object({ total: z.int(), wrong: z.int() })),
  runningTasks: z.int(),
});
export type Status = z.infer<typeof statusSchema>;

/** A console of a resource; `unavailable` says why it cannot be opened now. */
export const consoleOfferSchema = z.object({
  kind: z.enum(["shell", "serial", "screen"]),
  /** The system that opens it, by its identifier in the estate. */
  system: z.string(),
  unavailable: localTextSchema.nullable(),
});
export type ConsoleOffer = z.infer<typeof consoleOfferSchema>;

export const resourceDetailSchema = z.object({
  /** Null when the estate does not (or no longer) declare it. */
  resource: resourceSchema.nullable(),
  relations: z.object({
    parent: listRowSchema.nullable(),
    children: z.array(listRowSchema),
    siblings: z.array(listRowSchema),
    /** A pod's node, and the pods of a node. */
    runsOn: listRowSchema.nullable(),
    carries: z.array(listRowSchema),
    /** Other resources that are this machine by their boot identifier or platform UUID: a node and its host or VM. */
    sameMachine: z.array(listRowSchema),
  }),
  /** How many of each kind are in it, and how many of them are not well. */
  contents: z.partialRecord(resourceKindSchema, z.object({ total: z.int(), wrong: z.int() })),
  offers: z.array(actionOfferSchema),
  /** The shells, serial consoles and screens that its systems can open, in the order in which they are to be tried. */
  consoles: z.array(consoleOfferSchema),
  /** What else one of its systems can show of it. */
  has: z.object({
    logs: z.boolean(),
    ports: z.boolean(),
    manifest: z.boolean(),
    happenings: z.boolean(),
    snapshots: z.boolean(),
    remoteTasks: z.boolean(),
  }),
  /** The last values of the load facts, oldest first, for the sparklines. */
  history: z.record(z.string(), z.array(z.object({ at: z.number(), value: z.number() }))),
});
export type ResourceDetail = z.infer<typeof resourceDetailSchema>;

export const overviewSchema = z.object({
  cards: z.array(
    z.object({
      site: z.string(),
      name: z.string(),
      environment: z.string().nullable(),
      environmentName: z.string().nullable(),
      health: healthSchema,
      /** Those in maintenance are counted apart. */
      counts: z.record(healthSchema, z.int()),
      maintenance: z.int(),
      stale: z.int(),
      /** Whether the support window is open now, and until or from when (epoch milliseconds). */
      support: z
        .object({ window: z.string(), open: z.boolean(), changesAt: z.number().nullable() })
        .nullable(),
      rpo: z.string().nullable(),
      rto: z.string().nullable(),
      runningTasks: z.int(),
    }),
  ),
  needs: z.array(
    z.object({
      key: z.string(),
      health: healthSchema,
      text: localTextSchema,
      resource: z.string().nullable(),
      /** A page of the console that mends it, or an action to preview. */
      page: z.enum(["secrets", "estate", "journal", "questions", "resource", "tasks", "runs", "capacity"]),
      /** The run that has to be decided about. */
      run: z.string().optional(),
      action: z.string().nullable(),
    }),
  ),
  changes: z.array(
    z.object({
      at: z.number(),
      resource: z.string(),
      name: z.string(),
      kind: resourceKindSchema,
      text: localTextSchema,
      health: healthSchema,
    }),
  ),
});
export type Overview = z.infer<typeof overviewSchema>;

export const secretsStateSchema = z.object({
  provider: z.enum(["keychain", "passphrase-file", "none"]),
  locked: z.boolean(),
  /** False when a passphrase file may be created. */
  passphraseFileExists: z.boolean(),
  text: localTextSchema,
  secrets: z.array(
    z.object({
      name: z.string(),
      reference: z.string(),
      /** Null while the provider is locked or the kind cannot be looked at. */
      present: z.boolean().nullable(),
      writable: z.boolean(),
      lastUsedAt: z.number().nullable(),
      changedAt: z.number().nullable(),
      usedBy: z.array(z.string()),
    }),
  ),
});
export type SecretsState = z.infer<typeof secretsStateSchema>;

export const secretTrialSchema = z.object({
  subject: z.string(),
  accepted: z.boolean(),
  text: localTextSchema,
});

/** Something the console must ask before it goes on: an unknown host key, a log-in prompt. */
export const questionSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("host-key"),
    id: z.string(),
    at: z.number(),
    target: z.string(),
    address: z.string(),
    algorithm: z.string(),
    fingerprint: z.string(),
  }),
  z.object({
    kind: z.literal("prompts"),
    id: z.string(),
    at: z.number(),
    target: z.string(),
    instructions: z.string(),
    prompts: z.array(z.object({ text: z.string(), echo: z.boolean() })),
  }),
  /** A code that somebody at the machine reads off its screen: digits only, `digits` of them, until `expiresAt`. */
  z.object({
    kind: z.literal("consent"),
    id: z.string(),
    at: z.number(),
    target: z.string(),
    resource: z.string(),
    digits: z.int().min(1).max(12),
    expiresAt: z.number(),
    instructions: localTextSchema,
  }),
]);
export type Question = z.infer<typeof questionSchema>;

export const estateStateSchema = z.object({
  name: z.string(),
  file: z.string(),
  valid: z.boolean(),
  loadedAt: z.number().nullable(),
  /** True when the file in force is the last good copy and not what is on disk now. */
  fromLastGood: z.boolean(),
  faults: z.array(estateFaultSchema),
  contents: z.array(z.object({ kind: z.string(), id: z.string(), name: z.string(), detail: z.string() })),
});
export type EstateState = z.infer<typeof estateStateSchema>;

/** A list of machines that was read: the estate's words for it, what was left out and why; lines count from 1. */
export const machineListSchema = z.object({
  yaml: z.string(),
  machines: z.array(z.object({ id: z.string(), line: z.int(), address: z.string() })),
  faults: z.array(z.object({ line: z.int(), text: localTextSchema })),
  /** Secrets that the list carried, by name, and how many of them were stored. */
  secrets: z.array(z.string()),
  stored: z.int(),
});
export type MachineListAnswer = z.infer<typeof machineListSchema>;

export const aboutSchema = z.object({
  version: z.string(),
  shell: z.enum(["electron", "browser", "command-line"]),
  actor: z.string(),
  workstation: z.string(),
  lab: z.boolean(),
  dataFolder: z.string(),
});
export type About = z.infer<typeof aboutSchema>;

/** Everything that the renderer may ask of main. Names are `area.verb`; `watch` and `list` push until closed. */
export const contract = {
  about: oc.output(aboutSchema),
  status: { watch: oc.output(eventIterator(statusSchema)) },
  overview: { watch: oc.output(eventIterator(overviewSchema)) },
  resources: {
    list: oc.input(listQuerySchema).output(eventIterator(listFrameSchema)),
    watch: oc.input(identified).output(eventIterator(resourceDetailSchema)),
    refresh: oc.input(z.object({ ids: z.array(z.string()).max(1000) })).output(z.object({ asked: z.int() })),
    /** What happened to it, as its system recorded it. */
    happenings: oc.input(identified).output(eventIterator(happeningsSchema)),
  },
  actions: {
    offers: oc
      .input(z.object({ resources: z.array(z.string()).min(1).max(10_000) }))
      .output(z.array(actionOfferSchema)),
    preview: oc
      .input(startRequestSchema.pick({ action: true, resources: true, input: true }))
      .output(z.array(previewSchema)),
    start: oc.input(startRequestSchema).output(z.object({ task: z.string() })),
  },
  tasks: {
    watch: oc.output(eventIterator(z.object({ tasks: z.array(taskSchema) }))),
    children: oc.input(identified).output(eventIterator(z.object({ tasks: z.array(taskSchema) }))),
    output: oc.input(identified).output(eventIterator(z.array(taskOutputSchema))),
    cancel: oc.input(identified).output(z.object({ cancelled: z.boolean() })),
    undo: oc.input(identified).output(z.object({ task: z.string() })),
    settle: oc.input(identified).output(taskSchema),
  },
  drains: {
    /** The drain of a node, live: each pod and why it waits; null when there was none since the console started. */
    watch: oc.input(identified).output(eventIterator(z.object({ drain: drainViewSchema.nullable() }))),
    /** Pauses, resumes or aborts it, between two evictions. */
    wish: oc.input(identified.extend({ wish: drainWishSchema })).output(z.object({ heeded: z.boolean() })),
  },
  logs: {
    /** Begins to read logs; main holds their lines until the log is closed or nobody looks at it for long. */
    open: oc.input(logRequestSchema).output(z.object({ log: z.string() })),
    watch: oc.input(logWindowSchema).output(eventIterator(logFrameSchema)),
    /** The place of the next match in the filtered order, that of `from` included; null: there is none. */
    find: oc.input(logSearchSchema).output(z.object({ line: z.int().nullable() })),
    /**
     * A piece of what is held, for saving it as text: at most 512 KiB of whole lines from the line of that number on (0:
     * from the first), as base64. `next` is the number to go on with, null at the end; `total` the number after the last.
     */
    piece: oc
      .input(
        z.object({
          log: z.string().max(100),
          only: logPatternSchema.nullable().default(null),
          offset: z.int().min(0),
        }),
      )
      .output(z.object({ total: z.int().nullable(), piece: z.base64(), next: z.int().nullable() })),
    close: oc.input(z.object({ log: z.string().max(100) })).output(z.object({ closed: z.boolean() })),
  },
  forwards: {
    /** The ports that are forwarded now, oldest first. */
    watch: oc.output(eventIterator(z.object({ forwards: z.array(portForwardSchema) }))),
    /** The ports that a resource says it listens on. */
    offered: oc.input(identified).output(z.object({ ports: z.array(offeredPortSchema) })),
    open: oc.input(portForwardRequestSchema).output(portForwardSchema),
    close: oc.input(identified).output(z.object({ closed: z.boolean() })),
  },
  capacity: {
    /** What the hypervisors' clusters can bear, by what is known now. */
    watch: oc.output(eventIterator(capacityViewSchema)),
    /** What would become of the VMs without these hosts, one answer for each cluster; nothing far away is asked. */
    without: oc
      .input(z.object({ hosts: z.array(z.string().max(700)).min(1).max(64) }))
      .output(z.object({ losses: z.array(lossSchema) })),
  },
  snapshots: {
    /** The snapshots of a VM as they are, pushed when they change. */
    watch: oc.input(identified).output(eventIterator(snapshotTreeSchema)),
  },
  remoteTasks: {
    /** What its system does and did with it, whoever began it. */
    watch: oc.input(identified).output(eventIterator(remoteTasksSchema)),
    /** The log of one of them from its beginning, as it grows. */
    log: oc
      .input(identified.extend({ task: z.string().max(400) }))
      .output(eventIterator(remoteTaskLogSchema)),
  },
  manifests: {
    read: oc.input(identified).output(manifestSchema),
    /** What the API server would make of an edit, by its own dry run; nothing is changed. */
    check: oc.input(manifestEditSchema).output(manifestCheckSchema),
  },
  procedures: {
    list: oc.output(eventIterator(z.object({ procedures: z.array(listedProcedureSchema) }))),
    /** What would be done, by what is known now; nothing far away is asked. */
    plan: oc.input(procedureRequestSchema).output(planAnswerSchema),
    /** Probes every step whose target is known; nothing is changed and nothing is written. */
    dryRun: oc
      .input(procedureRequestSchema)
      .output(z.object({ planHash: z.string(), steps: z.array(dryStepSchema) })),
    start: oc.input(startRunSchema).output(z.object({ run: z.string() })),
    /** Newest first. */
    runs: oc.output(eventIterator(z.object({ runs: z.array(runSummarySchema) }))),
    run: oc.input(identified).output(eventIterator(runUpdateSchema)),
    planOf: oc.input(identified).output(planSchema),
    /** Goes on with a run that a console left behind. */
    takeOver: oc.input(identified).output(z.object({ taken: z.boolean() })),
    pause: oc.input(runDecisionSchema).output(z.object({ paused: z.boolean() })),
    resume: oc.input(runDecisionSchema).output(z.object({ resumed: z.boolean() })),
    cancel: oc.input(runDecisionSchema).output(z.object({ cancelled: z.boolean() })),
    rollBack: oc.input(runDecisionSchema).output(z.object({ rollingBack: z.boolean() })),
    retry: oc.input(stepDecisionSchema).output(z.object({ retried: z.boolean() })),
    skip: oc.input(stepDecisionSchema).output(z.object({ skipped: z.boolean() })),
    /** "It is done, I saw it." */
    adopt: oc.input(stepDecisionSchema).output(z.object({ adopted: z.boolean() })),
    /** Has what makes up for one failed or unknown step done, by itself. */
    compensate: oc.input(stepDecisionSchema).output(z.object({ compensating: z.boolean() })),
    approve: oc.input(gateDecisionSchema).output(z.object({ approved: z.boolean() })),
    /** The evidence of a run as one HTML page, made of the journal alone. */
    report: oc
      .input(identified.extend({ language: z.enum(["en", "fr"]) }))
      .output(z.object({ html: z.string() })),
    /** The same as a PDF file in base64, at most 32 MiB of it. */
    reportPdf: oc
      .input(identified.extend({ language: z.enum(["en", "fr"]) }))
      .output(z.object({ pdf: z.base64() })),
  },
  terminal: {
    open: oc
      .input(
        z.object({
          resource: z.string(),
          /** Which of the resource's consoles; its first shell or serial console when left out. */
          system: z.string().optional(),
          columns: z.int().min(1).max(1000),
          rows: z.int().min(1).max(1000),
        }),
      )
      .output(z.object({ channel: z.string() })),
  },
  screen: {
    /** Opens a screen and gives the name of the channel that it waits on (shared/screen.ts). */
    open: oc
      .input(
        z.object({ resource: z.string(), system: z.string().optional(), record: z.boolean().default(false) }),
      )
      .output(z.object({ channel: z.string() })),
    /** The recordings of a resource, or of all (null), newest first. */
    recordings: oc
      .input(z.object({ resource: z.string().nullable() }))
      .output(eventIterator(z.object({ recordings: z.array(recordingSchema) }))),
    /** Plays a recording from a position in milliseconds over a screen session of its own. */
    replay: oc
      .input(
        z.object({
          id: z.string(),
          from: z.number().min(0).default(0),
          speed: z.number().min(0.1).max(64).default(1),
        }),
      )
      .output(z.object({ channel: z.string() })),
    /** A piece of a recording's file, for saving it: at most 512 KiB from `offset`, as base64. */
    recordingPiece: oc
      .input(z.object({ id: z.string(), offset: z.int().min(0) }))
      .output(z.object({ total: z.int(), piece: z.base64() })),
    forgetRecording: oc.input(identified).output(z.object({ forgotten: z.boolean() })),
  },
  journal: {
    page: oc
      .input(journalFilterSchema)
      .output(z.object({ events: z.array(journalEventSchema), types: z.array(z.string()) })),
    watch: oc.output(eventIterator(z.object({ head: z.int() }))),
    verify: oc.output(journalVerdictSchema),
  },
  secrets: {
    watch: oc.output(eventIterator(secretsStateSchema)),
    /** Creates the passphrase file when there is none, else opens it. */
    unlock: oc
      .input(z.object({ passphrase: z.string().min(1).max(1024) }))
      .output(z.object({ created: z.boolean() })),
    set: oc
      .input(z.object({ name: secretName, value: secretValue }))
      .output(z.object({ stored: z.boolean() })),
    test: oc.input(z.object({ name: secretName })).output(z.array(secretTrialSchema)),
    /** Tries the new value where the old one is used and keeps the old one when a trial fails. */
    rotate: oc
      .input(z.object({ name: secretName, value: secretValue }))
      .output(z.object({ rotated: z.boolean(), trials: z.array(secretTrialSchema) })),
    forget: oc.input(z.object({ name: secretName })).output(z.object({ forgotten: z.boolean() })),
  },
  questions: {
    watch: oc.output(eventIterator(z.object({ questions: z.array(questionSchema) }))),
    answer: oc
      .input(
        z.object({
          id: z.string(),
          accept: z.boolean(),
          answers: z.array(z.string().max(4096)).max(20).default([]),
        }),
      )
      .output(z.object({ answered: z.boolean() })),
  },
  estate: {
    watch: oc.output(eventIterator(estateStateSchema)),
    /** Reads a list of AMT machines and gives what to put into the estate file; stores its passwords when told to. */
    readList: oc
      .input(
        z.object({
          words: z.string().max(1_000_000),
          system: identifierSchema,
          via: identifierSchema.nullable(),
          site: identifierSchema.nullable(),
          storeSecrets: z.boolean(),
        }),
      )
      .output(machineListSchema),
  },
  search: oc
    .input(z.object({ text: z.string().max(200), limit: z.int().min(1).max(50).default(12) }))
    .output(z.object({ rows: z.array(listRowSchema) })),
};
export type Contract = typeof contract;
