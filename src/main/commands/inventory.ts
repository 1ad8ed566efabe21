import type { WireError } from "../../shared/errors.ts";
import type { Resource } from "../../shared/resource.ts";
import { noFurtherWords, parseOptions } from "./options.ts";
import { complainOf, say, sayJson, terminalLanguage } from "./terminal-words.ts";
import { withConsole } from "./with-console.ts";

interface InventoryReport {
  estate: string;
  at: number;
  resources: Resource[];
  errors: { resource: string; source: string; error: WireError }[];
}

/**
 * `passerelle inventory`: connects, reads everything once and prints every resource and every error. Exit code 0
 * when the inventory could be taken, however many resources could not be read; those are in `errors`. One that was
 * interrupted is printed by no part: what was not read yet would look like what cannot be read.
 */
export async function inventory(words: string[]): Promise<number> {
  const { values, positionals } = parseOptions(words, {
    estate: { type: "string" },
    json: { type: "boolean" },
  });
  noFurtherWords("inventory", positionals);
  const report = await withConsole(values, async (parts, signal): Promise<InventoryReport> => {
    await parts.fleet.observeAll(signal);
    signal.throwIfAborted();
    const resources = parts.inventory.all();
    return {
      estate: parts.estate.state().name,
      at: Date.now(),
      resources,
      errors: resources.flatMap((resource) =>
        Object.entries(resource.sources).flatMap(([source, state]) =>
          state.error ? [{ resource: resource.id, source, error: state.error }] : [],
        ),
      ),
    };
  });
  if (values.json) sayJson(report);
  else printTable(report);
  return 0;
}

function printTable(report: InventoryReport): void {
  const language = terminalLanguage();
  const cells = report.resources.map((each) => [each.health, each.kind, each.id, each.name, each.site ?? ""]);
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(0, ...cells.map((row) => (row[column] ?? "").length)),
  );
  for (const row of cells)
    say(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  for (const { error } of report.errors) complainOf(error, language);
}
