import { createHash } from "node:crypto";
import type { VirtualRegion } from "../../../world/virtual/model.ts";
import type { VCenter } from "../inventory/vcenter.ts";
import type { Reference } from "../soap/values.ts";

export interface Category {
  id: string;
  name: string;
  description: string;
  cardinality: "SINGLE" | "MULTIPLE";
  associable_types: string[];
  used_by: string[];
}

export interface Tag {
  id: string;
  name: string;
  description: string;
  category_id: string;
  used_by: string[];
}

interface CategoryPlan {
  description: string;
  cardinality: Category["cardinality"];
  types: readonly string[];
  tags: readonly string[];
}

/** The tags that name environments where a region has none of its own. */
const usualEnvironments = {
  category: "Environment",
  tags: { production: "Production", "non-production": "Non-production" },
} satisfies VirtualRegion["environmentTags"];

/** The further categories that every vCenter of the lab has, with their tags. */
const drawn: Readonly<Record<string, CategoryPlan>> = {
  Backup: {
    description: "How often it is backed up",
    cardinality: "SINGLE",
    types: ["VirtualMachine"],
    tags: ["Nightly", "Weekly"],
  },
  Storage: {
    description: "What a datastore is made for",
    cardinality: "MULTIPLE",
    types: ["Datastore"],
    tags: ["Shared", "Local"],
  },
};

/** Guests of these roles hold data that nobody wants to lose a week of. */
const precious = /(^|-)(erp|db|files|mail|archive)-/;

/** What is tagged with what in a vCenter: drawn from the World, and what clients have attached and detached since. */
export class Tags {
  readonly categories = new Map<string, Category>();
  readonly tags = new Map<string, Tag>();
  private readonly center: VCenter;
  private readonly environments: NonNullable<VirtualRegion["environmentTags"]>;
  /** By `TAG OBJECT`: attached (true) or detached (false) by a client. */
  private readonly changes = new Map<string, { tag: string; object: Reference; isOn: boolean }>();

  constructor(center: VCenter) {
    this.center = center;
    this.environments = center.virtual.regions.get(center.region)?.environmentTags ?? usualEnvironments;
    const environments: CategoryPlan = {
      description: "Where it belongs",
      cardinality: "SINGLE",
      types: ["VirtualMachine", "ClusterComputeResource"],
      tags: [...new Set(Object.values(this.environments.tags))],
    };
    const all = { [this.environments.category]: environments, ...drawn };
    for (const [name, { description, cardinality, types, tags }] of Object.entries(all)) {
      const id = this.idOf("Category", name);
      this.categories.set(id, {
        ...{ id, name, description, cardinality },
        associable_types: [...types],
        used_by: [],
      });
      for (const tag of tags) {
        const own = this.idOf("Tag", `${name}/${tag}`);
        this.tags.set(own, { id: own, name: tag, description: "", category_id: id, used_by: [] });
      }
    }
  }

  /** The objects that a tag is on. */
  objectsOf(tag: string): Reference[] {
    const found = new Map<string, Reference>();
    for (const { tag: each, object } of this.drawnOn()) if (each === tag) found.set(object.id, object);
    for (const { tag: each, object, isOn } of this.changes.values()) {
      if (each !== tag) continue;
      if (isOn && this.exists(object)) found.set(object.id, object);
      else found.delete(object.id);
    }
    return [...found.values()];
  }

  /** The tags that are on an object. */
  tagsOf({ id }: Reference): string[] {
    return [...this.tags.keys()].filter((tag) => this.objectsOf(tag).some((object) => object.id === id));
  }

  /** Puts a tag on an object, or takes it off. Of a category for one tag at a time another one gives way. */
  change(tag: string, object: Reference, isOn: boolean): void {
    const category = this.categories.get(this.tags.get(tag)?.category_id ?? "");
    if (isOn && category?.cardinality === "SINGLE") {
      for (const other of this.tagsOf(object)) {
        const isRival = other !== tag && this.tags.get(other)?.category_id === category.id;
        if (isRival) this.changes.set(`${other} ${object.id}`, { tag: other, object, isOn: false });
      }
    }
    this.changes.set(`${tag} ${object.id}`, { tag, object, isOn });
  }

  exists(object: Reference): boolean {
    const { center } = this;
    switch (object.type) {
      case "VirtualMachine":
        return center.guest(object) !== undefined;
      case "HostSystem":
        return center.host(object) !== undefined;
      case "ClusterComputeResource":
        return center.cluster(object) !== undefined;
      case "Datastore":
        return center.storage(object) !== undefined;
      default:
        return false;
    }
  }

  private *drawnOn(): Iterable<{ tag: string; object: Reference }> {
    const { center } = this;
    const on = (name: string, object: Reference) => ({ tag: this.idOf("Tag", name), object });
    const { category, tags } = this.environments;
    const environment = (each: string, object: Reference) =>
      tags[each] === undefined ? [] : [on(`${category}/${tags[each]}`, object)];
    for (const cluster of center.clusters()) {
      yield* environment(cluster.environment, center.clusterReference(cluster));
    }
    for (const guest of center.guests()) {
      const object = center.guestReference(guest);
      yield* environment(guest.environment, object);
      yield on(precious.test(guest.name) ? "Backup/Nightly" : "Backup/Weekly", object);
    }
    for (const storage of center.storages()) {
      yield on(storage.shared ? "Storage/Shared" : "Storage/Local", center.storageReference(storage));
    }
  }

  private idOf(type: "Category" | "Tag", name: string): string {
    const digits = createHash("sha256").update(`${this.center.region} ${type} ${name}`).digest("hex");
    const uuid = digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
    return `urn:vmomi:InventoryService${type}:${uuid}:GLOBAL`;
  }
}
