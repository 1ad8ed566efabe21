import { eventIterator, oc } from "@orpc/contract";
import { z } from "zod";
import { aboutSchema } from "./about.ts";
import {
  actionOfferSchema,
  previewSchema,
  startRequestSchema,
  taskOutputSchema,
  taskSchema,
} from "./action.ts";
import { allowlistsSchema } from "./allowlists.ts";
import { capacityViewSchema, lossSchema } from "./capacity.ts";
import { certificateDetailSchema, certificateFrameSchema, certificateQuerySchema } from "./certificates.ts";
import { praCalls } from "./contract-pra.ts";
import { procedureCalls } from "./contract-procedures.ts";
import { anyId, identified } from "./contract-words.ts";
import { drainViewSchema, drainWishSchema } from "./drain.ts";
import { estateStateSchema, machineListSchema } from "./estate-state.ts";
import { identifierSchema } from "./estate-words.ts";
import { offeredPortSchema, portForwardRequestSchema, portForwardSchema } from "./forwards.ts";
import { happeningsSchema } from "./happenings.ts";
import { insideAnswerSchema, insideSubjectSchema } from "./inside.ts";
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
import { overviewSchema } from "./overview.ts";
import { approvalRequestSchema, askApprovalSchema, signRequestSchema } from "./people.ts";
import {
  protectionDetailSchema,
  protectionFrameSchema,
  protectionQuerySchema,
  slotsAnswerSchema,
  slotsRequestSchema,
} from "./protection.ts";
import { questionSchema } from "./question.ts";
import { remoteTaskLogSchema, remoteTasksSchema } from "./remote-tasks.ts";
import { resourceDetailSchema } from "./resource-detail.ts";
import { findingsFrameSchema, findingsQuerySchema, muteRequestSchema } from "./rules.ts";
import { recordingSchema } from "./screen.ts";
import { secretsStateSchema, secretTrialSchema } from "./secrets-state.ts";
import {
  mayDoSchema,
  ownRightsSchema,
  passAskedSchema,
  passNamedSchema,
  passReviewSchema,
  peopleViewSchema,
  signInRequestSchema,
} from "./sign-in.ts";
import { snapshotTreeSchema } from "./snapshots.ts";
import { statusSchema } from "./status.ts";
import { topologyRequestSchema, topologySchema } from "./topology.ts";
import { vaultKeyCalls } from "./vault-keys.ts";
import {
  secretFolderRequestSchema,
  secretFolderSchema,
  secretRecordSchema,
  secretRequestSchema,
  secretSearchRequestSchema,
  secretSearchSchema,
} from "./vault-secrets.ts";
import { vaultSeenSchema } from "./vaults.ts";

const secretName = z.string().regex(/^[A-Za-z0-9._-]{1,100}$/);
const secretValue = z.string().min(1).max(65_536);

