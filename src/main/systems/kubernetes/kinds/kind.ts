import type { Way } from "../addons/cert-manager/issuance.ts";
import type { Database } from "../addons/cnpg/database.ts";
import type { KeptByOpenShift } from "../addons/tls-secrets/openshift.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import type { Form, Item } from "../list-watch/items.ts";
import type { Attached, Seen } from "./seen.ts";

/** What is kept of one object. */
export interface Mirrored {
  seen: Seen | null;
  attached: Attached | null;
  /** What a gatherer needs of it; null where the kind has none. */
  part: Part | null;
}

/** What is kept of an object that becomes something together with others, or with what is read besides. */
export type Part =
  | ReleasePart
  | BudgetPart
  | RunPart
  | PointPart
  | SavedPart
  | MovePart
  | DatabasePart
  | TlsSecretPart
  | CaBundlePart
  | ChallengePart;

/** One revision of a Helm release, by the labels of its Secret; no value of the Secret is kept. */
export interface ReleasePart {
  is: "release";
  namespace: string;
  secret: string;
  uid: string;
  name: string;
  revision: number;
  status: string;
}

/** A PodDisruptionBudget. */
export interface BudgetPart {
  is: "budget";
  namespace: string;
  name: string;
  version: string;
  allowed: number;
  healthy: number;
  needed: number;
  pods: number;
  /** Its selector as the query of a list; null when it selects nothing or is broken. */
  labels: string | null;
}

/** One run of a backup policy, or of a part of it. */
export interface RunPart {
  is: "run";
  /** The policy's resource. */
  policy: string;
  /** What it was about, where it was about one application alone. */
  application: string | null;
  state: "good" | "partial" | "failed" | "running";
  /** Epoch milliseconds. */
  startedAt: number | null;
  endedAt: number | null;
  /** What went wrong, in the words of who made it; "" for nothing. */
  why: string;
}

/** A restore point as its cluster tells of it, before it is known what it is of. */
export interface PointPart {
  is: "point";
  name: string;
  application: string;
  /** Namespace and name of the policy that made or imported it. */
  policy: string | null;
  /** Epoch milliseconds; the moment whose data it holds. */
  madeAt: number | null;
  bytes: number | null;
  state: "good" | "partial" | "failed" | "running";
  /** Where it was exported to; null while it lies in the cluster alone. */
  location: string | null;
  expires: number | null;
}

/** A backup of one or more namespaces, whose restore points are told one by one. */
export interface SavedPart {
  is: "saved";
  name: string;
  /** The namespace of the object, not one that is backed up. */
  namespace: string;
  schedule: string | null;
  applications: readonly string[];
  state: "good" | "partial" | "failed" | "running";
  /** Epoch milliseconds; the moment whose data it holds. */
  madeAt: number | null;
  endedAt: number | null;
  expires: number | null;
  location: string;
  isOffSite: boolean;
  why: string;
}

/** The movement of one volume's data into a backup. */
export interface MovePart {
  is: "move";
  /** The namespace of the object. */
  namespace: string;
  backup: string;
  application: string;
  volume: string;
  state: "waiting" | "moving" | "done" | "cancelled" | "failed";
  bytes: number;
  /** Epoch milliseconds. */
  since: number | null;
}

/** A database of CloudNativePG, whose instances are asked for their figures besides. */
export interface DatabasePart {
  is: "database";
  database: Database;
}

/** A Challenge of an ACME issuer, and the Order that it is of. */
export interface ChallengePart {
  is: "challenge";
  namespace: string;
  name: string;
  order: string;
  orderUid: string;
  way: Way;
}

/** A Secret with a certificate by its metadata alone. */
export interface TlsSecretPart {
  is: "tls-secret";
  namespace: string;
  name: string;
  /** Another one whenever its content may be another. */
  version: string;
  /** What its annotations say, where OpenShift keeps it. */
  openshift: KeptByOpenShift | null;
  /** The Certificate of cert-manager that it is of. */
  managedBy: string | null;
}

/** A ConfigMap that may hold authorities, by its metadata alone. */
export interface CaBundlePart {
  is: "ca-bundle";
  namespace: string;
  name: string;
  /** Another one whenever its content may be another. */
  version: string;
  /** Whose they are: signers', the services', what a router shows, or what a person has put there. */
  origin: "signers" | "services" | "router" | "configured";
  /** Where in it they are. */
  key: string;
}

/** Makes resources of several objects, or of objects and what is asked for besides. */
export interface Gatherer {
  /** What all objects come to together, by key. */
  gather(objects: Iterable<Mirrored>): Map<string, Mirrored>;
  /** Asks for what is missing, bounded; true when `gather` has more to say now. Throws what KubernetesApi throws. */
  complete(objects: Iterable<Mirrored>, signal: AbortSignal): Promise<boolean>;
}

/** One kind of object that is read, and what it becomes. */
export interface ObservedKind {
  /** The first part of its resources' identifiers below the system's. */
  folder: string;
  /** Folders whose resources it belongs to: it is followed while one of these is looked at. */
  lookedAtWith: readonly string[];
  plural: string;
  /** The API's path before the namespace; several where versions differ, tried in this order. */
  prefixes: readonly string[];
  namespaced: boolean;
  /** A group that the API has where it is asked for; null: everywhere. */
  onlyWith: string | null;
  form: Form;
  labelSelector: string | null;
  fieldSelector: string | null;
  /** Read ten times less often: there may be tens of thousands. */
  seldom: boolean;
  /** Milliseconds that lie between two readings at the least, even while it is looked at. */
  pause: number;
  /** False where the API cannot be watched: it is read again instead, and its lists need no version. */
  watched: boolean;
  /** Whether what was read stays as it was, and ages, when it cannot be read again; what is measured is worth nothing then. */
  kept: boolean;
  /** An extra: where it may not or cannot be read, that is no trouble of the cluster. */
  extra: boolean;
  see(system: string, item: Item): Seen | null;
  attach(system: string, item: Item): Attached | null;
  part(item: Item, system: string): Part | null;
  gatherer: ((access: ClusterAccess) => Gatherer) | null;
}

export type UsualKind = Pick<ObservedKind, "folder" | "plural"> & Partial<ObservedKind>;

const none = () => null;

/** A kind of object; what is left out is as of most: namespaced, of `v1`, listed whole and watched while it is looked at. */
export function observedKind(parts: UsualKind): ObservedKind {
  return {
    lookedAtWith: [parts.folder],
    prefixes: ["/api/v1"],
    namespaced: true,
    onlyWith: null,
    form: "objects",
    labelSelector: null,
    fieldSelector: null,
    seldom: false,
    pause: 0,
    watched: true,
    kept: true,
    extra: false,
    see: none,
    attach: none,
    part: none,
    gatherer: null,
    ...parts,
  };
}
