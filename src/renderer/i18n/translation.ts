/** The shape of a translated file: the same keys as the English one, with words of its own. */
export type Translation<English> = {
  readonly [Key in keyof English]: English[Key] extends string ? string : Translation<English[Key]>;
};
