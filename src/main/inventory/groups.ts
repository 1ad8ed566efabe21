/** Members of groups, found both ways; a group without members is forgotten. */
export class Groups<Member> {
  readonly #members = new Map<string, Set<Member>>();
  readonly #groups = new Map<Member, readonly string[]>();

  /** The member is in these groups now, and in no other. */
  put(member: Member, groups: readonly string[]): void {
    const before = this.of(member);
    if (before.length === groups.length && before.every((group, index) => group === groups[index])) return;
    for (const group of before) {
      const members = this.#members.get(group);
      members?.delete(member);
      if (members?.size === 0) this.#members.delete(group);
    }
    if (groups.length === 0) this.#groups.delete(member);
    else this.#groups.set(member, groups);
    for (const group of groups) {
      const members = this.#members.get(group) ?? new Set();
      members.add(member);
      this.#members.set(group, members);
    }
  }

  /** The groups that a member is in. */
  of(member: Member): readonly string[] {
    return this.#groups.get(member) ?? [];
  }

  /** Who is in a group; an array of the caller's own. */
  members(group: string): Member[] {
    return [...(this.#members.get(group) ?? [])];
  }
}
