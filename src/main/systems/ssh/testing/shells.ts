import { execFileSync } from "node:child_process";

/** The POSIX shells of this machine, each as a command; the scripts must run in every one of them. */
export const shells: string[][] = [["sh"], ["dash"], ["busybox", "sh"], ["bash", "--posix"], ["mksh"]].filter(
  ([program = "", ...words]) => {
    try {
      execFileSync(program, [...words, "-c", "exit 0"], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  },
);

/** Those that look commands up in the search path; BusyBox prefers its own, so that no stand-in can take their place. */
export const shellsWithPath: string[][] = shells.filter(([program]) => program !== "busybox");
