import type { SecretReference } from "../../../shared/estate-access.ts";
import type { AmtScreenConfig, AmtSystemConfig, AmtTlsConfig } from "../../../shared/systems/amt.ts";
import type { AmtPlace } from "./client/place.ts";
import type { AmtTls } from "./client/secure.ts";

/** One machine's AMT as the estate declares it, with the system's defaults filled in. */
export interface Machine {
  id: string;
  place: AmtPlace;
  tls: AmtTls | null;
  user: string;
  password: SecretReference | null;
  /** How its screen is reached. */
  screen: AmtScreenConfig;
}

const plainPort = 16992;
const tlsPort = 16993;

/** The machines of a system by resource identifier: what a machine says itself goes before the system's defaults. */
export function amtMachines(config: AmtSystemConfig): Map<string, Machine> {
  const machines = new Map<string, Machine>();
  for (const [id, machine] of Object.entries(config.machines)) {
    const tls = tlsOf(machine.tls ?? config.tls);
    machines.set(id, {
      id,
      place: {
        name: machine.name ?? id,
        address: machine.address,
        port: machine.port ?? (tls ? tlsPort : plainPort),
        via: machine.via ?? config.via ?? null,
        allowlist: machine.allowlist ?? config.allowlist ?? null,
      },
      tls,
      user: machine.user ?? config.user,
      password: machine.password ?? config.password ?? null,
      screen: machine.screen ?? config.screen,
    });
  }
  return machines;
}

function tlsOf(tls: AmtTlsConfig): AmtTls | null {
  if (tls === false) return null;
  if (tls === true) return { pin: null, legacy: false };
  return { pin: tls.pin?.replaceAll(":", "").toUpperCase() ?? null, legacy: tls.legacy };
}
