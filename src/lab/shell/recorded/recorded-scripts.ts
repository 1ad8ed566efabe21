import { readFileSync } from "node:fs";

/** A script and what a real shell and its tools made of it. */
export interface RecordedScript {
  script: string;
  output: string;
  status: number;
}

/**
 * Reads `portable.txt`: scripts that give the same on every POSIX system, with the output recorded from dash and the
 * tools of Debian. The tests of the lab's shell compare with the record, those of test/real the record with dash.
 */
export function recordedScripts(): RecordedScript[] {
  const words = readFileSync(new URL("portable.txt", import.meta.url), "utf8");
  return words
    .split(/^=== script\n/m)
    .slice(1)
    .map((part) => {
      const match = /^(.*)\n=== output (\d+)\n(.*)$/s.exec(part);
      if (!match) throw new Error("portable.txt is damaged");
      return { script: match[1] ?? "", status: Number(match[2]), output: match[3] ?? "" };
    });
}
