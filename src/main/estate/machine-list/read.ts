import { identifierSchema } from "../../../shared/estate-words.ts";
import { amtSystemSchema } from "../../../shared/systems/amt.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import { type ListRow, readRows } from "./rows.ts";

/** A machine of a list as the estate would declare it: the entry below `machines` of a system of type `amt`. */
export interface ListedMachine {
  id: string;
  line: number;
  entry: Record<string, unknown>;
  /** The secret that the list itself carries, and the name that the entry refers to it by. */
  secret: { name: string; value: string } | null;
}

export interface MachineList {
  machines: ListedMachine[];
  faults: { line: number; text: LocalText }[];
}

/**
 * Reads a list of AMT machines and checks each against the estate's schema. A machine that does not fit is a fault with
 * its line and is left out. Throws OpsError `estate.list-unreadable` when the whole is no list.
 */
export function readMachineList(words: string): MachineList {
  const machines: ListedMachine[] = [];
  const faults: MachineList["faults"] = [];
  const lines = new Map<string, number>();
  for (const row of readRows(words)) {
    const machine = machineOf(row);
    const fault = "id" in machine ? repeated(machine, lines) : machine;
    if (fault) faults.push({ line: row.line, text: fault });
    else if ("id" in machine) {
      lines.set(machine.id, row.line);
      machines.push(machine);
    }
  }
  return { machines, faults };
}

function machineOf({ line, values }: ListRow): ListedMachine | LocalText {
  const { address } = values;
  if (address === undefined) return text("The address is missing.", "L'adresse manque.");
  const id = values.id ?? identifierFrom(values.name ?? address);
  if (!identifierSchema.safeParse(id).success) return noIdentifier(values.id ?? values.name ?? address);
  const entry = {
    ...(values.name !== undefined && values.name !== id && { name: values.name }),
    ...(values.site && { site: values.site }),
    ...(values.environment && { environment: values.environment }),
    address,
    ...(values.port && { port: Number(values.port) }),
    ...(values.via && { via: values.via }),
    ...(values.user && { user: values.user }),
    ...(values.password !== undefined && { password: `keychain:amt-${id}` }),
    ...tlsOf(values),
  };
  const checked = amtSystemSchema.safeParse({ type: "amt", machines: { [id]: entry } });
  if (!checked.success) return misfit(String(checked.error.issues[0]?.path.at(-1) ?? "address"));
  const secret = values.password === undefined ? null : { name: `amt-${id}`, value: values.password };
  return { id, line, entry, secret };
}

/** "1", "yes", "true", "on" in the column `tls`, or a fingerprint, ask for TLS; without a word nothing is said. */
function tlsOf({ tls, pin }: ListRow["values"]): { tls?: unknown } {
  if (pin !== undefined) return { tls: { pin } };
  if (tls === undefined) return {};
  return { tls: /^(1|yes|oui|true|vrai|on)$/i.test(tls) };
}

function identifierFrom(name: string): string {
  return name
    .normalize("NFD")
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 63)
    .replace(/-+$/, "");
}

function repeated({ id }: ListedMachine, lines: ReadonlyMap<string, number>): LocalText | null {
  const before = lines.get(id);
  if (before === undefined) return null;
  return text(`"${id}" stands in line ${before} already.`, `« ${id} » figure déjà à la ligne ${before}.`);
}

function noIdentifier(words: string): LocalText {
  const shown = words.slice(0, 60);
  return text(
    `No identifier can be made of "${shown}".`,
    `Aucun identifiant ne peut être tiré de « ${shown} ».`,
  );
}

/** Names the column and not what stands in it: a value in the wrong column may be a secret. */
function misfit(column: string): LocalText {
  return text(`The column "${column}" does not fit.`, `La colonne « ${column} » ne convient pas.`);
}
