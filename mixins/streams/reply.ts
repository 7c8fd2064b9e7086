/** Redis answers maps as flat lists: `[name, value, name, value]` as an object. */
export function pairs(list: readonly unknown[]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (let i = 0; i + 1 < list.length; i += 2) object[String(list[i])] = list[i + 1];
  return object;
}
