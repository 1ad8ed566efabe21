import { type Incoming, printable } from "./exchange.ts";
import { garbage } from "./faults.ts";
import { refusalOf } from "./refusal.ts";
import { type Fields, fieldsOf } from "./values.ts";

/** A web page or a redirection: of a gateway in front, or of its log-in. The API of a node answers with neither. */
export function isForeign({ status, type }: Incoming): boolean {
  return /html/i.test(type) || (status >= 300 && status < 400);
}

/** The `data` of an answer. Throws ProxmoxRefusals, and `proxmox.garbage` where there is none. */
export function dataOf(name: string, answered: Incoming): unknown {
  const { status, words, reason } = answered;
  if (status !== 200) {
    const body = parsed(words);
    const said = typeof body?.message === "string" ? printable(body.message) : "";
    throw refusalOf(name, status, said === "" ? reason : said, parametersOf(body));
  }
  const body = parsed(words);
  if (!body || !Object.hasOwn(body, "data")) throw garbage(name);
  return body.data;
}

function parsed(words: string): Fields | null {
  try {
    return fieldsOf(JSON.parse(words));
  } catch {
    return null;
  }
}

const mostParameters = 20;

function parametersOf(body: Fields | null): Record<string, string> {
  const pairs = Object.entries(fieldsOf(body?.errors) ?? {}).slice(0, mostParameters);
  return Object.fromEntries(pairs.map(([name, why]) => [printable(name), printable(String(why))]));
}
