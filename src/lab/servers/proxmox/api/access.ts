import { permissionsOf } from "../access/privileges.ts";
import type { Caller } from "../access/users.ts";
import type { PveCluster } from "../cluster/cluster.ts";
import type { Route } from "./call.ts";
import { Failure } from "./failure.ts";
import { needed, optional, type Values } from "./parameters.ts";

/** What answers with a second factor: the password that comes with the challenge, as `totp:123456`. */
const codeWords = /^totp:(\d{6})$/;

function refused(): Failure {
  return new Failure(401, "authentication failure");
}

/** Logs in, or answers a challenge, or renews a ticket. Throws a Failure 401 that tells nothing. */
function logIn(cluster: PveCluster, values: Values): object {
  const { users, tickets } = cluster;
  const realm = values.get("realm");
  const given = values.text("username");
  const name = realm === null || given.includes("@") ? given : `${given}@${realm}`;
  const password = values.text("password");
  const challenge = values.get("tfa-challenge");
  const user: Caller | null = users.byName(name);
  if (!user) throw refused();
  if (challenge !== null) {
    const [, code] = codeWords.exec(password) ?? [];
    if (code === undefined || !tickets.isChallengeOf(challenge, name) || !users.takeCode(name, code))
      throw refused();
  } else if (tickets.userOf(password) !== name) {
    if (!users.isPassword(name, password)) throw refused();
    if (users.needsCode(name)) {
      return {
        NeedTFA: 1,
        username: name,
        ticket: tickets.challenge(name, { totp: true }),
        CSRFPreventionToken: tickets.csrf(name),
        clustername: cluster.name,
      };
    }
  }
  return {
    username: name,
    ticket: tickets.issue(name),
    CSRFPreventionToken: tickets.csrf(name),
    clustername: cluster.name,
    cap: permissionsOf(user.privileges),
  };
}

export const accessRoutes: Route[] = [
  {
    method: "GET",
    path: "/version",
    need: "user",
    answer: ({ cluster: { version } }) => ({
      version,
      release: version.split(".").slice(0, 2).join("."),
      repoid: "a1b2c3d4e5f60718",
    }),
  },
  { method: "GET", path: "/access/ticket", need: "world", answer: () => null },
  {
    method: "POST",
    path: "/access/ticket",
    need: "world",
    isWithoutQuorum: true,
    parameters: {
      username: needed.text({ maxLength: 64 }),
      password: needed.text(),
      realm: optional.text({ maxLength: 32 }),
      otp: optional.text(),
      path: optional.text({ maxLength: 64 }),
      privs: optional.text({ maxLength: 64 }),
      "new-format": optional.flag(),
      "tfa-challenge": optional.text(),
    },
    answer: ({ cluster, values }) => logIn(cluster, values),
  },
  {
    method: "GET",
    path: "/access/permissions",
    need: "user",
    parameters: { path: optional.text(), userid: optional.text() },
    answer: ({ caller, values }) => {
      const all = permissionsOf(caller.privileges);
      const path = values.get("path");
      return path === null ? all : { [path]: all["/"] ?? {} };
    },
  },
];
