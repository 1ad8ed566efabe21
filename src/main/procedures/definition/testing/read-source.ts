import type { Procedures } from "../../../../shared/procedure.ts";
import { formatFault } from "../../../estate/faults.ts";
import { checkProcedureFiles } from "../read.ts";
import { smallCatalogue } from "./small-estate.ts";

/** The procedures of one file, and its faults as `line:column message`. */
export function readSource(source: string): { procedures: Procedures; faults: string[] } {
  const file = "procedures.yaml";
  const { procedures, faults } = checkProcedureFiles([{ file, source }], smallCatalogue);
  return { procedures, faults: faults.map((fault) => formatFault(fault).replace(`${file}:`, "")) };
}

/** The faults of one procedure `p` with these variables and steps, each a block of YAML without indentation. */
export function faultsOf(steps: string, variables = ""): string[] {
  return readSource(procedureSource(steps, variables)).faults;
}

/** The source of a procedure `p`. */
export function procedureSource(steps: string, variables = ""): string {
  const head = variables === "" ? "" : `  variables:\n${indented(variables, 4)}`;
  return `p:\n  title: Procedure\n${head}  steps:\n${indented(steps, 4)}`;
}

function indented(block: string, spaces: number): string {
  return block
    .trim()
    .split("\n")
    .map((line) => `${" ".repeat(spaces)}${line}\n`)
    .join("");
}
