import { Given, type ManagedClass, type Subject } from "../model/class.ts";
import { model } from "../model/index.ts";
import { child } from "./element.ts";
import type { Enumerations } from "./enumerations.ts";
import { WsmanFault } from "./fault.ts";
import { spaces, uriOf } from "./names.ts";
import { faultReply, modelElement, type Properties, type Reply, wellReply } from "./reply.ts";
import { type Request, readRequest } from "./request.ts";

const mostPulled = 999;

/** Answers WS-Management for one machine (DSP0226): Identify, Get, Put, Enumerate, Pull, Release and methods. */
export class WsmanService {
  private readonly subject: Subject;
  private readonly enumerations: Enumerations;

  constructor(subject: Subject, enumerations: Enumerations) {
    this.subject = subject;
    this.enumerations = enumerations;
  }

  /** Answers a request; never throws for what a request may hold. */
  answer(words: string): Reply {
    let messageId = "";
    try {
      const request = readRequest(words);
      messageId = request.messageId;
      return wellReply(request, this.carryOut(request));
    } catch (error) {
      if (error instanceof WsmanFault) return faultReply(error, messageId);
      throw error;
    }
  }

  private carryOut(request: Request): string {
    const { action, className } = request;
    if (action === "Identify") return this.identify();
    const managed = className === null ? undefined : model.get(className);
    if (className === null || !managed) throw new WsmanFault("unreachable");
    const uri = uriOf(className);
    if (action === `${spaces.transfer}/Get`) return this.get(className, managed, request);
    if (action === `${spaces.transfer}/Put`) return this.put(className, managed, request);
    if (action === `${spaces.enumeration}/Enumerate`) return this.enumerate(className, managed, request);
    if (action === `${spaces.enumeration}/Pull`) return this.pull(className, request);
    if (action === `${spaces.enumeration}/Release`) return this.release(request);
    if (!action.startsWith(`${uri}/`)) throw new WsmanFault("unknown-action");
    return this.invoke(className, managed, action.slice(uri.length + 1), request);
  }

  private identify(): string {
    const { version } = this.subject.management;
    return [
      `<i:IdentifyResponse xmlns:i="${spaces.identity}"><i:ProtocolVersion>${spaces.management}</i:ProtocolVersion>`,
      `<i:ProductVendor>Intel(r)</i:ProductVendor><i:ProductVersion>AMT ${version.split(".").slice(0, 2).join(".")}</i:ProductVersion>`,
      "</i:IdentifyResponse>",
    ].join("");
  }

  private get(className: string, managed: ManagedClass, request: Request): string {
    return modelElement(className, className, this.select(managed, request));
  }

  private put(className: string, managed: ManagedClass, request: Request): string {
    if (!managed.put) throw new WsmanFault("unknown-action");
    this.select(managed, request);
    const { body } = request;
    if (!body || body.name !== className || body.space !== uriOf(className)) {
      throw new WsmanFault("wrong-body");
    }
    managed.put(this.subject, new Given(className, body));
    this.subject.world.announce(this.subject.machine, "management");
    return this.get(className, managed, request);
  }

  private enumerate(className: string, managed: ManagedClass, request: Request): string {
    if (request.body?.name !== "Enumerate") throw new WsmanFault("wrong-body");
    const context = this.enumerations.begin(className, managed.instances(this.subject));
    if (context === null) throw new WsmanFault("too-many");
    return `<n:EnumerateResponse><n:EnumerationContext>${context}</n:EnumerationContext></n:EnumerateResponse>`;
  }

  private pull(className: string, request: Request): string {
    if (request.body?.name !== "Pull") throw new WsmanFault("wrong-body");
    const name = this.contextOf(request);
    const limit = child(request.body, spaces.enumeration, "MaxElements")?.text.trim() ?? "1";
    if (!/^\d{1,6}$/.test(limit)) throw new WsmanFault("wrong-values");
    const pulled = this.enumerations.pull(name, Math.min(Number(limit), mostPulled));
    if (pulled?.className !== className) throw new WsmanFault("wrong-context");
    const items = pulled.items.map((item) => modelElement(className, className, item)).join("");
    const end = pulled.ended
      ? "<n:EndOfSequence></n:EndOfSequence>"
      : `<n:EnumerationContext>${name}</n:EnumerationContext>`;
    return `<n:PullResponse><n:Items>${items}</n:Items>${end}</n:PullResponse>`;
  }

  private release(request: Request): string {
    if (!this.enumerations.release(this.contextOf(request))) throw new WsmanFault("wrong-context");
    return "";
  }

  private invoke(className: string, managed: ManagedClass, method: string, request: Request): string {
    const carryOut =
      managed.methods && Object.hasOwn(managed.methods, method) ? managed.methods[method] : null;
    if (!carryOut) throw new WsmanFault("unknown-action");
    const { body } = request;
    if (!body || body.name !== `${method}_INPUT` || body.space !== uriOf(className)) {
      throw new WsmanFault("wrong-body");
    }
    this.select(managed, request);
    const outcome = carryOut(this.subject, new Given(className, body));
    const { returnValue, outputs } =
      typeof outcome === "number" ? { returnValue: outcome, outputs: [] } : outcome;
    return modelElement(className, `${method}_OUTPUT`, [...outputs, ["ReturnValue", returnValue]]);
  }

  /** The instance that the selectors pick; without selectors the only one. */
  private select(managed: ManagedClass, request: Request): Properties {
    const found = managed
      .instances(this.subject)
      .filter((instance) =>
        [...request.selectors].every(([name, wanted]) =>
          instance.some(([property, value]) => property === name && String(value) === wanted),
        ),
      );
    const [only] = found;
    if (!only || found.length > 1) throw new WsmanFault("wrong-selectors");
    return only;
  }

  private contextOf(request: Request): string {
    return child(request.body, spaces.enumeration, "EnumerationContext")?.text.trim() ?? "";
  }
}
