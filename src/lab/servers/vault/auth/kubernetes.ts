import { listOf, textOf, type VaultAnswer, type VaultCall, wordOf } from "../core/call.ts";
import { badRequest, notFound, permissionDenied, VaultFailure } from "../core/failure.ts";
import { askJson, member } from "./json-exchange.ts";
import { readTerms, shownTerms, type TokenTerms } from "./log-in.ts";
import { WayIn } from "./way-in.ts";

interface Role {
  accounts: string[];
  namespaces: string[];
  terms: TokenTerms;
}

const subject = /^system:serviceaccount:([^:]+):([^:]+)$/;

/** Service accounts of a Kubernetes cluster, whose tokens it is asked about (TokenReview). */
export class KubernetesLogin extends WayIn<Role> {
  readonly type = "kubernetes";
  protected readonly listing = {
    folder: "role",
    read(call: VaultCall): Role {
      const accounts = listOf(call, "bound_service_account_names");
      if (accounts.length === 0) throw badRequest('"bound_service_account_names" can not be empty');
      const namespaces = listOf(call, "bound_service_account_namespaces");
      return { accounts, namespaces, terms: readTerms(call) };
    },
    shown: ({ accounts, namespaces, terms }: Role) => ({
      bound_service_account_names: accounts,
      bound_service_account_namespaces: namespaces,
      ...shownTerms(terms),
    }),
  };
  private config: { host: string; authority: string; reviewer: string } | null = null;

  isOpen(path: string): boolean {
    return path === "login";
  }

  protected own(call: VaultCall): VaultAnswer | Promise<VaultAnswer> | null {
    if (call.path === "login" && call.method === "POST") return this.enter(call);
    return call.path === "config" ? this.configure(call) : null;
  }

  private configure(call: VaultCall): VaultAnswer {
    if (call.method === "POST") {
      this.config = {
        host: wordOf(call, "kubernetes_host"),
        authority: textOf(call, "kubernetes_ca_cert"),
        reviewer: textOf(call, "token_reviewer_jwt"),
      };
      return { status: 204 };
    }
    if (!this.config) throw notFound();
    return { data: { kubernetes_host: this.config.host, kubernetes_ca_cert: this.config.authority } };
  }

  private async enter(call: VaultCall): Promise<VaultAnswer> {
    const name = wordOf(call, "role");
    const role = this.kept.get(name);
    if (!role) throw badRequest(`invalid role name "${name}"`);
    const username = await this.review(wordOf(call, "jwt"));
    const [, namespace = "", account = ""] = subject.exec(username) ?? [];
    const allows = (listed: readonly string[], value: string) =>
      listed.includes("*") || listed.includes(value);
    if (!allows(role.namespaces, namespace)) throw new VaultFailure(403, "namespace not authorized");
    if (!allows(role.accounts, account)) throw new VaultFailure(403, "service account name not authorized");
    return this.letIn(call, role.terms, {
      displayName: `kubernetes-${namespace}-${account}`,
      meta: { role: name, service_account_name: account, service_account_namespace: namespace },
    });
  }

  /** Who the token belongs to, by the cluster's word. */
  private async review(jwt: string): Promise<string> {
    const { config } = this;
    if (!config) throw badRequest("could not load backend configuration");
    let answer: { status: number; json: unknown };
    try {
      answer = await askJson({
        method: "POST",
        url: `${config.host.replace(/\/+$/, "")}/apis/authentication.k8s.io/v1/tokenreviews`,
        headers: {
          "content-type": "application/json",
          authorization: `Bearer ${config.reviewer === "" ? jwt : config.reviewer}`,
        },
        body: JSON.stringify({
          apiVersion: "authentication.k8s.io/v1",
          kind: "TokenReview",
          spec: { token: jwt },
        }),
        ...(config.authority === "" ? {} : { authority: config.authority }),
      });
    } catch {
      throw new VaultFailure(500, "the Kubernetes API does not answer");
    }
    if (answer.status >= 300 || member(answer.json, "status", "authenticated") !== true)
      throw permissionDenied();
    return String(member(answer.json, "status", "user", "username"));
  }
}
