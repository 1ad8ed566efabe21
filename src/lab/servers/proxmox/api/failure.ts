/** What is answered instead of a result: an HTTP status, the words of its status line, and errors by parameter. */
export class Failure extends Error {
  readonly status: number;
  readonly errors: Readonly<Record<string, string>> | null;

  constructor(status: number, words: string, errors: Readonly<Record<string, string>> | null = null) {
    super(words);
    this.status = status;
    this.errors = errors;
  }
}

/** Something died in the middle of a call; Proxmox answers 500 with its words as the status line. */
export function died(words: string): Failure {
  return new Failure(500, words);
}

/** Parameters that do not fit, each with its reason. */
export function wrongParameters(errors: Readonly<Record<string, string>>): Failure {
  return new Failure(400, "Parameter verification failed.", errors);
}

/** The user may not do it there; `privileges` are those of which one is needed, or all. */
export function forbidden(
  path: string,
  privileges: readonly string[],
  needs: "any" | "all" = "all",
): Failure {
  return new Failure(
    403,
    `Permission check failed (${path}, ${privileges.join(needs === "any" ? "|" : ", ")})`,
  );
}
