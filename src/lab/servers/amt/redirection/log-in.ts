import type { Duplex } from "node:stream";
import type { AmtEngine } from "../engine.ts";
import type { MessageReader } from "./message-reader.ts";

const authenticate = 0x13;
const authenticateReply = 0x14;

/** Ways to log in: ask which there are, name and password as they are, an empty ticket, Digest. */
const way = { query: 0, password: 1, ticket: 2, digest: 4 } as const;
const success = 0;
const failure = 1;
const longestLogIn = 1024;
const triesLimit = 8;
const uri = "/RedirectionService";

/**
 * Takes the log-in of a redirection session; false when it was refused. A connection that `isLetIn` already may send
 * an empty one of any kind.
 */
export async function logIn(
  reader: MessageReader,
  stream: Duplex,
  engine: AmtEngine,
  isLetIn: boolean,
): Promise<boolean> {
  const reply = (status: number, type: number, words: Buffer = Buffer.alloc(0)) => {
    const head = Buffer.from([authenticateReply, status, 0, 0, type, 0, 0, 0, 0]);
    head.writeUInt32LE(words.length, 5);
    stream.write(Buffer.concat([head, words]));
  };
  for (let tries = 0; tries < triesLimit; tries += 1) {
    const head = await reader.take(9);
    const length = head.readUInt32LE(5);
    if (head[0] !== authenticate || length > longestLogIn) return false;
    const type = head.readUInt8(4);
    const words = splitWords(await reader.take(length));
    if (type === way.query) reply(success, way.query, Buffer.from(waysOf(engine, isLetIn)));
    else if (isLetIn && length === 0 && (type === way.password || type === way.ticket)) {
      reply(success, type);
      return true;
    } else if (type === way.password && waysOf(engine, isLetIn).includes(type)) {
      const [user = "", password = ""] = words ?? [];
      const isRight = engine.digest.isPassword(user, password);
      engine.count(isRight ? "accepted" : "refused");
      reply(isRight ? success : failure, type);
      return isRight;
    } else if (type === way.digest && words?.length === 8 && words[1] === "") {
      const { realm, nonce, qop } = engine.digest.question;
      reply(failure, type, joinWords([realm, nonce, qop]));
    } else if (type === way.digest && words?.length === 8) {
      const answer = engine.logIn(asked(words));
      reply(answer === "accepted" ? success : failure, type);
      return answer === "accepted";
    } else {
      reply(failure, type);
      return false;
    }
  }
  return false;
}

/** Recent firmware takes no password as it is. */
function waysOf(engine: AmtEngine, isLetIn: boolean): number[] {
  if (isLetIn) return [way.password, way.ticket];
  return engine.management.plainPorts ? [way.password, way.digest] : [way.digest];
}

/** The words of a Digest log-in, in their order, as the header that they would be over HTTP. */
function asked([user, realm, nonce, asksFor, cnonce, nc, response, qop]: string[]) {
  const authorization = `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${asksFor}", response="${response}", qop=${qop}, nc=${nc}, cnonce="${cnonce}"`;
  return { method: "POST", uri, body: "", authorization };
}

/** Words that are each preceded by their length in one byte; null when they do not add up. */
function splitWords(bytes: Buffer): string[] | null {
  const words: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + bytes.readUInt8(at);
    if (end > bytes.length) return null;
    words.push(bytes.toString("latin1", at + 1, end));
    at = end;
  }
  return words;
}

function joinWords(words: readonly string[]): Buffer {
  return Buffer.concat(words.flatMap((word) => [Buffer.from([word.length]), Buffer.from(word, "latin1")]));
}
