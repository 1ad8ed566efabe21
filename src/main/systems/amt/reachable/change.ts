import type { Wsman } from "../client/wsman.ts";
import { settingNotKept } from "./faults.ts";
import type { Setting } from "./settings.ts";

/** Firmware may take a moment before a state shows: looks, and milliseconds between two. */
const mostLooks = 4;
const pause = 1000;

/**
 * Brings one setting to a value, if it has another, and reads it again. Gives whether it had to be written. Throws the
 * OpsErrors of the client and `amt.setting-refused`, `amt.setting-not-kept`.
 */
export async function changeSetting(
  wsman: Wsman,
  setting: Setting,
  value: string,
  parts: {
    signal: AbortSignal;
    wait(milliseconds: number, signal: AbortSignal): Promise<void>;
    /** Of port 5900, when that is to be opened. */
    password: string | null;
    /** Called right before the setting is written. */
    sending(): void;
  },
): Promise<boolean> {
  const { signal } = parts;
  const options = { signal, patient: true };
  const read = async () => setting.from(await wsman.get(setting.of, options, setting.selectors));
  if ((await read()) === value) return false;
  parts.sending();
  await setting.write(wsman, value, options, parts.password);
  for (let looks = 1; ; looks++) {
    const now = await read();
    if (now === value) return true;
    if (looks >= mostLooks) {
      throw settingNotKept(wsman.device.place.name, setting.name, setting.words(now ?? "?"));
    }
    await parts.wait(pause, signal);
  }
}
