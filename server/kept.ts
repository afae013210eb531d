import "server-only";

/** Reads what never changes by its key, and keeps the most recently used of it. */
export function keep<Key, Value>(
  most: number,
  read: (key: Key) => Promise<Value>,
): (key: Key) => Promise<Value> {
  const kept = new Map<Key, Promise<Value>>();
  return (key) => {
    const value = kept.get(key) ?? read(key);
    kept.delete(key); // and set again: a Map's order is the order of setting
    kept.set(key, value);
    const oldest = kept.keys().next();
    if (kept.size > most && !oldest.done) kept.delete(oldest.value);
    value.catch(() => kept.delete(key));
    return value;
  };
}
