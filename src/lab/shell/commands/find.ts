import type { Status } from "../../files/file-system.ts";
import { FileError } from "../../files/node.ts";
import { matchesPattern } from "../pattern.ts";
import type { Process, ProgramTable } from "../process.ts";
import { UsageError, withUsage } from "./options.ts";

interface Found {
  path: string;
  name: string;
  status: Status;
}
type Test = (found: Found) => boolean | Promise<boolean>;

const depthLimit = 30;

/** find(1) with the tests that scripts use: -name, -type, -maxdepth, -size, -newer, -exec … ;, -print, -not. */
async function find(process: Process): Promise<number> {
  const words = [...process.arguments];
  const starts: string[] = [];
  while (words[0] !== undefined && !/^[-!(]/.test(words[0])) starts.push(words.shift() ?? "");
  const tests: Test[] = [];
  let [most, least] = [depthLimit, 0];
  let acts = false;
  let negate = false;
  const add = (test: Test) => {
    const turned = negate;
    negate = false;
    tests.push(async (found) => (await test(found)) !== turned);
  };
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const value = () => words.shift() ?? "";
    if (word === "!" || word === "-not") negate = true;
    else if (word === "-maxdepth") most = Math.min(depthLimit, Number(value()));
    else if (word === "-mindepth") least = Number(value());
    else if (word === "-name" || word === "-iname") {
      const pattern = value();
      const fold = (text: string) => (word === "-iname" ? text.toLowerCase() : text);
      add((found) => matchesPattern(fold(found.name), fold(pattern)));
    } else if (word === "-path") {
      const pattern = value();
      add((found) => matchesPattern(found.path, pattern));
    } else if (word === "-type") {
      const letter = value();
      const kinds = { f: ["file", "made"], d: ["directory"], l: ["link"], b: ["device"], c: ["device"] };
      const wanted: string[] = kinds[letter as keyof typeof kinds] ?? [];
      add((found) => wanted.includes(found.status.kind));
    } else if (word === "-newer") {
      const other = process.files.status(process.path(value()), process.user)?.modifiedAt ?? 0;
      add((found) => found.status.modifiedAt > other);
    } else if (word === "-empty") add((found) => found.status.size === 0);
    else if (word === "-print") {
      acts = true;
      add((found) => process.print(`${found.path}\n`).then(() => true));
    } else if (word === "-exec") {
      acts = true;
      const end = words.findIndex((one) => one === ";" || one === "+");
      if (end === -1) throw new UsageError("missing argument to `-exec'");
      const command = words.splice(0, end + 1).slice(0, -1);
      add(async (found) => (await process.run(command.map((one) => one.replaceAll("{}", found.path)))) === 0);
    } else if (word === "-xdev" || word === "-a" || word === "-and") continue;
    else throw new UsageError(`unknown predicate '${word}'`);
  }
  if (!acts) add((found) => process.print(`${found.path}\n`).then(() => true));

  let status = 0;
  const visit = async (path: string, depth: number): Promise<void> => {
    const found = process.files.status(process.path(path), process.user, false);
    if (!found) {
      status = 1;
      return process.complain(`'${path}': No such file or directory`);
    }
    const name = path.split("/").at(-1) || path;
    if (depth >= least) for (const test of tests) if (!(await test({ path, name, status: found }))) break;
    if (found.kind !== "directory" || depth >= most) return;
    try {
      for (const entry of process.files.list(process.path(path), process.user)) {
        await visit(`${path === "/" ? "" : path}/${entry}`, depth + 1);
      }
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      status = 1;
      await process.complain(`'${path}': ${error.message}`);
    }
  };
  for (const start of starts.length > 0 ? starts : ["."]) await visit(start, 0);
  return status;
}

export const findPrograms: ProgramTable = { find: withUsage(find, 1) };
