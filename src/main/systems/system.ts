import type { Duplex } from "node:stream";
import type { z } from "zod";
import type { DrainView, DrainWish } from "../../shared/drain.ts";
import type { OpsError } from "../../shared/errors.ts";
import type { SecretReference } from "../../shared/estate-access.ts";
import type { CapacityRules } from "../../shared/estate-capacity.ts";
import type { OfferedPort } from "../../shared/forwards.ts";
import type { Happenings } from "../../shared/happenings.ts";
import type { LogRequest } from "../../shared/logs.ts";
import type { Manifest, ManifestCheck, ManifestEdit } from "../../shared/manifest.ts";
import type { RemoteTaskLog, RemoteTasks } from "../../shared/remote-tasks.ts";
import type { Declaration, ObservationSink } from "../../shared/resource.ts";
import type { SnapshotTree } from "../../shared/snapshots.ts";
import type { LocalText } from "../../shared/text.ts";
import type { RekeyView } from "../../shared/vault-keys.ts";
import type { SecretFolder, SecretRecord, SecretSearch } from "../../shared/vault-secrets.ts";
import type { VaultTokens } from "../../shared/vault-tokens.ts";
import type { Action } from "../actions/action.ts";
import type { KeyKeeper } from "../certificates/key-keeper.ts";
import type { Questions } from "../reach/questions.ts";
import type { Reach, SshTarget } from "../reach/reach.ts";
import type { Vantage } from "../reach/vantage.ts";
import type { SecretResolver } from "../secrets/resolver.ts";
import type { VaultDesk } from "../vault/desk.ts";

/** Where private keys go that a system's action makes. */
export type CertificateKeys = KeyKeeper;

/** What a system is given by the composition root; it takes nothing else from outside. */
export interface SystemContext {
  /** The system's identifier in the estate file. */
  id: string;
  reach: Reach;
  secrets: SecretResolver;
  /** The Vaults of the estate; each is opened and closed by its system. */
  vaults?: Pick<VaultDesk, "open" | "close">;
  /** Keeps private keys that are made here; without it none are made. */
  keys?: CertificateKeys;
  /** To ask a person for something only they can see, such as a code on the machine's own screen. */
  questions: Pick<Questions, "ask" | "interactive">;
  /** Epoch milliseconds. */
  now(): number;
  /** The folder that relative paths in the estate file start at. */
  estateFolder?(): string;
  /** What hypervisors' hosts of an environment keep to by the estate in force; the usual when left out. */
  capacityRules?(environment: string | null): CapacityRules;
  /** From where the estate is entered, as far as that is known; left out where nothing is. */
  vantage?(): Vantage;
}

/** A terminal that a system can open on one of its resources. */
export interface ShellSession {
  write(data: string): void;
  resize(columns: number, rows: number): void;
  /** Stops and resumes reading from the far side (back-pressure). */
  pause(): void;
  resume(): void;
  onData(listener: (bytes: Uint8Array) => void): void;
  onEnd(listener: (end: { exitCode: number | null; error: Error | null }) => void): void;
  close(): void;
}

/** A console that a system can open on one of its resources. */
export interface SystemConsole {
  kind: "shell" | "serial" | "screen";
  /** Why it cannot be opened now, by what is known without asking; null when it can. */
  unavailable: LocalText | null;
}

/** How a screen ended: `error` for what went wrong, `returns` when it was closed for a power change or a move. */
export interface ScreenEnd {
  error: Error | null;
  returns: LocalText | null;
}

/**
 * A screen as RFB 3.8 with security type None: what `onData` gives begins with the server's version, whatever log-in
 * and dialect the far side wants. It says nothing before `resume` is called.
 */
export interface ScreenSource {
  readonly route: "amt-redirection" | "rfb" | "recording";
  /** The name and size that the far side told; pixels. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  write(bytes: Uint8Array): void;
  pause(): void;
  resume(): void;
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Called when the far side has sent the first update of the framebuffer. */
  onFirstPixels(listener: () => void): void;
  onEnd(listener: (end: ScreenEnd) => void): void;
  close(): void;
}

/** One place where a secret can be tried by logging in. */
export interface LoginTrial {
  /** The resource that is logged in to, and its name. */
  subject: string;
  name: string;
  /** Logs in once, with this value in place of the stored one (null: with that). Throws OpsErrors when it is refused. */
  tryLogin(value: string | null, signal: AbortSignal): Promise<void>;
}

/** The drains of a system's nodes, for whoever looks at them, pauses or aborts one. */
export interface Drains {
  /** How the drain of a node's resource stands, or how the last one ended; null when there was none. */
  view(resource: string): DrainView | null;
  /** False when none is under way there, or it is being aborted already. */
  wish(resource: string, wish: DrainWish): boolean;
  /** Calls the listener whenever a drain has got further; returns how to stop. */
  onChange(listener: (view: DrainView) => void): () => void;
}

/** How the reading of a log stands: `waiting` for a container that does not run yet, `connecting` (again, with why). */
export type LogReadingState = { state: "connecting" | "reading" | "waiting"; error: OpsError | null };

