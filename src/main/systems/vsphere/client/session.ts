import type { VsphereSystemConfig } from "../../../../shared/systems/vsphere.ts";
import { abortable, Deadline } from "../../../reach/abort.ts";
import { ReachAgent } from "../../../reach/reach-agent.ts";
import { escapeXml, type XmlElement, type XmlPick } from "../../xml.ts";
import { type DoorParts, openDoor } from "./door.ts";
import { exchange, type Incoming } from "./exchange.ts";
import { garbage, loginRefused, timedOut } from "./faults.ts";
import { sent } from "./sending.ts";
import { child, type Reference, referenceAt, wordsAt } from "./values.ts";
import { isFault, soapFault } from "./vim-fault.ts";

/** All in milliseconds. */
export interface SessionTimes {
  connect: number;
  request: number;
  /** How long a refused password is not tried again. */
  refused: number;
  /** For a farewell. */
  logout: number;
}

const usualTimes: SessionTimes = { connect: 30_000, request: 60_000, refused: 600_000, logout: 3000 };
const mostSockets = 6;

export interface SessionParts extends DoorParts {
  config: DoorParts["config"] & Pick<VsphereSystemConfig, "user">;
  password(): Promise<{ reveal(): string }>;
  now(): number;
  times?: Partial<SessionTimes>;
}

export interface Call {
  method: string;
  /** The managed object that it is a method of. */
  on: Reference;
  /** The parameters as XML, already escaped. */
  parameters?: string;
  signal: AbortSignal;
  /** Milliseconds; the usual when left out. */
  deadline?: number;
  /** Called right before the request leaves over an open connection, each time that it does. */
  onSent?(): void;
  /** The version of the API whose types are asked for; later ones are left out by the server. */
  version?: string;
  /** Whether it may be sent again when a kept connection had been closed meanwhile; not for what must happen once. */
  repeatable?: boolean;
  /** What of the answer is given away as it comes, and not kept. */
  pick?: XmlPick;
}

/** What a server is: its version, and where its managers are. */
export interface ServiceContent {
  fullName: string | null;
  version: string | null;
  build: string | null;
  /** `VirtualCenter` or `HostAgent`. */
  apiType: string | null;
  /** Of the API, such as `8.0.2.0`. */
  apiVersion: string | null;
  rootFolder: Reference;
  propertyCollector: Reference;
  viewManager: Reference;
  sessionManager: Reference;
  /** Null where it has none; an ESXi host by itself has no alarms. */
  taskManager: Reference | null;
  eventManager: Reference | null;
  alarmManager: Reference | null;
  /** What says beforehand whether VMs could move. */
  provisioningChecker: Reference | null;
}

const usualVersion = "6.5";
export const serviceInstance: Reference = { type: "ServiceInstance", id: "ServiceInstance" };

/** Escaped `<tag type="T">id</tag>`. */
export function referenceXml(tag: string, { type, id }: Reference): string {
  return `<${tag} type="${escapeXml(type)}">${escapeXml(id)}</${tag}>`;
}

/**
 * One log-in to a vCenter or ESXi host by vim25 SOAP (vSphere Web Services API). Logs in when it must, anew when the
 * session has ended, and leaves a refused password alone. Throws OpsErrors `reach.…`, `secrets.…`, those of faults.ts, and
 * VimFaults.
 */
export class VimSession {
  readonly name: string;
  readonly #parts: SessionParts;
  readonly #times: SessionTimes;
  readonly #closing = new AbortController();
  #agent: ReachAgent;
  #cookie: string | null = null;
  #entering: Promise<void> | null = null;
  #content: ServiceContent | null = null;
  #refusedAt: number | null = null;
  #user: string | null = null;

  constructor(parts: SessionParts) {
    this.name = parts.name;
    this.#parts = parts;
    this.#times = { ...usualTimes, ...parts.times };
    this.#agent = this.#newAgent();
  }

