import { quoteForShell, scriptEnd, scriptPreamble, wholeScript } from "./host-script.ts";
import type { Sections } from "./host-sections.ts";

/** A systemd unit as `systemctl show` tells it (systemctl(1)); times in epoch milliseconds. */
export interface UnitState {
  name: string;
  isLoaded: boolean;
  /** `active`, `inactive`, `failed`, `activating` … */
  active: string;
  /** Whether it starts with the machine; null where that is not said. */
  isEnabled: boolean | null;
  /** `success`, or why its last run has failed. */
  result: string | null;
  /** Another one for every run. */
  invocation: string | null;
  startedAt: number | null;
  endedAt: number | null;
  /** Of a timer. */
  next: number | null;
}

const properties = [
  ...["Id", "LoadState", "ActiveState", "UnitFileState", "Result", "InvocationID"],
  ...["ExecMainStartTimestamp", "ExecMainExitTimestamp", "NextElapseUSecRealtime"],
].join(",");
const answerBytes = 4096;

/** The part of a script that asks for units; each becomes a section `unit` with its name. */
export function unitsAsked(units: readonly string[]): string {
  return units
    .map(
      (unit) =>
        `run ${quoteForShell(`unit ${unit}`)} ${answerBytes} env TZ=UTC systemctl show -p ${properties} ${quoteForShell(unit)}`,
    )
    .join("\n");
}

/** A script that asks for units alone. */
export function unitsScript(mark: string, units: readonly string[]): string {
  return wholeScript([scriptPreamble(mark), unitsAsked(units), scriptEnd].join("\n"));
}

/**
 * A script that has systemd change units as root, one call after the other, and asks for them then. It goes no further than
 * a call that fails, whose section `change` has its status and words.
 */
export function changeUnitsScript(
  mark: string,
  calls: readonly (readonly string[])[],
  units: readonly string[],
): string {
  const steps = calls.map((words) => {
    const command = ["systemctl", ...words].map(quoteForShell).join(" ");
    return [
      `said=$(as_root ${command} 2>&1)`,
      "status=$?",
      "begin change",
      String.raw`printf '%s\n' "$said" | head -c 1000`,
      'finish "$status"',
      `if [ "$status" != 0 ]; then ${scriptEnd}; return 0; fi`,
    ].join("\n");
  });
  return wholeScript([scriptPreamble(mark), ...steps, unitsAsked(units), scriptEnd].join("\n"));
}

/** Why a change has failed, in systemd's own words; null: it has not. */
export function failedChange(sections: Sections): string | null {
  const failed = sections.all.find(({ name, status }) => name === "change" && status !== 0);
  return failed ? (failed.body.trim().split("\n")[0] ?? "").slice(0, 200) : null;
}

/** A unit out of the answer of such scripts; null where nothing is said of it. */
export function unitIn(sections: Sections, name: string): UnitState | null {
  const section = sections.all.find(
    (each) => each.name === "unit" && each.detail === name && each.status === 0,
  );
  if (!section) return null;
  const known = new Map<string, string>();
  for (const line of section.body.split("\n")) {
    const at = line.indexOf("=");
    if (at > 0) known.set(line.slice(0, at), line.slice(at + 1).trim());
  }
  const active = known.get("ActiveState");
  if (active === undefined || !/^[a-z-]{1,30}$/.test(active)) return null;
  const file = known.get("UnitFileState") ?? "";
  return {
    name,
    isLoaded: known.get("LoadState") === "loaded",
    active,
    isEnabled: file === "" ? null : file === "enabled" || file === "enabled-runtime",
    result: word(known.get("Result")),
    invocation: word(known.get("InvocationID")),
    startedAt: moment(known.get("ExecMainStartTimestamp")),
    endedAt: moment(known.get("ExecMainExitTimestamp")),
    next: moment(known.get("NextElapseUSecRealtime")),
  };
}

function word(value: string | undefined): string | null {
  return value !== undefined && /^[A-Za-z0-9-]{1,64}$/.test(value) ? value : null;
}

/** `Mon 2026-03-02 04:00:00 UTC`, which is what `TZ=UTC` makes systemd print; `n/a` and nothing are none. */
function moment(value: string | undefined): number | null {
  const [, day, time] =
    /^[A-Z][a-z]{2} (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)? UTC$/.exec(value ?? "") ?? [];
  const at = day === undefined ? Number.NaN : Date.parse(`${day}T${time}Z`);
  return Number.isNaN(at) ? null : at;
}