/** One container whose log can be read. */
export interface LogSource {
  /** What tells it apart from all others, also from that of a pod of the same name that is made anew. */
  id: string;
  resource: string;
  name: string;
  /**
   * Reads it as it comes, in chunks of whole or broken lines, each line with the time of the cluster in front; ends with
   * the log, throws OpsErrors. Reading stops while the consumer does not ask for more. A connection that breaks is made
   * again where it broke, no line twice; `tell` hears how it stands.
   */
  read(
    request: LogRequest,
    signal: AbortSignal,
    tell: (standing: LogReadingState) => void,
  ): AsyncIterable<Uint8Array>;
}

/** The logs of a system's resources. */
export interface Logs {
  /** The containers behind a resource now; asked again while a log is followed, since pods come and go. */
  sources(resource: string, request: LogRequest, signal: AbortSignal): Promise<LogSource[]>;
}

/** The ports of a system's resources. */
export interface Ports {
  offered(resource: string, signal: AbortSignal): Promise<OfferedPort[]>;
  /** One connection to a port of it; throws OpsErrors. */
  connect(resource: string, port: number, signal: AbortSignal): Promise<Duplex>;
}

/** The objects behind a system's resources, as they are written. */
export interface Manifests {
  read(resource: string, signal: AbortSignal): Promise<Manifest>;
  /** What the far side would make of an edit; nothing is changed. */
  check(edit: ManifestEdit, signal: AbortSignal): Promise<ManifestCheck>;
}

/** The secrets of a mount by their names and versions, never by their values. Paths stand below the mount. */
export interface SecretTree {
  /** The system that it is of, and a secret's path as `vault:` references have it. */
  readonly system: string;
  pathOf(path: string): string;
  /** Throw OpsErrors. */
  folder(folder: string, signal: AbortSignal): Promise<SecretFolder>;
  secret(path: string, signal: AbortSignal): Promise<Omit<SecretRecord, "usedBy">>;
  /** Searches names from a folder on, and tells how far it is; never throws. */
  search(folder: string, words: string, signal: AbortSignal): AsyncIterable<SecretSearch>;
}

/** Who holds shares of a Vault's key, and who has tokens of it. Both throw OpsErrors. */
export interface VaultKeys {
  rekey(signal: AbortSignal): Promise<RekeyView>;
  tokens(signal: AbortSignal): Promise<VaultTokens>;
}

/** One outside system, configured and ready. `close` ends everything that it opened. */
export interface System {
  readonly id: string;
  readonly type: string;
  /** What is there by the estate file, and what was found since; a system may declare anew to the sink. */
  declarations(): Declaration[];
  /**
   * Reads the named resources (all of its own when left out) and reports each to the sink; never throws. It may be
   * called again while an earlier call still waits for a slow resource, which is not read twice at a time.
   */
  observe(sink: ObservationSink, signal: AbortSignal, resources?: string[]): Promise<void>;
  /** Milliseconds between two observations of what is not looked at. */
  readonly every: number;
  readonly actions: Action[];
  /** The consoles of one of its resources; those of another system's resources are none. */
  consoles?(resource: string): readonly SystemConsole[];
  /** Opens its `shell` or `serial` console. */
  openShell?(
    resource: string,
    size: { columns: number; rows: number },
    signal: AbortSignal,
  ): Promise<ShellSession>;
  /** Opens its `screen`. Throws OpsErrors; asks a person where the far side wants a code. */
  openScreen?(resource: string, signal: AbortSignal): Promise<ScreenSource>;
  /** The drains of its nodes, where it has such. */
  readonly drains?: Drains;
  /** Logs, ports, manifests and happenings of its resources, where it has such; null for a resource that has none. */
  logs?(resource: string): Logs | null;
  ports?(resource: string): Ports | null;
  manifests?(resource: string): Manifests | null;
  /** The secrets of a mount, where it has such; null for a resource that is none. */
  secretTree?(resource: string): SecretTree | null;
  /** The same of the shares of its key and its tokens, where it is a Vault. */
  readonly vaultKeys?: VaultKeys;
  /**
   * What happened to a resource and to what is in it, kept up to date until `signal` ends; never throws. Null for a
   * resource that has no such; nothing is asked for before the first is taken.
   */
  happenings?(resource: string, signal: AbortSignal): AsyncIterable<Happenings> | null;
  /** The snapshots of one of its VMs, in the way of `happenings`. */
  snapshots?(resource: string, signal: AbortSignal): AsyncIterable<SnapshotTree> | null;
  /** What the far side does and did with a resource, whoever began it, in the way of `happenings`. */
  remoteTasks?(resource: string, signal: AbortSignal): AsyncIterable<RemoteTasks> | null;
  /**
   * The log of one of these tasks from its beginning, as it grows, ended with the task or `signal`; throws OpsErrors. Null
   * where there is none.
   */
  remoteTaskLog?(resource: string, task: string, signal: AbortSignal): AsyncIterable<RemoteTaskLog> | null;
  /** The log-ins of this system, by which its secrets are listed and tried. */
  logins?(): readonly SshTarget[];
  /** The secrets of this system that are not part of a log-in over SSH, and the resource that uses each. */
  secrets?(): readonly { reference: SecretReference; usedBy: string }[];
  /** Where such a secret can be tried by logging in. */
  trials?(reference: SecretReference): readonly LoginTrial[];
  /** No connection of before is trusted any more: after sleep, a network change. */
  distrust?(): void;
  close(): Promise<void>;
}

/** How the composition root makes a system of its entry in the estate file. */
export interface SystemDefinition<Config = unknown> {
  type: string;
  config: z.ZodType<Config>;
  create(config: Config, context: SystemContext): System;
}