/** Everything that the renderer may ask of main. Names are `area.verb`; `watch` and `list` push until closed. */
export const contract = {
  about: oc.output(aboutSchema),
  status: { watch: oc.output(eventIterator(statusSchema)) },
  overview: { watch: oc.output(eventIterator(overviewSchema)) },
  resources: {
    list: oc.input(listQuerySchema).output(eventIterator(listFrameSchema)),
    watch: oc.input(identified).output(eventIterator(resourceDetailSchema)),
    refresh: oc.input(z.object({ ids: z.array(anyId).max(1000) })).output(z.object({ asked: z.int() })),
    /** What happened to it, as its system recorded it. */
    happenings: oc.input(identified).output(eventIterator(happeningsSchema)),
  },
  actions: {
    offers: oc
      .input(z.object({ resources: z.array(anyId).min(1).max(10_000) }))
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
      .input(z.object({ hosts: z.array(anyId).min(1).max(64) }))
      .output(z.object({ losses: z.array(lossSchema) })),
  },
  protection: {
    /** A window of all that is protected or should be, with the calendar of what its filter lets through. */
    watch: oc.input(protectionQuerySchema).output(eventIterator(protectionFrameSchema)),
    /** One protected thing with its restore points and slots. */
    of: oc.input(identified).output(eventIterator(protectionDetailSchema)),
    /** What ran in one cell of the calendar. */
    slots: oc.input(slotsRequestSchema).output(slotsAnswerSchema),
  },
  certificates: {
    /** A window of all certificates that are known, soonest to end first. */
    watch: oc.input(certificateQuerySchema).output(eventIterator(certificateFrameSchema)),
    /** One of them with its chain, and the requests that were made for it. */
    of: oc.input(identified).output(eventIterator(certificateDetailSchema)),
  },
  allowlists: {
    /** Whom the provider lets in to its services, as the lists were read last. */
    watch: oc.output(eventIterator(allowlistsSchema)),
  },
  rules: {
    /** What rules over the estate have found, of one resource or of all. */
    watch: oc.input(findingsQuerySchema).output(eventIterator(findingsFrameSchema)),
    /** Tells nothing of a finding until then. */
    mute: oc.input(muteRequestSchema).output(z.object({ muted: z.boolean() })),
    unmute: oc.input(z.object({ key: z.string().max(800) })).output(z.object({ unmuted: z.boolean() })),
  },
  reach: {
    /** Why something cannot be done from where this workstation stands, pushed when that changes. */
    outside: oc.input(insideSubjectSchema).output(eventIterator(insideAnswerSchema)),
  },
  topology: {
    /** A site's things and how they hang together, pushed when they change; `around`: what is next to one of them alone. */
    watch: oc.input(topologyRequestSchema).output(eventIterator(topologySchema)),
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
  procedures: procedureCalls,
  pra: praCalls,
  vaults: {
    /** How the console stands with each Vault of the estate: who is signed in, and how long the token lives. */
    watch: oc.output(eventIterator(z.object({ vaults: z.array(vaultSeenSchema) }))),
    /** Signs in by the estate's log-in; what it wants of a person is asked as a question. Answers when that is over. */
    signIn: oc.input(z.object({ vault: identifierSchema })).output(z.object({ signedIn: z.boolean() })),
    /** Ends the console's token, and revokes it where it is its own. */
    signOut: oc.input(z.object({ vault: identifierSchema })).output(z.object({ signedOut: z.boolean() })),
    ...vaultKeyCalls,
  },
  /** The secrets of a mount (KV) by their names and versions; no value is ever told. */
  vaultSecrets: {
    folder: oc.input(secretFolderRequestSchema).output(secretFolderSchema),
    read: oc.input(secretRequestSchema).output(secretRecordSchema),
    /** Searches names; the last of what is pushed says why it ended and what was not reached. */
    search: oc.input(secretSearchRequestSchema).output(eventIterator(secretSearchSchema)),
  },
  people: {
    /** The operators of the estate, who has signed in at this window, rights that were taken, and whose keys are kept here. */
    watch: oc.output(eventIterator(peopleViewSchema)),
    /** Keeps a private key of an operator, closed by their own passphrase, which is not asked for. */
    keep: oc
      .input(z.object({ operator: identifierSchema, key: z.string().max(20_000) }))
      .output(z.object({ kept: z.boolean() })),
    forget: oc.input(z.object({ operator: identifierSchema })).output(z.object({ forgotten: z.boolean() })),
    /** What is to be signed elsewhere to sign in at this window; good for five minutes, once. */
    challenge: oc.input(z.object({ operator: identifierSchema })).output(z.object({ text: z.string() })),
    /** Has this window act for an operator who proves who they are; also opens it where it was locked. */
    signIn: oc.input(signInRequestSchema).output(z.object({ operator: z.string() })),
    /** Where a browser is to be sent to sign in with the identity provider. */
    signInElsewhere: oc.output(z.object({ attempt: z.string(), address: z.string() })),
    /** Waits until the browser has come back from there. */
    signInReturned: oc
      .input(z.object({ attempt: z.string().max(100) }))
      .output(z.object({ operator: z.string() })),
    signOut: oc.output(z.object({ signedOut: z.boolean() })),
    lock: oc.output(z.object({ locked: z.boolean() })),
    /** Somebody has typed or clicked in this window. */
    active: oc.output(z.object({ noted: z.boolean() })),
    /** All that whoever is at this window may do, place by place, and where each right comes from. */
    rights: oc.output(eventIterator(ownRightsSchema)),
    /** What they may do with one resource, and who else may. */
    mayDo: oc.input(z.object({ resource: anyId })).output(mayDoSchema),
    /** Makes a key pair whose private half is kept in the keychain, and gives the public half for the estate file. */
    makeKey: oc.input(z.object({ operator: identifierSchema })).output(z.object({ key: z.string() })),
    /** Takes every right for a while, by a signature and for a reason. */
    breakGlass: oc.input(passAskedSchema).output(z.object({ id: z.string(), until: z.number() })),
    endPass: oc.input(passNamedSchema).output(z.object({ ended: z.boolean() })),
    /** Closes the review of rights that somebody else has taken. */
    reviewPass: oc.input(passReviewSchema).output(z.object({ reviewed: z.boolean() })),
  },
  approvals: {
    /** Puts a gate to somebody else; `text` is what they sign, here or anywhere with `ssh-keygen -Y sign`. */
    request: oc
      .input(askApprovalSchema)
      .output(z.object({ request: approvalRequestSchema, text: z.string() })),
    /** What a request that came as text asks for; refused where a letter of it was changed. */
    read: oc
      .input(z.object({ text: z.string().max(70_000) }))
      .output(z.object({ request: approvalRequestSchema })),
    /** Signs such a request as one of the operators, to approve or to refuse. */
    sign: oc.input(signRequestSchema).output(z.object({ signature: z.string() })),
  },
  terminal: {
    open: oc
      .input(
        z.object({
          resource: anyId,
          /** Which of the resource's consoles; its first shell or serial console when left out. */
          system: z.string().max(100).optional(),
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
        z.object({
          resource: anyId,
          system: z.string().max(100).optional(),
          record: z.boolean().default(false),
        }),
      )
      .output(z.object({ channel: z.string() })),
    /** The recordings of a resource, or of all (null), newest first. */
    recordings: oc
      .input(z.object({ resource: anyId.nullable() }))
      .output(eventIterator(z.object({ recordings: z.array(recordingSchema) }))),
    /** Plays a recording from a position in milliseconds over a screen session of its own. */
    replay: oc
      .input(
        z.object({
          id: anyId,
          from: z.number().min(0).default(0),
          speed: z.number().min(0.1).max(64).default(1),
        }),
      )
      .output(z.object({ channel: z.string() })),
    /** A piece of a recording's file, for saving it: at most 512 KiB from `offset`, as base64. */
    recordingPiece: oc
      .input(z.object({ id: anyId, offset: z.int().min(0) }))
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
    /** Opens the page of a question in the desktop's browser; false where the person must follow its link. */
    open: oc.input(identified).output(z.object({ opened: z.boolean() })),
    answer: oc
      .input(
        z.object({
          id: anyId,
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
