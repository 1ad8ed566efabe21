import type { FakeFirmware, Properties } from "./fake-firmware.ts";

/** The user consent of a machine's firmware, as IPS_OptInService shows it. */
export class FakeConsent {
  required: 0 | 1 | 4294967295;
  state = 0;
  code = "042137";
  /** Answers of StartOptIn that come before it works. */
  refusals: number[] = [];
  wrong = 0;
  /** Wrong codes until the code is taken off the screen. */
  mostWrong = 3;
  /** State that a right code leads to. */
  taken = 3;

  constructor(firmware: FakeFirmware, required: 0 | 1 | 4294967295) {
    this.required = required;
    const read = () => this.#properties();
    Object.defineProperty(firmware.single, "IPS_OptInService", { get: read, enumerable: true });
    firmware.methods["IPS_OptInService.StartOptIn"] = () => returned(this.#start());
    firmware.methods["IPS_OptInService.SendOptInCode"] = (body) => returned(this.#send(body));
    firmware.methods["IPS_OptInService.CancelOptIn"] = () => {
      this.state = 0;
      return returned(0);
    };
  }

  #properties(): Properties {
    return [
      ["CanModifyOptInPolicy", 1],
      ["Name", "Intel(r) AMT OptIn Service"],
      ["OptInCodeTimeout", 120],
      ["OptInDisplayTimeout", 300],
      ["OptInRequired", this.required],
      ["OptInState", this.state],
    ];
  }

  #start(): number {
    const refusal = this.refusals.shift();
    if (refusal !== undefined) return refusal;
    if (this.state !== 0) return 2;
    this.state = 2;
    this.wrong = 0;
    return 0;
  }

  #send(body: string): number {
    if (this.state !== 2) return 2;
    const sent = Number(/<r:OptInCode>(\d+)</.exec(body)?.[1]);
    if (sent === Number(this.code)) {
      this.state = this.taken;
      return 0;
    }
    this.wrong += 1;
    if (this.wrong >= this.mostWrong) this.state = 0;
    return 2066;
  }
}

function returned(value: number): Properties {
  return [["ReturnValue", value]];
}
