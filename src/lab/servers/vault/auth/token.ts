import {
  type Backend,
  isTrue,
  listOf,
  mapOf,
  numberOf,
  secondsOf,
  textOf,
  timeWords,
  type VaultAnswer,
  type VaultCall,
  wordOf,
} from "../core/call.ts";
import type { VaultCluster } from "../core/cluster.ts";
import { badRequest, permissionDenied, unsupportedPath, VaultFailure } from "../core/failure.ts";
import type { Token } from "../core/tokens.ts";

/** Tokens themselves: made, looked at, renewed and revoked (`auth/token`). */
export class TokenBackend implements Backend {
  readonly type = "token";
  private readonly cluster: VaultCluster;

  constructor(cluster: VaultCluster) {
    this.cluster = cluster;
  }

  handle(call: VaultCall): VaultAnswer {
    const { tokens } = this.cluster;
    const own = call.token;
    if (!own) throw permissionDenied();
    switch (`${call.method} ${call.path}`) {
      case "LIST accessors":
        return { data: { keys: tokens.all().map(({ accessor }) => accessor) } };
      case "POST create":
        return this.create(call, own, isTrue(call, "no_parent"));
      case "POST create-orphan":
        return this.create(call, own, true);
      case "GET lookup-self":
        return { data: this.shown(own) };
      case "POST lookup":
        return { data: this.shown(this.named(call)) };
      case "POST lookup-accessor":
        return { data: { ...this.shown(this.byAccessor(call)), id: "" } };
      case "POST renew-self":
        return this.renew(call, own);
      case "POST renew":
        return this.renew(call, this.named(call));
      case "POST renew-accessor":
        return this.renew(call, this.byAccessor(call));
      case "POST revoke-self":
        tokens.revoke(own);
        return { status: 204 };
      case "POST revoke":
        tokens.revoke(this.named(call));
        return { status: 204 };
      case "POST revoke-accessor":
        tokens.revoke(this.byAccessor(call));
        return { status: 204 };
      case "POST revoke-orphan":
        tokens.revoke(this.named(call), false);
        return { status: 204 };
      default:
        throw unsupportedPath();
    }
  }

  private create(call: VaultCall, parent: Token, isOrphan: boolean): VaultAnswer {
    const isRoot = parent.policies.includes("root");
    const asked = listOf(call, "policies");
    const policies = asked.length === 0 ? [...parent.policies] : asked;
    const beyond = policies.filter((each) => each !== "default" && !parent.policies.includes(each));
    if (!isRoot && beyond.length > 0) throw badRequest("child policies must be subset of parent");
    if (isOrphan && !isRoot) throw badRequest("root or sudo privileges required to create orphan token");
    const withDefault = policies.includes("root") || isTrue(call, "no_default_policy") ? [] : ["default"];
    const ttl = secondsOf(call, "ttl");
    const token = this.cluster.tokens.create({
      policies: [...new Set([...withDefault, ...policies])].sort(),
      path: "auth/token/create",
      namespace: call.namespace,
      displayName: `token${textOf(call, "display_name") && `-${textOf(call, "display_name")}`}`,
      meta: mapOf(call, "meta"),
      uses: numberOf(call, "num_uses", 0),
      period: secondsOf(call, "period"),
      explicitMaxTtl: secondsOf(call, "explicit_max_ttl"),
      parent: isOrphan ? null : parent.id,
      ...(policies.includes("root") && ttl === 0 ? { ttl: 0 } : ttl > 0 ? { ttl } : {}),
      ...(textOf(call, "id") && isRoot ? { id: textOf(call, "id") } : {}),
    });
    if (!isTrue(call, "renewable", true)) token.isRenewable = false;
    return { auth: token };
  }

  private renew(call: VaultCall, token: Token): VaultAnswer {
    if (!token.isRenewable) throw badRequest("lease is not renewable");
    this.cluster.tokens.renew(token, secondsOf(call, "increment"));
    return { auth: token };
  }

  private named(call: VaultCall): Token {
    const token = this.cluster.tokens.find(wordOf(call, "token"));
    if (!token) throw new VaultFailure(403, "bad token");
    return token;
  }

  private byAccessor(call: VaultCall): Token {
    const token = this.cluster.tokens.byAccessor(wordOf(call, "accessor"));
    if (!token) throw new VaultFailure(403, "invalid accessor");
    return token;
  }

  private shown(token: Token): Record<string, unknown> {
    const { tokens } = this.cluster;
    return {
      accessor: token.accessor,
      creation_time: Math.floor(token.createdAt / 1000),
      creation_ttl: token.ttl,
      display_name: token.displayName,
      entity_id: "",
      expire_time: token.expiresAt === null ? null : timeWords(token.expiresAt),
      explicit_max_ttl: token.explicitMaxTtl,
      id: token.id,
      ...(token.expiresAt !== null && { issue_time: timeWords(token.createdAt) }),
      ...(token.renewedAt !== null && { last_renewal_time: Math.floor(token.renewedAt / 1000) }),
      meta: Object.keys(token.meta).length > 0 ? token.meta : null,
      ...(token.namespace !== "" && { namespace_path: token.namespace }),
      num_uses: token.uses,
      orphan: token.parent === null,
      path: token.path,
      ...(token.period > 0 && { period: token.period }),
      policies: token.policies,
      ...(token.expiresAt !== null && { renewable: token.isRenewable }),
      ttl: tokens.left(token),
      type: token.type,
    };
  }
}
