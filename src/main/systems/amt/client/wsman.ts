import { OpsError } from "../../../../shared/errors.ts";
import { childOf, escapeXml, readXml, type XmlElement } from "../../xml.ts";
import type { AmtDevice, PostOptions } from "./device.ts";
import { envelope, instance, methodInput, type Request, type Selectors, type Values } from "./envelope.ts";
import { answerGarbage, unexpectedStatus } from "./faults.ts";
import { bodyOf, type Instance, readInstance } from "./instance.ts";
import { type ClassName, namespaces, resourceUri } from "./namespaces.ts";
import { soapFault } from "./soap-fault.ts";

const mostPulls = 16;
const mostInstances = 512;
/** Milliseconds to give an enumeration back after something went wrong in it. */
const releaseDeadline = 5000;

/** Errors after which the far side still holds the enumeration open, as far as can be known. */
const lostCodes = new Set(["amt.timed-out", "amt.closed", "amt.truncated", "amt.too-large", "amt.garbage"]);

/** What a method answered: its return value (0 is accepted, never more) and its other outputs. */
export interface Output {
  returnValue: number;
  output: Instance;
}

/**
 * WS-Management with the AMT of one machine (DSP0226; WS-Transfer, WS-Enumeration). Everything throws the OpsErrors of
 * the device, of faults.ts and of soap-fault.ts.
 */
export class Wsman {
  readonly device: AmtDevice;
  #messages = 0;

  constructor(device: AmtDevice) {
    this.device = device;
  }

  /** The one instance of a class, or the one that the selectors pick. */
  async get(name: ClassName, options: PostOptions, selectors?: Selectors): Promise<Instance> {
    const action = `${namespaces.transfer}/Get`;
    const body = await this.#ask({ action, class: name, ...(selectors && { selectors }), body: "" }, options);
    return this.#instance(body.children[0]);
  }

  /** Writes an instance whole: the one of its class, or the one that the selectors pick. */
  async put(name: ClassName, properties: Values, options: PostOptions, selectors?: Selectors): Promise<void> {
    const action = `${namespaces.transfer}/Put`;
    const body = instance(name, properties);
    await this.#ask({ action, class: name, ...(selectors && { selectors }), body }, options);
  }

  /** Calls a method of a class. */
  async invoke(name: ClassName, method: string, parameters: Values, options: PostOptions): Promise<Output> {
    const action = `${resourceUri(name)}/${method}`;
    const body = await this.#ask(
      { action, class: name, body: methodInput(name, method, parameters) },
      options,
    );
    const output = readInstance(body.children[0], `${method}_OUTPUT`);
    const returnValue = output?.number("ReturnValue");
    if (!output || returnValue === undefined) throw answerGarbage(this.#name, "WS-Management");
    return { returnValue, output };
  }

  /**
   * All instances of a class, at most 512 in 16 pulls. The enumeration is given back whatever happens in it, for AMT
   * holds few of them.
   */
  async enumerate(name: ClassName, options: PostOptions): Promise<Instance[]> {
    const opened = await this.#ask(
      {
        action: `${namespaces.enumeration}/Enumerate`,
        class: name,
        body: `<Enumerate xmlns="${namespaces.enumeration}"/>`,
      },
      options,
    );
    let context = this.#context(childOf(opened, namespaces.enumeration, "EnumerateResponse"));
    if (context === null) throw answerGarbage(this.#name, "WS-Management");
    const found: Instance[] = [];
    try {
      for (let pull = 0; pull < mostPulls && found.length < mostInstances; pull++) {
        const body: XmlElement = await this.#ask(pullRequest(name, context), options);
        const response = childOf(body, namespaces.enumeration, "PullResponse");
        if (!response) throw answerGarbage(this.#name, "WS-Management");
        const items = childOf(response, namespaces.enumeration, "Items")?.children ?? [];
        found.push(...items.slice(0, mostInstances).map((item) => this.#instance(item)));
        const ended = childOf(response, namespaces.enumeration, "EndOfSequence") !== undefined;
        context = ended ? null : (this.#context(response) ?? context);
        if (context === null) break;
      }
      return found.slice(0, mostInstances);
    } catch (error) {
      // A fault in a Pull has ended the enumeration at the far side already; an aborted one has not.
      if (!options.signal.aborted && error instanceof OpsError && !lostCodes.has(error.code)) context = null;
      throw error;
    } finally {
      if (context !== null) await this.#release(name, context);
    }
  }

  async #release(name: ClassName, context: string): Promise<void> {
    const action = `${namespaces.enumeration}/Release`;
    const body = `<Release xmlns="${namespaces.enumeration}">${contextElement(context)}</Release>`;
    try {
      await this.#ask({ action, class: name, body }, { signal: AbortSignal.timeout(releaseDeadline) });
    } catch {
      // Then it runs out at the far side by itself.
    }
  }

  async #ask(request: Request, options: PostOptions): Promise<XmlElement> {
    this.#messages += 1;
    const answer = await this.device.post(envelope(request, this.#messages), options);
    const well = answer.status === 200;
    // A fault comes as 400, from some firmware as 500; nothing else has a body worth reading.
    if (!well && answer.status !== 400 && answer.status !== 500) {
      throw unexpectedStatus(this.#name, answer.status);
    }
    let body: XmlElement | null;
    try {
      body = bodyOf(readXml(answer.body));
    } catch (error) {
      throw well ? answerGarbage(this.#name, "XML", error) : unexpectedStatus(this.#name, answer.status);
    }
    const fault = body && soapFault(body, this.#name);
    if (fault) throw fault;
    if (!well) throw unexpectedStatus(this.#name, answer.status);
    if (!body) throw answerGarbage(this.#name, "WS-Management");
    return body;
  }

  #instance(element: XmlElement | undefined): Instance {
    const found = readInstance(element);
    if (!found) throw answerGarbage(this.#name, "WS-Management");
    return found;
  }

  #context(response: XmlElement | undefined): string | null {
    const context = childOf(response, namespaces.enumeration, "EnumerationContext")?.text;
    return context === undefined || context === "" || context.length > 1024 ? null : context;
  }

  get #name(): string {
    return this.device.place.name;
  }
}

function pullRequest(name: ClassName, context: string): Request {
  const limits = "<MaxElements>999</MaxElements><MaxCharacters>99999</MaxCharacters>";
  return {
    action: `${namespaces.enumeration}/Pull`,
    class: name,
    body: `<Pull xmlns="${namespaces.enumeration}">${contextElement(context)}${limits}</Pull>`,
  };
}

function contextElement(context: string): string {
  return `<EnumerationContext>${escapeXml(context)}</EnumerationContext>`;
}
