import { join } from "node:path";
import { type Logger, pino } from "pino";
import { OpsError } from "../../shared/errors.ts";
import { shownJson } from "../../shared/shown.ts";
import type { Redaction } from "../secrets/redaction.ts";
import { RotatingFile } from "./rotating-file.ts";

/** The console's log: JSON lines in `logs/passerelle.log` of the data folder, with no secret in them. */
export interface Log {
  readonly logger: Logger;
  /** Where the lines are. */
  readonly path: string;
  close(): void;
}

/** Opens the log; five megabytes a file and four older files unless told otherwise. Never throws. */
export function openLog(options: {
  dataFolder: string;
  redaction: Redaction;
  level?: "debug" | "info" | "warn" | "error";
  maximumBytes?: number;
  kept?: number;
}): Log {
  const file = new RotatingFile(join(options.dataFolder, "logs", "passerelle.log"), {
    maximumBytes: options.maximumBytes ?? 5 * 1024 * 1024,
    kept: options.kept ?? 4,
  });
  const logger = pino(
    {
      level: options.level ?? "info",
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (thrown) => describeError(thrown), error: (thrown) => describeError(thrown) },
    },
    // The finished line is redacted, so that no field, serializer or child logger gets around it, and acts
    // on no terminal that it is looked at in.
    { write: (line: string) => file.write(shownJson(options.redaction.text(line))) },
  );
  return { logger, path: file.path, close: () => file.close() };
}

/** What a log line says of an error and of what caused it; of things that are no errors only their type. */
export function describeError(thrown: unknown, depth = 0): Record<string, unknown> {
  if (!(thrown instanceof Error)) return { type: typeof thrown };
  return {
    type: thrown.name,
    message: thrown.message,
    ...(thrown instanceof OpsError ? { code: thrown.code, system: thrown.system } : {}),
    ...(!(thrown instanceof OpsError) && "code" in thrown ? { code: String(thrown.code) } : {}),
    stack: thrown.stack
      ?.split("\n")
      .slice(1, 12)
      .map((line) => line.trim()),
    ...(thrown.cause !== undefined && depth < 4 ? { cause: describeError(thrown.cause, depth + 1) } : {}),
  };
}
