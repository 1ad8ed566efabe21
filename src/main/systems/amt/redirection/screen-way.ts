import type { SecretReference } from "../../../../shared/estate-access.ts";
import type { AmtPlace } from "../client/place.ts";
import type { Machine } from "../machines.ts";

/** How a machine's screen is reached: AMT's redirection, its VNC port with a password of its own, or not at all. */
export type ScreenWay =
  | { by: "redirection" }
  | { by: "none" }
  | { by: "vnc"; place: AmtPlace; password: SecretReference };

/** The way that the estate names; what its VNC port does not say itself is as for AMT. */
export function screenWay({ screen, place }: Pick<Machine, "screen" | "place">): ScreenWay {
  if (typeof screen === "string") return { by: screen };
  const { address = place.address, port, via = place.via, password } = screen;
  return { by: "vnc", place: { ...place, address, port, via }, password };
}
