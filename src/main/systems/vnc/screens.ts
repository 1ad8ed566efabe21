import type { SecretReference } from "../../../shared/estate-access.ts";
import type { ScreenTlsConfig, VncSystemConfig } from "../../../shared/systems/vnc.ts";
import { plainPin } from "../../reach/secure-stream.ts";

/** How a screen's stream is to be protected; null: as the server offers. */
export type ScreenTls =
  | { demand: "anonymous"; fromStart: false }
  | { demand: "certificate"; fromStart: boolean; pin: string | null; legacy: boolean };

/** One screen as the estate declares it, with the system's defaults filled in. */
export interface Screen {
  id: string;
  name: string;
  address: string;
  port: number;
  via: string | null;
  allowlist: string | null;
  user: string | null;
  password: SecretReference | null;
  tls: ScreenTls | null;
}

/** The screens of a system by resource identifier: what a screen says itself goes before the system's defaults. */
export function vncScreens(config: VncSystemConfig): Map<string, Screen> {
  const screens = new Map<string, Screen>();
  for (const [id, screen] of Object.entries(config.screens)) {
    screens.set(id, {
      id,
      name: screen.name ?? id,
      address: screen.address,
      port: screen.port,
      via: screen.via ?? config.via ?? null,
      allowlist: screen.allowlist ?? config.allowlist ?? null,
      user: screen.user ?? null,
      password: screen.password ?? config.password ?? null,
      tls: tlsOf(screen.tls ?? config.tls),
    });
  }
  return screens;
}

function tlsOf(tls: ScreenTlsConfig): ScreenTls | null {
  if (tls === false) return null;
  if (tls === "anonymous") return { demand: "anonymous", fromStart: false };
  if (tls === true) return { demand: "certificate", fromStart: false, pin: null, legacy: false };
  const { pin, legacy, fromStart } = tls;
  return { demand: "certificate", fromStart, pin: plainPin(pin), legacy };
}
