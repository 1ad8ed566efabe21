/** What a request is refused with: its status and the words under `errors`. */
export class VaultFailure extends Error {
  readonly status: number;
  readonly errors: readonly string[];

  constructor(status: number, ...errors: string[]) {
    super(errors.join("; "));
    this.status = status;
    this.errors = errors;
  }
}

export const permissionDenied = () => new VaultFailure(403, "permission denied");
export const notFound = () => new VaultFailure(404);
export const badRequest = (words: string) => new VaultFailure(400, words);
export const unsupportedPath = () => new VaultFailure(404, "unsupported path");
export const unsupportedOperation = () => new VaultFailure(405, "unsupported operation");
