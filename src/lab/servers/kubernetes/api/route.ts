import { sendLog } from "../streams/logs.ts";
import type { Call } from "./call.ts";
import { nameOf } from "./catalogue.ts";
import { evict } from "./eviction.ts";
import { badRequest, notAllowed, notFound } from "./failure.ts";
import { list } from "./list.ts";
import { remove, removeAll } from "./remove.ts";
import { shaped } from "./shape.ts";
import { watch } from "./watch.ts";
import { create, existing, patch, scale, update } from "./write.ts";

type Handler = (call: Call) => Promise<void>;

async function details(call: Call): Promise<void> {
  const { target, cluster } = call;
  const found = cluster.detailsOf(nameOf(target.resource), existing(call));
  if (!found) throw notAllowed();
  call.answer(200, found);
}

/** What a pod itself answers over HTTP, through the API server; there is no pod that an addon knows nothing of. */
async function proxied(call: Call): Promise<void> {
  const { namespace = "", name, tail } = call.target;
  const [pod = "", port = ""] = (name ?? "").split(":");
  const words = call.cluster.proxied({ namespace, pod, port: Number(port), path: tail });
  if (words === null) throw notFound(call.target.resource, pod);
  await call.begin(200, "text/plain; version=0.0.4");
  call.end(words);
}

async function get(call: Call): Promise<void> {
  const { target, shape, cluster } = call;
  call.answer(200, shaped(existing(call), target.resource, shape, cluster.now()));
}

async function createInside(call: Call): Promise<void> {
  if (call.target.resource.namespaced && call.target.namespace === undefined) {
    throw badRequest("an empty namespace may not be set during creation");
  }
  await create(call);
}

async function upgradeNeeded(): Promise<void> {
  throw badRequest("unable to upgrade: the request is no upgrade of its connection");
}

const onOne: Readonly<Record<string, Handler>> = { GET: get, PUT: update, PATCH: patch, DELETE: remove };
const onAll: Readonly<Record<string, Handler>> = { GET: list, POST: createInside, DELETE: removeAll };
const onPart: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  status: { GET: get, PUT: update, PATCH: patch },
  scale: { GET: scale, PUT: scale, PATCH: scale },
  log: { GET: sendLog },
  details: { GET: details },
  proxy: { GET: proxied },
  eviction: { POST: evict },
  exec: { GET: upgradeNeeded, POST: upgradeNeeded },
  attach: { GET: upgradeNeeded, POST: upgradeNeeded },
  portforward: { GET: upgradeNeeded, POST: upgradeNeeded },
};

/** Hands a request to whoever answers it. Throws a Failure. */
export async function route(call: Call): Promise<void> {
  const { target, method, query, verb } = call;
  const { name, subresource } = target;
  const isWatch =
    method === "GET" && subresource === null && ["true", "1"].includes(query.get("watch") ?? "");
  const handlers = subresource ? onPart[subresource] : name === null ? onAll : onOne;
  const handler = isWatch ? watch : handlers?.[method];
  if (!handler || (subresource === null && !target.resource.verbs.includes(verb))) throw notAllowed();
  await handler(call);
}
