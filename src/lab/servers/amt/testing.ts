import { createHash } from "node:crypto";
import { ManualClock } from "../../world/clock.ts";
import type { Machine } from "../../world/machine.ts";
import type { Management } from "../../world/management.ts";
import { World } from "../../world/world.ts";
import { amtUser } from "./credentials.ts";
import { AmtEngine } from "./engine.ts";
import { Enumerations } from "./wsman/enumerations.ts";
import { anonymous, spaces, uriOf } from "./wsman/names.ts";
import type { Reply } from "./wsman/reply.ts";
import { WsmanService } from "./wsman/service.ts";

export const testPassword = "Right-Words-1";

/** One engine of a World that stands still, for tests. */
export class TestEngine {
  readonly clock = new ManualClock();
  readonly world = new World({ seed: 7, clock: this.clock });
  readonly machine: Machine;
  readonly management: Management;
  readonly engine: AmtEngine;
  private readonly service: WsmanService;
  /** Milliseconds by which enumerations grow old. */
  age = 0;

  constructor(id = "tower-a") {
    this.machine = this.world.machine(id);
    const { management } = this.machine;
    if (!management) throw new Error(`${id} has no engine`);
    this.management = management;
    this.engine = new AmtEngine(this.world, this.machine, management, { password: testPassword, seed: 7 });
    this.service = new WsmanService(this.engine, new Enumerations(() => this.age));
  }

  answer(words: string): Reply {
    return this.service.answer(words);
  }

  get(className: string, selectors = ""): Reply {
    return this.answer(requestFor(className, `${spaces.transfer}/Get`, "", selectors));
  }

  put(className: string, properties: string): Reply {
    const body = `<p:${className} xmlns:p="${uriOf(className)}">${properties}</p:${className}>`;
    return this.answer(requestFor(className, `${spaces.transfer}/Put`, body));
  }

  invoke(className: string, method: string, parameters = ""): Reply {
    const body = `<p:${method}_INPUT xmlns:p="${uriOf(className)}">${parameters}</p:${method}_INPUT>`;
    return this.answer(requestFor(className, `${uriOf(className)}/${method}`, body));
  }

  /** The return value of a method. */
  returned(className: string, method: string, parameters = ""): number {
    return Number(valueIn(this.invoke(className, method, parameters), "ReturnValue"));
  }

  requestPower(state: number): number {
    const element = referenceTo("ManagedElement", "CIM_ComputerSystem", { Name: "ManagedSystem" });
    const parameters = `<p:PowerState>${state}</p:PowerState>${element}`;
    return this.returned("CIM_PowerManagementService", "RequestPowerStateChange", parameters);
  }
}

/** A whole request. */
export function requestFor(className: string, action: string, body: string, selectors = ""): string {
  return [
    `<e:Envelope xmlns:e="${spaces.soap}" xmlns:a="${spaces.addressing}" xmlns:w="${spaces.management}"><e:Header>`,
    `<a:Action>${action}</a:Action><a:To>${anonymous}</a:To><a:MessageID>7</a:MessageID>`,
    `<w:ResourceURI>${uriOf(className)}</w:ResourceURI>${selectors}</e:Header><e:Body>${body}</e:Body></e:Envelope>`,
  ].join("");
}

export function selectorsOf(values: Readonly<Record<string, string>>): string {
  const inner = Object.entries(values).map(
    ([name, value]) => `<w:Selector Name="${name}">${value}</w:Selector>`,
  );
  return `<w:SelectorSet xmlns:w="${spaces.management}">${inner.join("")}</w:SelectorSet>`;
}

/** An element of a method's input that refers to an instance. */
export function referenceTo(
  name: string,
  className: string,
  selectors: Readonly<Record<string, string>>,
): string {
  return [
    `<p:${name} xmlns:a="${spaces.addressing}" xmlns:w="${spaces.management}"><a:Address>${anonymous}</a:Address>`,
    `<a:ReferenceParameters><w:ResourceURI>${uriOf(className)}</w:ResourceURI>${selectorsOf(selectors)}`,
    `</a:ReferenceParameters></p:${name}>`,
  ].join("");
}

/** The first value of a property in a reply; null when it is not there. */
export function valueIn(reply: Reply, name: string): string | null {
  return new RegExp(`<h:${name}>([^<]*)</h:${name}>`).exec(reply.body)?.[1] ?? null;
}

export function valuesIn(reply: Reply, name: string): string[] {
  return [...reply.body.matchAll(new RegExp(`<h:${name}>([^<]*)</h:${name}>`, "g"))].map(
    ([, value = ""]) => value,
  );
}

/** The right answer to a Digest challenge (RFC 7616, MD5), as the header. */
export function authorizationFor(
  challenge: string,
  asked: { method: string; uri: string; body: string },
  changes: { nc?: string; password?: string; qop?: string } = {},
): string {
  const { nc = "00000001", password = testPassword, qop = "auth" } = changes;
  const md5 = (words: string) => createHash("md5").update(words).digest("hex");
  const part = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? "";
  const [realm, nonce] = [part("realm"), part("nonce")];
  const end = qop === "auth-int" ? `:${md5(asked.body)}` : "";
  const request = md5(`${asked.method}:${asked.uri}${end}`);
  const response = md5(`${md5(`${amtUser}:${realm}:${password}`)}:${nonce}:${nc}:mine:${qop}:${request}`);
  return `Digest username="${amtUser}", realm="${realm}", nonce="${nonce}", uri="${asked.uri}", response="${response}", qop=${qop}, nc=${nc}, cnonce="mine"`;
}
