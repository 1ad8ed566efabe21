import { OpsError } from "../../../../shared/errors.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { XmlElement } from "../../xml.ts";
import { look, meaningOf } from "./fault-meanings.ts";
import { child } from "./values.ts";

/** A fault that vCenter itself has named; `fault` is the type in its API, such as `InvalidPowerState`. */
export class VimFault extends OpsError {
  readonly fault: string;
  /** The reason alone, to be part of a sentence. */
  readonly why: LocalText;

  constructor(fault: string, name: string) {
    const meaning = meaningOf(fault);
    super({
      code: `vsphere.${meaning?.code ?? "refused"}`,
      system: "vsphere",
      message: meaning
        ? text(`${name} refused it: ${meaning.why.en}.`, `${name} a refusé : ${meaning.why.fr}.`)
        : text(`${name} refused it as ${fault}.`, `${name} a refusé avec le motif ${fault}.`),
      hint: meaning?.hint ?? look,
    });
    this.fault = fault;
    this.why = meaning?.why ?? text(`vCenter says ${fault}`, `vCenter indique ${fault}`);
  }
}

/** Reads the type of a fault of `<detail>` or of a task's `error.fault`; its own words are left aside. */
export function faultType(element: XmlElement | undefined): string {
  const stated = element?.attributes.get("type") ?? element?.name.replace(/Fault$/, "") ?? "";
  return /([A-Za-z][A-Za-z0-9]{0,79})$/.exec(stated)?.[1] ?? "?";
}

/** The fault in a SOAP body (SOAP 1.1, section 4.4); null when there is none. */
export function soapFault(body: XmlElement, name: string): VimFault | null {
  const fault = child(body, "Fault");
  return fault ? new VimFault(faultType(child(fault, "detail")?.children[0]), name) : null;
}

/** Whether something thrown is a fault of one of these types. */
export function isFault(thrown: unknown, ...types: string[]): thrown is VimFault {
  return thrown instanceof VimFault && types.includes(thrown.fault);
}
