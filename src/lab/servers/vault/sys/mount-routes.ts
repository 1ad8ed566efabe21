import { mapOf, secondsOf, textOf, type VaultAnswer, type VaultCall, wordOf } from "../core/call.ts";
import type { VaultCluster } from "../core/cluster.ts";
import { badRequest, notFound } from "../core/failure.ts";
import { type Mount, newMount } from "../core/space.ts";
import { makeEngine, makeLogin } from "../kinds.ts";
import type { Routes } from "./routes.ts";

/** `sys/mounts`, `sys/auth` and what the user interface asks of both. */
export function mountRoutes(cluster: VaultCluster): Routes {
  const mountsOf = ({ namespace }: VaultCall) => cluster.space(namespace).mounts;
  const loginsOf = ({ namespace }: VaultCall) => cluster.space(namespace).logins;
  return {
    "GET mounts": (call) => listed(mountsOf(call)),
    "GET mounts/*": (call, rest) => settings(mountsOf(call), rest),
    "POST mounts/*": (call, rest) => {
      if (rest.endsWith("/tune")) return tune(mountsOf(call), rest, call);
      const options = mapOf(call, "options");
      const type = wordOf(call, "type");
      const backend = makeEngine(cluster, type, options.version ?? (type === "kv-v2" ? "2" : "1"));
      if (!backend) throw badRequest(`plugin not found in the catalog: ${type}`);
      const shown =
        backend.type === "kv" ? { version: type === "kv-v2" ? "2" : (options.version ?? "1") } : null;
      return mount(mountsOf(call), rest, newMount(backend, { ...told(call), options: shown }));
    },
    "DELETE mounts/*": (call, rest) => unmount(mountsOf(call), rest),
    "GET auth": (call) => listed(loginsOf(call)),
    "GET auth/*": (call, rest) => settings(loginsOf(call), rest),
    "POST auth/*": (call, rest) => {
      if (rest.endsWith("/tune")) return tune(loginsOf(call), rest, call);
      const path = slashed(rest);
      const backend = makeLogin(cluster, wordOf(call, "type"), path);
      if (!backend) throw badRequest(`plugin not found in the catalog: ${textOf(call, "type")}`);
      return mount(loginsOf(call), rest, newMount(backend, told(call)));
    },
    "DELETE auth/*": (call, rest) => unmount(loginsOf(call), rest),
    "GET internal/ui/mounts": (call) => ({
      data: { secret: shownAll(mountsOf(call)), auth: shownAll(loginsOf(call)) },
    }),
    "GET internal/ui/mounts/*": (call, rest) => {
      const found = [...mountsOf(call)].find(([path]) => slashed(rest).startsWith(path));
      if (!found) throw notFound();
      return { data: { ...shown(found[1]), path: found[0] } };
    },
    "POST remount": (call) => {
      const [from, to] = [slashed(wordOf(call, "from")), slashed(wordOf(call, "to"))];
      const moved = mountsOf(call).get(from);
      if (!moved) throw badRequest(`no matching mount at "${from}"`);
      if (mountsOf(call).has(to)) throw badRequest(`path is already in use at ${to}`);
      mountsOf(call).delete(from);
      mountsOf(call).set(to, moved);
      return { status: 200, data: { migration_id: "" } };
    },
  };
}

const slashed = (path: string) => `${path.replace(/\/+$/, "")}/`;

function told(call: VaultCall): Partial<Mount> {
  const config = { body: (call.body.config as Record<string, unknown> | undefined) ?? {} };
  return {
    description: textOf(call, "description"),
    defaultTtl: secondsOf(config, "default_lease_ttl"),
    maxTtl: secondsOf(config, "max_lease_ttl"),
  };
}

function shown({ type, accessor, description, options, defaultTtl, maxTtl }: Mount): Record<string, unknown> {
  return {
    accessor,
    config: { default_lease_ttl: defaultTtl, max_lease_ttl: maxTtl, force_no_cache: false },
    description,
    external_entropy_access: false,
    local: false,
    options,
    seal_wrap: false,
    type,
  };
}

function shownAll(mounts: ReadonlyMap<string, Mount>): Record<string, unknown> {
  return Object.fromEntries([...mounts].map(([path, each]) => [path, shown(each)]));
}

function listed(mounts: ReadonlyMap<string, Mount>): VaultAnswer {
  return { data: shownAll(mounts), flat: true };
}

function settings(mounts: ReadonlyMap<string, Mount>, rest: string): VaultAnswer {
  const found = mounts.get(slashed(rest.replace(/\/tune$/, "")));
  if (!found) throw badRequest(`cannot fetch sysview for path "${rest}"`);
  if (!rest.endsWith("/tune")) return { data: shown(found), flat: true };
  const { defaultTtl, maxTtl, description, options } = found;
  return {
    data: {
      default_lease_ttl: defaultTtl || 2_764_800,
      max_lease_ttl: maxTtl || 2_764_800,
      description,
      options,
      force_no_cache: false,
    },
    flat: true,
  };
}

function tune(mounts: ReadonlyMap<string, Mount>, rest: string, call: VaultCall): VaultAnswer {
  const found = mounts.get(slashed(rest.replace(/\/tune$/, "")));
  if (!found) throw badRequest(`tune of path "${rest}" failed: no mount entry found`);
  found.defaultTtl = secondsOf(call, "default_lease_ttl", found.defaultTtl);
  found.maxTtl = secondsOf(call, "max_lease_ttl", found.maxTtl);
  found.description = textOf(call, "description", found.description);
  return { status: 204 };
}

function mount(mounts: Map<string, Mount>, path: string, made: Mount): VaultAnswer {
  const at = slashed(path);
  const taken = [...mounts.keys()].find((each) => each.startsWith(at) || at.startsWith(each));
  if (taken !== undefined) throw badRequest(`path is already in use at ${taken}`);
  mounts.set(at, made);
  return { status: 204 };
}

function unmount(mounts: Map<string, Mount>, path: string): VaultAnswer {
  const at = slashed(path);
  if (["sys/", "cubbyhole/", "token/"].includes(at)) throw badRequest(`cannot unmount "${at}"`);
  mounts.delete(at);
  return { status: 204 };
}
