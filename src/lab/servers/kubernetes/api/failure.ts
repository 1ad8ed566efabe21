import type { JsonObject } from "../store/object.ts";

export interface FailureDetails {
  name?: string;
  group?: string;
  kind?: string;
  causes?: { reason?: string; message: string; field?: string }[];
  retryAfterSeconds?: number;
}

/** An answer of the API that is no success: a Status of `meta/v1` with its HTTP code. */
export class Failure extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: FailureDetails;

  constructor(code: number, reason: string, message: string, details: FailureDetails = {}) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  /** The Status object of the answer. */
  body(): JsonObject {
    const details: JsonObject = {
      ...this.details,
      causes: this.details.causes?.map((cause) => ({ ...cause })),
    };
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: this.message,
      reason: this.reason,
      ...(Object.keys(this.details).length > 0 ? { details } : {}),
      code: this.code,
    };
  }
}

interface Kind {
  group: string;
  plural: string;
}

const named = ({ group, plural }: Kind, name: string): FailureDetails => ({
  name,
  kind: plural,
  ...(group === "" ? {} : { group }),
});
const full = ({ group, plural }: Kind) => (group === "" ? plural : `${plural}.${group}`);

export const badRequest = (message: string) => new Failure(400, "BadRequest", message);
export const unauthorized = () => new Failure(401, "Unauthorized", "Unauthorized");
export const noSuchPath = () =>
  new Failure(404, "NotFound", "the server could not find the requested resource");
export const notFound = (kind: Kind, name: string) =>
  new Failure(404, "NotFound", `${full(kind)} "${name}" not found`, named(kind, name));
export const alreadyExists = (kind: Kind, name: string) =>
  new Failure(409, "AlreadyExists", `${full(kind)} "${name}" already exists`, named(kind, name));
export const conflict = (kind: Kind, name: string) =>
  new Failure(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${full(kind)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    named(kind, name),
  );
export const notAllowed = () =>
  new Failure(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
/** 410: the version is no longer kept. */
export const expired = (message: string) => new Failure(410, "Expired", message);

/** 422 with the fields that do not fit. */
export function invalid(
  kind: Kind & { kind: string },
  name: string,
  causes: { field: string; message: string }[],
): Failure {
  const told = causes.map(({ field, message }) => `${field}: ${message}`).join(", ");
  const listed = causes.map((cause) => ({ reason: "FieldValueInvalid", ...cause }));
  return new Failure(422, "Invalid", `${kind.kind} "${name}" is invalid: ${told}`, {
    ...named({ group: kind.group, plural: kind.kind }, name),
    causes: listed,
  });
}
