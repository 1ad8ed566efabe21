import type { User } from "../access/authentication.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Target } from "./path.ts";
import type { Shape } from "./shape.ts";

/** One request to a resource that was let in, and the way of its answer. */
export interface Call {
  cluster: Cluster;
  user: User;
  method: string;
  /** What the request is to rights and discovery: `list`, `patch`. */
  verb: string;
  target: Target;
  query: URLSearchParams;
  shape: Shape;
  contentType: string;
  /** The body of the request; throws a Failure 413 when it is too long. */
  body(): Promise<string>;
  /** Aborted when the client is gone. */
  signal: AbortSignal;
  /** Tells the client of something besides the answer (`Warning`, RFC 7234, 5.5); before the answer. */
  warn(words: string): void;
  /** Answers at once, whole. */
  answer(status: number, body: object): void;
  /** Begins an answer that comes in parts; `type` is its content type, JSON otherwise. */
  begin(status: number, type?: string): Promise<void>;
  /** Writes a part, and waits while the client does not read. Rejects when it is gone. */
  write(part: string): Promise<void>;
  end(part?: string): void;
}
