type Compact<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without members that are undefined: an absent field is absent, never undefined. */
export function compact<T extends object>(value: T): Compact<T> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Compact<T>;
}

/** The same, and undefined where nothing is left. */
export function compactOrNothing<T extends object>(value: T): Compact<T> | undefined {
  const result = compact(value);
  return Object.keys(result).length > 0 ? result : undefined;
}
