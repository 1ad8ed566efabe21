import type { VirtualFaultCode } from "./model.ts";

/** Why a hypervisor of the World does not do what it was asked to; each protocol says it in its own words. */
export class VirtualFault extends Error {
  readonly code: VirtualFaultCode;

  constructor(code: VirtualFaultCode, words: string) {
    super(words);
    this.code = code;
  }
}
