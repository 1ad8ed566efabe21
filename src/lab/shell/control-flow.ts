/** `exit` on its way out of the shell. */
export class ExitShell extends Error {
  readonly status: number;

  constructor(status: number) {
    super("exit");
    this.status = status;
  }
}

/** `return` on its way out of a function. */
export class ReturnFromFunction extends Error {
  readonly status: number;

  constructor(status: number) {
    super("return");
    this.status = status;
  }
}

/** `break` (or, with `again`, `continue`) on its way out of so many loops. */
export class BreakLoop extends Error {
  readonly levels: number;
  readonly again: boolean;

  constructor(levels: number, again: boolean) {
    super("break");
    this.levels = levels;
    this.again = again;
  }
}

/** There is no room for one more process; ends everything that belongs to the same session. */
export class ForkError extends Error {}
