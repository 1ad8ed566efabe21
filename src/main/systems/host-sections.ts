/** One delimited part of a script's output. `status` is the exit status; null when the part was cut short. */
export interface Section {
  name: string;
  /** What follows the name on the opening line: the disk of a SMART section, for example. */
  detail: string;
  body: string;
  status: number | null;
}

export interface Sections {
  /** Whether the opening mark was seen at all: without it the host did not run the script. */
  started: boolean;
  /** Whether the script ran to its end. */
  complete: boolean;
  all: Section[];
  /** The whole (not cut) section of that name; undefined when it is absent or cut short. */
  whole(name: string): Section | undefined;
}

const mostSections = 500;

/**
 * Takes the output of a sectioned script apart (see script.ts). Whatever comes before, between and after the
 * sections (messages of the day, noise of profiles) is dropped, as is a section that was begun and never ended.
 * Never throws, whatever the host answered.
 */
export function readSections(output: string, mark: string): Sections {
  const all: Section[] = [];
  let started = false;
  let complete = false;
  let open: { name: string; detail: string; lines: string[]; status: number | null } | null = null;
  for (const raw of output.split("\n")) {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    if (!line.startsWith(`${mark} `)) {
      if (open && open.status === null) open.lines.push(line);
      continue;
    }
    started = true;
    const [verb = "", name = "", ...rest] = line.slice(mark.length + 1).split(" ");
    if (verb === "begin") {
      open = { name, detail: rest.join(" "), lines: [], status: null };
    } else if (verb === "status") {
      if (open && /^\d{1,3}$/.test(name)) open.status = Number(name);
    } else if (verb === "end") {
      if (open && all.length < mostSections) {
        const { lines, ...section } = open;
        all.push({ ...section, body: lines.join("\n") });
      }
      open = null;
    } else if (verb === "complete") {
      complete = true;
    }
  }
  return {
    started,
    complete,
    all,
    whole: (name) => all.find((section) => section.name === name && section.status !== null),
  };
}
