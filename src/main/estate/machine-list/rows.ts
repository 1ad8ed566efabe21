import { CsvError, parse } from "csv-parse/sync";
import { z } from "zod";
import { OpsError } from "../../../shared/errors.ts";
import { type LocalText, text } from "../../../shared/text.ts";

/** One machine as a list names it, before anything is checked: columns by our names, empty ones left out. */
export interface ListRow {
  /** The line of the list, or the place in a JSON list, from 1. */
  line: number;
  values: Partial<Record<ListColumn, string>>;
}

const columns = {
  id: ["id", "identifier", "identifiant"],
  name: ["name", "nom", "computer", "pc name", "hostname"],
  address: ["address", "adresse", "host", "ip", "static ip", "amt host"],
  port: ["port"],
  user: ["user", "username", "utilisateur"],
  password: ["password", "pass", "mot de passe", "amt pass"],
  tls: ["tls"],
  pin: ["pin", "fingerprint", "empreinte", "tlshash"],
  via: ["via", "bounce", "hop", "rebond"],
  site: ["site"],
  environment: ["environment", "environnement"],
} as const;
export type ListColumn = keyof typeof columns;

/** Longest list that is read, in characters, and most machines in it. */
export const largestList = 1_000_000;
const mostRows = 5000;

/**
 * Reads a list of machines: comma, semicolon or tab separated with a heading line, or JSON, either an array of objects
 * or `{"computers": […]}` as MeshCommander saves its computer list. Throws OpsError `estate.list-…` when it is neither.
 */
export function readRows(words: string): ListRow[] {
  if (words.length > largestList) throw unreadable(tooLong);
  const list = words.replace(/^\uFEFF/, "");
  // A spreadsheet leaves rows of empty cells behind.
  const rows = (/^\s*[[{]/.test(list) ? readJson(list) : readTable(list)).filter(
    ({ values }) => Object.keys(values).length > 0,
  );
  if (rows.length > mostRows) throw unreadable(tooLong);
  if (rows.length === 0) throw unreadable(nothingIn);
  return rows;
}

function readTable(list: string): ListRow[] {
  const [heading = ""] = list.split("\n", 1);
  const delimiter = [";", "\t", ","].find((each) => heading.includes(each)) ?? ",";
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(list, {
      delimiter,
      comment: "#",
      comment_no_infix: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: 20_000,
    }) as unknown as typeof records;
  } catch (thrown) {
    throw unreadable(thrown instanceof CsvError ? brokenAt(Number(thrown.lines)) : nothingIn);
  }
  const [first, ...rest] = records;
  const names = (first?.record ?? []).map(columnOf);
  if (!names.includes("address")) throw unreadable(noHeading);
  return rest.map(({ record, info }) => ({
    line: info.lines,
    values: present(record.map((value, index) => [names[index] ?? null, value])),
  }));
}

const jsonRows = z.array(z.record(z.string(), z.unknown()));

function readJson(list: string): ListRow[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(list);
  } catch {
    throw unreadable(notJson);
  }
  const found = Array.isArray(parsed)
    ? parsed
    : z.looseObject({ computers: z.unknown() }).safeParse(parsed).data?.computers;
  const rows = jsonRows.safeParse(found);
  if (!rows.success) throw unreadable(notJson);
  return rows.data.map((row, index) => ({
    line: index + 1,
    values: present(Object.entries(row).map(([name, value]) => [columnOf(name), plain(value)])),
  }));
}

function plain(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}

function present(cells: readonly (readonly [ListColumn | null, string])[]): ListRow["values"] {
  const values: ListRow["values"] = {};
  for (const [column, value] of cells) {
    if (column !== null && value.trim() !== "") values[column] ??= value.trim();
  }
  return values;
}

function columnOf(heading: string): ListColumn | null {
  const plainHeading = heading.trim().toLowerCase();
  const found = Object.entries(columns).find(([, names]) =>
    (names as readonly string[]).includes(plainHeading),
  );
  return (found?.[0] as ListColumn | undefined) ?? null;
}

function unreadable(words: LocalText): OpsError {
  return new OpsError({
    code: "estate.list-unreadable",
    system: "estate",
    message: words,
    hint: text(
      "Give a table whose first line names its columns, at least name and address, or a JSON list of computers.",
      "Donnez un tableau dont la première ligne nomme les colonnes, au moins name et address, ou une liste JSON d'ordinateurs.",
    ),
  });
}

const tooLong = text(
  `The list is too long: ${mostRows} machines or ${largestList} characters are the most.`,
  `La liste est trop longue : ${mostRows} machines ou ${largestList} caractères au plus.`,
);
const nothingIn = text("The list names no machine.", "La liste ne nomme aucune machine.");
const noHeading = text(
  "The first line of the list has no column for the address.",
  "La première ligne de la liste n'a pas de colonne pour l'adresse.",
);
const notJson = text(
  "The list is not a JSON list of computers.",
  "La liste n'est pas une liste JSON d'ordinateurs.",
);

function brokenAt(line: number): LocalText {
  return text(
    `The table cannot be read around line ${line}.`,
    `Le tableau est illisible vers la ligne ${line}.`,
  );
}