  /** Calls a method and gives its response element; logs in before, and once more when the session has ended. */
  async call(call: Call): Promise<XmlElement> {
    await this.enter(call.signal);
    const used = this.#cookie;
    try {
      return await this.#ask(call);
    } catch (error) {
      // What was refused for want of a session was not begun.
      if (!isFault(error, "NotAuthenticated")) throw error;
      if (this.#cookie === used) this.#cookie = null;
      await this.enter(call.signal);
      return this.#ask(call);
    }
  }

  /** What the server is, once it was logged in to. */
  async content(signal: AbortSignal): Promise<ServiceContent> {
    await this.enter(signal);
    if (!this.#content) throw garbage(this.name);
    return this.#content;
  }

  /** Identifies the log-in in force: what a session has made is gone with it. */
  get generation(): string | null {
    return this.#cookie;
  }

  /** The user as the server writes it in tasks and events; null before the log-in. */
  get user(): string | null {
    return this.#user;
  }

  /** Logs in unless that was done. Throws `vsphere.login-refused` without asking where it was refused lately. */
  async enter(signal: AbortSignal): Promise<void> {
    if (this.#cookie !== null) return;
    this.#entering ??= this.#logIn().finally(() => {
      this.#entering = null;
    });
    await abortable(this.#entering, signal);
  }

  /** A password that was refused may have been put right. */
  forgive(): void {
    this.#refusedAt = null;
  }

  /** No connection of before is trusted any more. */
  reset(): void {
    this.#agent.destroy();
    this.#agent = this.#newAgent();
  }

  /** Logs out, which also ends what the session has made there; also of a log-in that is under way. */
  async close(): Promise<void> {
    if (this.#entering) {
      await abortable(this.#entering, AbortSignal.timeout(this.#times.logout)).catch(() => undefined);
    }
    const content = this.#content;
    if (this.#cookie !== null && content) {
      const signal = AbortSignal.timeout(this.#times.logout);
      await this.#ask({ method: "Logout", on: content.sessionManager, signal }).catch(() => undefined);
    }
    this.#cookie = null;
    this.#closing.abort();
    this.#agent.destroy();
  }

  async #logIn(): Promise<void> {
    const { now } = this.#parts;
    if (this.#refusedAt !== null && now() - this.#refusedAt < this.#times.refused) {
      throw loginRefused(this.name);
    }
    const signal = this.#closing.signal;
    const content = contentOf(
      this.name,
      await this.#ask({ method: "RetrieveServiceContent", on: serviceInstance, signal }),
    );
    const password = (await this.#parts.password()).reveal();
    const parameters = `<userName>${escapeXml(this.#parts.config.user)}</userName><password>${escapeXml(password)}</password>`;
    this.#cookie = null;
    try {
      const on = content.sessionManager;
      // A log-in that may have been counted is not sent twice.
      const answer = await this.#ask({ method: "Login", on, parameters, signal, repeatable: false });
      this.#user = wordsAt(answer, "returnval", "userName");
    } catch (error) {
      this.#cookie = null;
      if (!isFault(error, "InvalidLogin", "NoPermission")) throw error;
      this.#refusedAt = now();
      throw loginRefused(this.name);
    }
    if (this.#cookie === null) throw garbage(this.name);
    this.#refusedAt = null;
    this.#content = content;
  }

  async #ask(call: Call): Promise<XmlElement> {
    const milliseconds = call.deadline ?? this.#times.request;
    const outer = AbortSignal.any([call.signal, this.#closing.signal]);
    const deadline = new Deadline(milliseconds, outer, () => timedOut(this.name, milliseconds / 1000));
    try {
      const { body, cookie } = await this.#exchange(call, deadline.signal);
      const fault = soapFault(body, this.name);
      if (fault) throw fault;
      const response = child(body, `${call.method}Response`);
      if (!response) throw garbage(this.name);
      if (call.method === "Login") this.#cookie = cookie;
      return response;
    } finally {
      deadline.end();
    }
  }

  async #exchange(call: Call, signal: AbortSignal): Promise<Incoming> {
    const { address, port } = this.#parts.config;
    const { method, on, parameters = "", repeatable = true, onSent, version = usualVersion } = call;
    const { pick = null } = call;
    const inner = `${referenceXml("_this", on)}${parameters}`;
    const envelope = `<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><e:Body><${method} xmlns="urn:vim25">${inner}</${method}></e:Body></e:Envelope>`;
    const outgoing = {
      name: this.name,
      address,
      port,
      version,
      envelope,
      cookie: this.#cookie,
      pick,
      signal,
      ...(onSent && { onSent }),
    };
    if (repeatable) return sent(() => exchange(this.#agent, outgoing), true);
    const own = this.#newAgent(false);
    try {
      return await sent(() => exchange(own, outgoing), false);
    } finally {
      own.destroy();
    }
  }

  #newAgent(keepAlive = true): ReachAgent {
    return new ReachAgent(() => openDoor(this.#parts, this.#times.connect, this.#closing.signal), {
      maxSockets: mostSockets,
      keepAlive,
    });
  }
}

function contentOf(name: string, response: XmlElement): ServiceContent {
  const value = child(response, "returnval");
  const about = child(value, "about");
  const rootFolder = referenceAt(value, "rootFolder");
  const propertyCollector = referenceAt(value, "propertyCollector");
  const viewManager = referenceAt(value, "viewManager");
  const sessionManager = referenceAt(value, "sessionManager");
  if (!rootFolder || !propertyCollector || !viewManager || !sessionManager) throw garbage(name);
  return {
    fullName: wordsAt(about, "fullName"),
    version: wordsAt(about, "version"),
    build: wordsAt(about, "build"),
    apiType: wordsAt(about, "apiType"),
    apiVersion: wordsAt(about, "apiVersion"),
    rootFolder,
    propertyCollector,
    viewManager,
    sessionManager,
    taskManager: referenceAt(value, "taskManager"),
    eventManager: referenceAt(value, "eventManager"),
    alarmManager: referenceAt(value, "alarmManager"),
    provisioningChecker: referenceAt(value, "vmProvisioningChecker"),
  };
}
